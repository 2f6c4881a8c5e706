"""The little city, opened on whichever database is tried."""

import pytest

from bench.ledger import world
from tests.bench.measured_city import CITIES, CITY, PAIRS


@pytest.fixture
def config(tmp_path):
    return world.write_config(tmp_path / "config", CITIES)


@pytest.fixture
def bank(config, fresh_database_url):
    opened = world.open_world(config, fresh_database_url)
    world.fill(opened, CITY, PAIRS)
    yield opened
    opened.engine.dispose()
