"""Does every listed city keep what the conformance kit says that every city promises?"""

import pytest

from tests.cities.told import cities, listed_cities
from timebank.hooks.kit import promises

PROMISES = [promise for config, code in listed_cities() for promise in promises(cities(config)[code])]


@pytest.mark.parametrize("promise", PROMISES, ids=str)
def test_the_city_keeps_its_promise(promise):
    promise.check()
