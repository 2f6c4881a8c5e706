"""Does every city come out as its worked cases and its story say?"""

import pytest

from tests.banks import StoryClock
from tests.cities.told import all_cases, all_demos, cities
from timebank.services.desk import Bank
from timebank.storage.engine import open_engine
from timebank.stories import play

CASES, DEMOS = all_cases(), all_demos()


def played(told, url):
    story = told.get()
    engine = open_engine(url)
    try:
        return play(Bank(engine, {told.code: cities(told.config)[told.code]}, StoryClock(), {}), story)
    finally:
        engine.dispose()


@pytest.mark.parametrize("told", CASES, ids=[told.id for told in CASES])
def test_a_case_comes_out_as_it_says(told, fresh_database_url):
    played(told, fresh_database_url)


@pytest.mark.parametrize("told", DEMOS, ids=[told.id for told in DEMOS])
def test_a_story_comes_out_as_it_says(told, fresh_database_url):
    played(told, fresh_database_url)


def test_no_two_cases_of_a_city_have_the_same_name():
    ids = [told.id for told in CASES]

    assert len(ids) == len(set(ids))
