"""A member's statement, page by page, and what was held when an earlier day ended."""

from datetime import date, timedelta

import pytest

from tests.banks import YUNZHOU, a_bank
from tests.scenes import a_visit_on_paper, a_volunteer, donate, settle
from timebank.rules import minutes_of
from timebank.services.statement import balances_on, statement
from timebank.storage import member_rows, statement_rows
from timebank.stories import play, read_stories

SERVED = """\
format: timebank-cases/1
city: yunzhou
organisations:
  yz: {{level: city, name: 云州市}}
people:
  li: {{name: 李敏, born: 1990-03-02, home: yz, roles: [volunteer], served: {served}}}
cases:
  it:
    title: {{zh: 服务过, en: Served}}
    on: 2026-03-02 09:00
    steps:
      - say: {{zh: 没有事, en: Nothing}}
    then: {{balances: {{li: {{savings: {{coin: 0 min}}}}}}}}
"""


@pytest.fixture
def bank(fresh_database_url):
    with a_bank(fresh_database_url) as opened:
        yield opened


@pytest.fixture
def busy(bank):
    """The number of a volunteer on whose two accounts nine times something moved, once both ways."""
    volunteer = a_volunteer(bank)
    for number in range(1, 5):
        settle(bank, a_visit_on_paper(bank, volunteer, 60, f"2026-02-0{number}"))
    donate(bank, volunteer, 60)
    with bank.reading() as connection:
        return member_rows.find(connection, YUNZHOU, volunteer).reference


def whole(bank, reference, many):
    lines, after = [], ("", 0)
    while after is not None:
        page = statement(bank, YUNZHOU, reference, after, many)
        assert len(page.lines) <= many
        lines.extend(page.lines)
        after = page.more
    return lines


@pytest.mark.parametrize("many", [1, 2, 5, 9])
def test_its_pages_hold_every_movement_once_and_in_order(bank, busy, many):
    lines = whole(bank, busy, many)

    assert lines == whole(bank, busy, 100)
    assert [line.cursor for line in lines] == sorted({line.cursor for line in lines})
    assert [(line.unit, line.minutes, line.balance) for line in lines if line.unit == "coin"] == [
        *[("coin", 60, after) for after in (60, 120, 180, 240)],
        ("coin", -60, 180),
    ]


def test_the_balance_before_each_movement_is_what_the_one_before_left(bank, busy):
    lines = whole(bank, busy, 100)
    owned = {(a.key.kind.value, a.key.unit): a.id for a, _ in statement(bank, YUNZHOU, busy).balances}
    left: dict[str, int] = {}

    for place, line in enumerate(lines):
        if place and line.transfer_id != lines[place - 1].transfer_id:
            with bank.reading() as connection:
                found = statement_rows.balances_before(
                    connection, YUNZHOU, list(owned.values()), line.transfer_id
                )
            assert found == left
        left[owned[line.account, line.unit]] = line.balance


def test_a_past_day_ended_with_what_was_recorded_until_then(bank, busy):
    today = date.today()  # noqa: DTZ011 - identifiers are made by the machine's clock, not the story's

    tomorrow, long_ago = (
        balances_on(bank, YUNZHOU, busy, today + timedelta(days=1)),
        today - timedelta(days=9),
    )

    assert sorted((key.unit, minutes) for key, minutes in tomorrow.items() if minutes) == [
        ("coin", 180),
        ("point", 240),
    ]
    assert set(balances_on(bank, YUNZHOU, busy, long_ago).values()) == {0}


@pytest.mark.parametrize(("served", "honour"), [("99 h", None), ("100 h", "一星"), ("300 h", "二星")])
def test_it_tells_the_hours_served_and_the_highest_honour_they_reach(
    fresh_database_url, tmp_path, served, honour
):
    file = tmp_path / "story.yaml"
    file.write_text(SERVED.format(served=served), encoding="utf-8")
    with a_bank(fresh_database_url) as bank:
        play(bank, read_stories(file)[0])

        found = statement(bank, YUNZHOU, "li")

    assert found.served_minutes == minutes_of(served)
    assert (found.honour.zh if found.honour else None) == honour
