"""The bank every test of a use case starts from: the made-up city, nothing in it yet."""

from collections.abc import Iterator

import pytest

from tests.banks import StoryClock, a_bank
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
