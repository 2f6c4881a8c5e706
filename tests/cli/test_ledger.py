"""Verifying the ledger, and the figures, from the terminal."""

import pytest
from sqlalchemy import text

from timebank.storage.engine import open_engine


@pytest.fixture
def played(house):
    """A house in whose own database Yunzhou's story has been played."""
    assert house.call("demo", "--database", house.url).code == 0
    return house


def test_a_sound_ledger_holds(played):
    chinese, english = played.call("ledger", "verify"), played.call("ledger", "verify", language="en")

    assert (chinese.code, english.code) == (0, 0)
    assert "项检查全部相符" in chinese.out
    assert "checks of the ledger hold" in english.out


def test_a_tampered_balance_is_found(played):
    engine = open_engine(played.url)
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE accounts SET posted = posted + 60 WHERE kind = 'savings' AND unit = 'point'")
        )
    engine.dispose()

    said = played.call("ledger", "verify")
    checks = played.call("ledger", "verify", "--json").json["yunzhou"]

    assert said.code == 1
    assert "每个账户余额等于其分录之和" in said.out
    broken = {check["code"] for check in checks if not check["ok"]}
    assert broken == {"balances", "balances_follow_each_other", "conservation"}


def test_figures_add_up_from_the_streets_to_the_city(played):
    said = played.call("stats", "yunzhou", "--depth", "2", "--until", "2026-03-31")
    city = played.call("stats", "yunzhou", "--until", "2026-03-31", "--json").json

    assert said.code == 0
    assert "云州市" in said.out
    assert "东一街道" in said.out
    (district,) = city["below"]
    assert (city["orders"], district["orders"]) == (1, 1)
    assert city["credit"] == district["credit"]
    assert city["credit"] == {
        "coin": {"minutes": 60, "amount": "1"},
        "point": {"minutes": 90, "amount": "1.5"},
    }


def test_figures_of_a_period_leave_out_the_rest(played):
    before = played.call("stats", "yunzhou", "--until", "2026-03-02", "--json").json

    assert before["orders"] == 0


def test_an_unknown_organisation_is_told(played):
    said = played.call("stats", "yunzhou", "--organisation", "west-9")

    assert said.code == 1
    assert "没有找到组织“west-9”" in said.err


def test_demand_is_told_by_type_area_and_month(played):
    said = played.call("demand", "yunzhou", "--level", "street")
    (one,) = played.call("demand", "yunzhou", "--level", "street", "--json").json

    assert said.code == 0
    assert "东一街道" in said.out
    assert (one["area"], one["month"], one["demands"], one["met"]) == ("东一街道", "2026-03", 1, 1)


def test_demand_is_added_up_by_what_is_asked_for(played):
    by_month = played.call("demand", "yunzhou", "--level", "street", "--by", "month", "--json").json

    assert [(one["month"], one["service"], one["area"]) for one in by_month] == [("2026-03", "", "")]
    assert "没有找到管理层级“planet”" in played.call("demand", "yunzhou", "--level", "planet").err
