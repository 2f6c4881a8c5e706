"""Does every city come out as its worked cases and its story say, its ledger in order?"""

from dataclasses import replace
from itertools import count

import pytest

from tests.banks import StoryClock
from tests.cities.told import all_cases, all_demos, cities
from timebank.services.desk import Bank
from timebank.services.replaying import ALL_DAYS, replay
from timebank.services.verification import verify
from timebank.storage.engine import open_engine
from timebank.stories import play

CASES, DEMOS = all_cases(), all_demos()


@pytest.fixture(scope="module")
def engine(databases):
    """One database for all cases: each is played in a city of its own, which no statement of another city sees."""
    url = databases.migrated()
    engine = open_engine(url)
    yield engine
    engine.dispose()
    databases.drop(url)


@pytest.fixture(scope="module")
def numbers():
    return count(1)


@pytest.fixture
def played(engine, numbers):
    def play_told(told):
        code = f"{told.code}_{next(numbers)}"
        city = replace(cities(told.config)[told.code], code=code)
        bank = Bank(engine, {code: city}, StoryClock(), {})
        play(bank, replace(told.get(), city=code))
        assert [(check.code, check.shown) for check in verify(bank, code) if not check.ok] == []
        with bank.snapshot() as connection:
            assert replay(connection, city, ALL_DAYS).differences == []

    return play_told


@pytest.mark.parametrize("told", CASES, ids=[told.id for told in CASES])
def test_a_case_comes_out_as_it_says(told, played):
    played(told)


@pytest.mark.parametrize("told", DEMOS, ids=[told.id for told in DEMOS])
def test_a_story_comes_out_as_it_says(told, played):
    played(told)


def test_no_two_cases_of_a_city_have_the_same_name():
    ids = [told.id for told in CASES]

    assert len(ids) == len(set(ids))
