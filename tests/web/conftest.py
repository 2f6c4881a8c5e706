"""The served bank every test of the web starts from."""

from collections.abc import Iterator

import pytest

from tests.banks import StoryClock, a_bank
from tests.web.served import Served
from timebank.services.desk import Bank


@pytest.fixture
def clock() -> StoryClock:
    """The instant of the story: a Monday morning until it is set."""
    return StoryClock()


@pytest.fixture
def bank(fresh_database_url: str, clock: StoryClock) -> Iterator[Bank]:
    """A bank of this test's own, on the chosen database."""
    with a_bank(fresh_database_url, clock=clock) as opened:
        yield opened


@pytest.fixture
def served(bank: Bank) -> Served:
    """The bank, served."""
    return Served(bank)
