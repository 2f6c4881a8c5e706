"""The bank every test of a use case starts from: the made-up city, nothing in it yet."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.banks import StoryClock, a_bank, record_rule_files
from tests.databases import Databases
from tests.oracle import assert_all_is_well, assert_the_past_comes_out_again
from tests.scenes import a_config
from tests.yunzhou import settle_tree
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
        assert_the_past_comes_out_again(opened)


@pytest.fixture
def in_its_tree(bank: Bank) -> Bank:
    """A bank in which the management tree of the made-up city stands."""
    settle_tree(bank)
    return bank


@pytest.fixture(scope="module")
def town(databases: Databases) -> Iterator[Bank]:
    """One bank for all tests of a module: each makes its own people and orders, and none counts what others did."""
    url = databases.migrated()
    with a_bank(url, clock=StoryClock()) as opened:
        settle_tree(opened)
        yield opened
        assert_all_is_well(opened)
    databases.drop(url)


@pytest.fixture
def bank_with(fresh_database_url: str, clock: StoryClock, tmp_path: Path) -> Iterator[Callable[..., Bank]]:
    """Opens the bank with the rule file changed by text edits; `a_config` says what else may be given.

    Opening it again is opening the same database with other rule files.
    """
    times, banks = count(1), []
    with ExitStack() as opened:

        def open_it(*edits: tuple[str, str], plugins: Any = None, **later: Any) -> Bank:
            folder = a_config(tmp_path / f"opened-{next(times)}", *edits, **later)
            bank = opened.enter_context(
                a_bank(fresh_database_url, config_folder=folder, plugins=plugins, clock=clock)
            )
            banks.append(bank)
            return bank

        yield open_it
        for bank in banks:
            record_rule_files(bank)
        for bank in banks[-1:]:
            assert_the_past_comes_out_again(bank)
