"""A client that a third party's generator makes from our contract is enough to run every city."""

import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.banks import StoryClock, day, do
from tests.register_server import a_register
from tests.web.generated import Generated, generate
from tests.web.journeys import CREDITED, JOURNEYS, ROOT_LEVELS, Traveller
from tests.web.over_http import over_http
from timebank.adapters.http_registry import HttpRegistry
from timebank.bank import open_bank, read_settings
from timebank.services import organisations

CONFIG = Path(__file__).parents[2] / "config" / "timebank.yaml"
CITIES = list(read_settings(CONFIG).cities)
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module", autouse=True)
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A generated client, importable meanwhile."""
    folder = generate(tmp_path_factory.mktemp("client"))
    sys.path.insert(0, str(folder))
    yield
    sys.path.remove(str(folder))


@pytest.fixture
def traveller(city: str, fresh_database_url: str) -> Iterator[Traveller]:
    """A client in a city of which only the root of the tree is there: that one comes with the import."""
    clock = StoryClock("2026-03-02 09:00")
    with a_register() as register:
        register.answers["BV1100001"] = "yes"
        connected = {code: {} for code in CITIES} | {city: {"zhiyuan_beijing": HttpRegistry(register.url)}}
        bank = open_bank(CONFIG, database=fresh_database_url, clock=clock, registries=connected)
        level = ROOT_LEVELS.get(city, "city")
        do(
            bank,
            organisations.add,
            city=city,
            organisation_id="root",
            level=level,
            name="全市",
            opened_on=day("2026-01-01"),
        )
        with over_http(bank) as url, closing(Generated(url, city)) as call:
            yield Traveller(call, clock)
        bank.engine.dispose()


@pytest.mark.parametrize("city", CITIES)
def test_a_journey_from_joining_to_the_hours_in_the_book(city: str, traveller: Traveller) -> None:
    call = traveller.call

    arrived = JOURNEYS[city](traveller)

    credited, charged = CREDITED[city]
    assert (arrived.credited, arrived.charged) == (credited, charged)
    statement = call("members_statement", member_id=arrived.volunteer)
    assert {one.unit: one.posted for one in statement.balances if one.posted} == credited
    assert {line.unit: line.minutes for line in statement.lines} == credited
    transfer = call("transfers_show", transfer_id=str(statement.lines[0].transfer_id))
    assert str(transfer.cause_id) == arrived.visit
    why = " ".join(words.zh for words in transfer.why)
    assert all(f"（{minutes} 分钟）" in why for minutes in credited.values()), why
    assert "依据：credit.units." in why
    assert call("stats_show").visits >= 1
    assert call("ledger_verify").ok
