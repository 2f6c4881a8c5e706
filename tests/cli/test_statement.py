"""A member's statement on the terminal, and the reason of each of its lines."""

import pytest


@pytest.fixture
def played(house):
    """A house in whose own database Yunzhou's story has been played."""
    assert house.call("demo", "--database", house.url).code == 0
    return house


def test_it_shows_balances_and_every_movement(played):
    said = played.call("statement", "yunzhou", "li")

    assert said.code == 0
    assert "李敏（li）" in said.out
    assert "储蓄：1 时间币" in said.out
    assert "服务结算" in said.out
    assert "+60" in said.out


def test_it_says_why_a_movement_was_made(played):
    line = played.call("statement", "yunzhou", "li", "--json").json["lines"][0]

    by_number = played.call("statement", "yunzhou", "li", "--why", "1", language="en")
    by_transfer = played.call("statement", "yunzhou", "li", "--why", line["transfer_id"], language="en")

    assert by_number == by_transfer
    assert "rounded down to 60 minutes" in by_number.out
    assert "Article 9" in by_number.out


def test_it_shows_what_the_books_said_when_a_day_ended(played):
    before, after = (
        played.call("statement", "yunzhou", "li", "--on", day, "--json").json["balances"]
        for day in ("2020-01-01", "2999-12-30")
    )

    assert {row["posted"] for row in before} == {0}
    assert {"account": "savings", "unit": "coin", "posted": 60} in after
    said = played.call("statement", "yunzhou", "li", "--on", "2999-12-30")
    assert "2999-12-30 结束时，储蓄（coin）：60 分钟" in said.out


def test_an_unknown_member_is_told(played):
    chinese, english = (
        played.call("statement", "yunzhou", "V999"),
        played.call("statement", "yunzhou", "V999", language="en"),
    )

    assert (chinese.code, english.code) == (1, 1)
    assert "没有找到成员编号“V999”" in chinese.err
    assert "“V999”" in english.err


def test_settling_when_nothing_is_due_changes_nothing(played):
    said = played.call("settle", "--json")

    assert said.code == 0
    assert said.json["yunzhou"]["done"]["settled"] == 0
