"""Whatever is sent, the bank keeps its contract: no server error, no answer that the contract does not name.

The edges of the contract are the same requests at every run (more than five thousand, marked slow). What a city is
sent is drawn alike at every run (marked slow), or anew (marked fuzz). Each prints how many requests it sent, and fails
where there were fewer than there should be.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.banks import StoryClock
from tests.databases import Databases
from tests.web.fuzzed import Fuzzed, fuzz
from tests.web.open_work import leave_work_open
from tests.web.over_http import over_http
from timebank.bank import open_bank, read_settings
from timebank.services.desk import Bank
from timebank.services.verification import verify
from timebank.stories import play, read_stories

CONFIG = Path(__file__).parents[2] / "config" / "timebank.yaml"
CITIES = list(read_settings(CONFIG).cities)
AT_THE_EDGES = 5000
THE_SAME = ("--generation-deterministic",)
DRAWN = [
    pytest.param((*THE_SAME, "-n", "5"), 400, 3, id="alike", marks=pytest.mark.slow),
    pytest.param(("-n", "12"), 900, 6, id="anew", marks=pytest.mark.fuzz),
]
pytestmark = pytest.mark.timeout(850)


@dataclass(frozen=True)
class Open:
    """A bank of every city, with its story behind it and work open, where it is served."""

    bank: Bank
    url: str


@pytest.fixture(scope="module")
def served(databases: Databases) -> Iterator[Open]:
    url = databases.migrated()
    settings = read_settings(CONFIG)
    clock = StoryClock()
    clock.now = datetime.now(UTC).replace(microsecond=0)
    bank = open_bank(CONFIG, database=url, clock=clock, registries={code: {} for code in CITIES})
    for code in CITIES:
        file = settings.cities[code].folder / "demo.yaml"
        if file.is_file():
            play(bank, read_stories(file)[0])
        leave_work_open(bank, code)
    with over_http(bank) as address:
        yield Open(bank, address)
    bank.engine.dispose()
    databases.drop(url)


def held(done: Fuzzed, at_least: int) -> None:
    """Say how many requests there were, and fail with everything schemathesis said where one broke the contract."""
    print(f"{done.cases} requests, {len(done.reached)} writes came to a good end")
    assert done.failures == [], done.said
    assert done.cases >= at_least


@pytest.mark.slow
def test_the_edges_of_every_operation_are_held(served: Open, tmp_path: Path) -> None:
    held(
        fuzz(served.url, tmp_path, served.bank, CITIES[0], "--phases", "examples,coverage", *THE_SAME),
        AT_THE_EDGES,
    )


@pytest.mark.parametrize(("draws", "at_least", "writes"), DRAWN)
@pytest.mark.parametrize("city", CITIES)
def test_a_city_with_work_open_keeps_its_contract_and_its_ledger(
    served: Open, tmp_path: Path, city: str, draws: tuple[str, ...], at_least: int, writes: int
) -> None:
    done = fuzz(served.url, tmp_path, served.bank, city, "--phases", "fuzzing", *draws)

    held(done, at_least)
    assert len(done.reached) >= writes, done.reached
    assert [(check.code, check.shown) for check in verify(served.bank, city) if not check.ok] == []
