"""Every city that `config/timebank.yaml` runs keeps every promise of the conformance kit."""

import pytest

from tests.house.source import ROOT
from timebank.bank import open_cities, read_settings
from timebank.hooks.kit import promises

SETTINGS = read_settings(ROOT / "config" / "timebank.yaml")
UNCONNECTED = {code: {} for code in SETTINGS.cities}
CITIES = open_cities(SETTINGS, UNCONNECTED)
PROMISES = [promise for city in CITIES.values() for promise in promises(city)]


@pytest.mark.parametrize("promise", PROMISES, ids=str)
def test_the_city_keeps_its_promise(promise):
    promise.check()
