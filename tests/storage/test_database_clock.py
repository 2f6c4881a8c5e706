"""A program whose clock is not the database's does not touch it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from timebank.domain.refusal import BadInput
from timebank.storage.engine import open_engine

pytestmark = [
    pytest.mark.only_on("postgres", reason="SQLite has no clock of its own"),
    pytest.mark.usefixtures("own_ticks"),
]
HOUR, DAY, DECADE = timedelta(hours=1), timedelta(days=1), timedelta(days=3653)
MINUTES = timedelta(minutes=5)


@pytest.mark.parametrize("apart", [MINUTES, -MINUTES, HOUR, -HOUR, DAY, -DAY, DECADE, -DECADE])
def test_a_clock_that_is_off_is_refused_with_how_far_and_what_to_do(database_url, apart):
    with time_machine.travel(datetime.now(UTC) + apart), pytest.raises(BadInput) as refused:
        open_engine(database_url)

    words = refused.value.words
    assert refused.value.code == "unsafe_clock"
    assert ("快" in words.zh, "ahead of" in words.en) == (apart > timedelta(), apart > timedelta())
    assert "chrony" in words.zh


def test_a_clock_that_is_set_wrong_meanwhile_gets_no_new_connection(database_url):
    engine = open_engine(database_url)
    engine.dispose()

    with time_machine.travel(datetime.now(UTC) + HOUR), pytest.raises(BadInput):
        engine.connect()

    engine.connect().close()
    engine.dispose()


@pytest.mark.parametrize("apart", [timedelta(seconds=30), timedelta(seconds=-30)])
def test_clocks_that_differ_by_seconds_work_together(database_url, apart):
    with time_machine.travel(datetime.now(UTC) + apart):
        open_engine(database_url).dispose()
