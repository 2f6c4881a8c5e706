"""Linjiang keeps every promise, and its worked cases come out as they say."""

from pathlib import Path

import pytest

from timebank.bank import open_bank, open_cities, read_settings
from timebank.hooks.kit import promises
from timebank.storage import migrations
from timebank.stories import play, read_stories

CONFIG = Path(__file__).parent / "config" / "timebank.yaml"
CITY = open_cities(read_settings(CONFIG))["linjiang"]
CASES = [story for file in sorted(CONFIG.parent.glob("*/cases/*.yaml")) for story in read_stories(file)]


@pytest.mark.parametrize("promise", promises(CITY), ids=str)
def test_the_city_keeps_its_promise(promise):
    promise.check()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_case_comes_out_as_it_says(case, tmp_path):
    database = f"sqlite:///{tmp_path}/case.sqlite"
    migrations.upgrade(database)
    bank = open_bank(CONFIG, database=database)
    try:
        play(bank, case)
    finally:
        bank.engine.dispose()
