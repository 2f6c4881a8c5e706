"""A city of YAML alone: no plugin line and no Python, and it admits, serves, settles and spends."""

import pytest

from tests.banks import StoryClock, day, do
from tests.house.source import ROOT
from timebank.bank import open_bank
from timebank.hooks.kit import promises
from timebank.services import admission, members, orders, organisations, settlement, visits
from timebank.services.statement import statement

SETTINGS = """\
format: timebank/1
database: sqlite:///unused.db
cities:
  linjiang: {rules: linjiang}
"""
AT_STATION = {"city": "linjiang", "by": "staff-1", "at": "riverside"}
CLOCK_CLAIM = [{"kind": "clock", "note": ""}]
APP_CLAIM = [{"kind": "app", "note": ""}]


@pytest.fixture
def clock():
    return StoryClock("2026-03-02 08:00")


@pytest.fixture
def bank(tmp_path, fresh_database_url, clock):
    """A bank with one city, written down here: the example's rules without the block of its plugin."""
    rules = ROOT / "examples" / "linjiang" / "config" / "linjiang" / "2026-01-01.yaml"
    text, _, _ = rules.read_text(encoding="utf-8").partition("\nextensions:")
    (tmp_path / "linjiang").mkdir()
    (tmp_path / "linjiang" / rules.name).write_text(text, encoding="utf-8")
    (tmp_path / "timebank.yaml").write_text(SETTINGS, encoding="utf-8")
    opened = open_bank(tmp_path / "timebank.yaml", database=fresh_database_url, clock=clock)
    do(opened, organisations.add, city="linjiang", organisation_id="lj", level="city", name="临江市")
    do(
        opened,
        organisations.add,
        city="linjiang",
        organisation_id="riverside",
        level="station",
        name="江畔服务站",
        parent_id="lj",
    )
    yield opened
    opened.engine.dispose()


def admitted(bank, name, born, *roles):
    """Register somebody and take them through the steps of the rule file."""
    facts = {"reference": name, "name": name, "born_on": day(born), "home_id": "riverside"}
    member = do(bank, members.register, **AT_STATION, **facts)["member_id"]
    for role in roles:
        do(bank, admission.apply, city="linjiang", by=member, member_id=member, role=role)
        if role == "volunteer":
            do(bank, admission.pass_step, **AT_STATION, member_id=member, role=role, step="meet")
    return member


def ordered(bank, clock, minutes, **who):
    """Place an order that begins now, and return its id."""
    inputs = {"service": "chat", "organisation_id": "riverside", "address": "江畔 1 号", **who}
    return do(bank, orders.place, planned_start=clock.now, planned_minutes=minutes, **inputs)["order_id"]


def visited(bank, clock, volunteer, order_id, minutes, **confirmed_by):
    """Have a volunteer take the order, come and go; have it confirmed, settle it, and return the answer."""
    own = {"city": "linjiang", "by": volunteer}
    taken = do(bank, visits.accept, **own, order_id=order_id, volunteer_id=volunteer)
    visit_id = taken["visit_id"]
    do(bank, visits.check_in, **own, visit_id=visit_id, claims=CLOCK_CLAIM)
    clock.forward(minutes=minutes)
    do(bank, visits.check_out, **own, visit_id=visit_id, claims=CLOCK_CLAIM)
    do(bank, visits.confirm, **confirmed_by, visit_id=visit_id, claims=APP_CLAIM)
    return do(bank, settlement.settle, city="linjiang", visit_id=visit_id)


def test_a_city_of_yaml_alone_admits_serves_settles_and_spends(bank, clock):
    gu = admitted(bank, "顾奶奶", "1960-02-03", "volunteer", "recipient")
    lan = admitted(bank, "阿岚", "1999-05-01", "volunteer")

    project = ordered(bank, clock, 120, **AT_STATION, head_count=5)
    earned = visited(bank, clock, gu, project, 119, **AT_STATION)
    request = ordered(bank, clock, 60, city="linjiang", by=gu, recipient_id=gu)
    spent = visited(bank, clock, lan, request, 70, city="linjiang", by=gu)

    assert (earned["credited"], earned["charged"]) == ({"hour": 90}, {})
    assert (spent["credited"], spent["charged"]) == ({"hour": 60}, {"hour": 60})
    assert balances(bank, "顾奶奶") == {("savings", "hour"): 30}
    assert balances(bank, "阿岚") == {("savings", "hour"): 60}


def balances(bank, reference):
    """Return what a member's statement says is there, by kind and unit; empty accounts left out."""
    held = [account for account, _ in statement(bank, "linjiang", reference).balances]
    return {(one.key.kind.value, one.key.unit): one.available for one in held if one.available}


def test_a_city_of_yaml_alone_keeps_every_promise(bank):
    for promise in promises(bank.city("linjiang"), cases=200):
        promise.check()
