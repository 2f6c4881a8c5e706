"""Killed outright in the middle of the work, again and again, and nothing that was acknowledged is lost or done twice."""

from random import Random

import pytest

from tests.crash.nemesis import a_server, killing_apps, killing_database, torment
from tests.databases import chosen_database, prepare
from tests.torture.sizes import SIZES

pytestmark = [pytest.mark.slow, pytest.mark.timeout(SIZES.crash_patience + 300)]


def tormented(trial, strike, random):
    return torment(
        trial.load,
        strike,
        random,
        acked=SIZES.acked,
        kills=SIZES.kills,
        patience=SIZES.crash_patience,
        back_within=SIZES.back_within,
    )


def judge(trial, toll, record_property):
    """Report the figures, then hold the bank to its promise; too little happening is no proof either."""
    figures = {
        "operations": trial.load.attempts,
        "acked": trial.load.acked,
        "kills": toll.kills,
        "longest_away": round(max(toll.away, default=0), 1),
    }
    record_property("figures", figures)
    print(figures)
    assert trial.complaints() == []
    enough = trial.load.acked >= SIZES.acked and toll.kills >= SIZES.kills
    assert enough, f"unknown: too little happened to say anything: {figures}"


@pytest.fixture
def url(databases):
    """A database whose server, if it has one, serves no other test: so many clients would leave no connection."""
    if chosen_database() == "sqlite":
        url = databases.migrated()
        yield url
        databases.drop(url)
    else:
        with a_server() as server:
            prepare(server.url)
            yield server.url


def test_killed_programs_lose_and_repeat_nothing_that_was_acknowledged(tried, url, record_property):
    random = Random(SIZES.seed)
    with tried(url) as trial:
        toll = tormented(trial, killing_apps(trial.load.apps, random), random)

    judge(trial, toll, record_property)


@pytest.mark.only_on(
    "postgres", reason="SQLite has no server that could be killed: its program is the one above"
)
def test_a_killed_database_loses_and_repeats_nothing_that_was_acknowledged(tried, record_property):
    random = Random(SIZES.seed)
    with a_server() as server:
        prepare(server.url)
        with tried(server.url) as trial:
            toll = tormented(trial, killing_database(server, trial.load.apps), random)
            judge(trial, toll, record_property)
