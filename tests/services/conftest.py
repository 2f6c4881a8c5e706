"""The bank every test of a use case starts from: the made-up city, nothing in it yet."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.banks import StoryClock, a_bank
from tests.scenes import a_config
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
def bank_with(fresh_database_url: str, clock: StoryClock, tmp_path: Path) -> Iterator[Callable[..., Bank]]:
    """Opens the bank with the rule file changed by text edits; `a_config` says what else may be given.

    Opening it again is opening the same database with other rule files.
    """
    times = count(1)
    with ExitStack() as opened:

        def open_it(*edits: tuple[str, str], plugins: Any = None, **later: Any) -> Bank:
            folder = a_config(tmp_path / f"opened-{next(times)}", *edits, **later)
            return opened.enter_context(
                a_bank(fresh_database_url, config_folder=folder, plugins=plugins, clock=clock)
            )

        yield open_it
