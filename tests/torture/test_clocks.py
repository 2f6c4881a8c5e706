"""Clocks that jump, stand still or disagree change no credit, let nothing end before it is due, and lose no order."""

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.banks import SHANGHAI, YUNZHOU, StoryClock, a_bank, day, do
from tests.scenes import (
    a_config,
    a_confirmed_visit,
    a_member,
    a_published_order,
    a_visit_on_paper,
    a_volunteer,
    an_elder_with_time,
    donate,
    posted,
    settle,
)
from tests.torture.rows_of_orders import an_offer
from tests.torture.rows_of_visits import AVisit
from tests.working import give_hours, order_row, visit_row
from timebank.domain.refusal import BadInput, Refused
from timebank.services import offers, orders, visit_deadlines, visits
from timebank.services.statement import statement
from timebank.services.verification import verify
from timebank.storage import member_rows

pytestmark = pytest.mark.usefixtures("own_ticks")

DECADE = timedelta(days=3653)
STEPS = [sign * step for step in (timedelta(hours=1), timedelta(days=1), DECADE) for sign in (1, -1)]
EACH = pytest.mark.parametrize("step", STEPS, ids=str)
CHANGED = (
    ("    coin:\n      rate: 1\n", "    coin:\n      rate: 2\n"),
    ("  quantum: 60 min\n  rounding: ceil", "  quantum: 45 min\n  rounding: ceil"),
)
NEARLY = timedelta(seconds=1)


@pytest.fixture
def bank(fresh_database_url, tmp_path):
    """A bank whose rules change in the middle of the year."""
    config = a_config(tmp_path, later=CHANGED)
    with a_bank(fresh_database_url, config_folder=config) as opened:
        yield opened


def is_right(bank):
    """Say whether every law of the ledger holds."""
    assert {one.code: one.shown for one in verify(bank, YUNZHOU) if not one.ok} == {}


@EACH
def test_a_step_before_settlement_changes_no_credit_and_no_charge(bank, step):
    elder = an_elder_with_time(bank)
    visit = a_confirmed_visit(bank, recipient=elder, minutes=60)
    bank.clock.now += step

    answer = settle(bank, visit)

    assert answer["credited"]["coin"] == answer["charged"]["coin"] == 60
    is_right(bank)


@EACH
def test_a_step_of_the_systems_clock_does_not_turn_a_statement_round(bank, step):
    member = a_member(bank, "甲")
    with bank.reading() as connection:
        reference = member_rows.find(connection, YUNZHOU, member).reference
    now = datetime.now(UTC)
    with time_machine.travel(now, tick=False) as travel:
        do(bank, give_hours, member_id=member, kind="savings", minutes=600)
        travel.move_to(now + step)
        donate(bank, member, 10)
        travel.move_to(now)
        donate(bank, member, 20)

    assert [line.balance for line in statement(bank, YUNZHOU, reference).lines] == [600, 590, 570]


def test_an_offer_does_not_lapse_a_second_before_it_is_due(bank):
    told = an_offer(bank)
    due = datetime.fromisoformat(told["expires_at"])
    bank.clock.now = due - NEARLY
    assert offers.lapse_due(bank, YUNZHOU) == 0

    bank.clock.now = due
    assert offers.lapse_due(bank, YUNZHOU) == 1


def test_an_order_does_not_lapse_a_second_before_it_is_due(bank):
    order = a_published_order(bank, an_elder_with_time(bank))
    due = order_row(bank, order).planned_start
    bank.clock.now = due - NEARLY
    assert orders.lapse_due(bank, YUNZHOU) == 0

    bank.clock.now = due
    assert orders.lapse_due(bank, YUNZHOU) == 1


def test_a_check_out_is_not_forgotten_a_second_before_it_is_due(bank):
    visit = AVisit(bank).begun()
    due = order_row(bank, visit.order).planned_start + timedelta(minutes=120)
    bank.clock.now = due - NEARLY
    assert visit_deadlines.close_late_due(bank, YUNZHOU) == 0

    bank.clock.now = due
    assert visit_deadlines.close_late_due(bank, YUNZHOU) == 1


def test_a_step_back_lets_nothing_end(bank):
    an_offer(bank)
    visit = AVisit(bank).begun()
    bank.clock.now -= timedelta(days=30)

    assert (offers.lapse_due(bank, YUNZHOU), orders.lapse_due(bank, YUNZHOU)) == (0, 0)
    assert visit_deadlines.close_late_due(bank, YUNZHOU) == 0
    assert visit_row(bank, visit.id).state == "checked_in"


@pytest.mark.parametrize("step", [timedelta(hours=2), DECADE], ids=str)
def test_what_a_volunteers_device_says_the_time_is_counts_for_nothing(bank, step):
    visit = AVisit(bank).begun().later(minutes=30)
    at = {"kind": "clock", "note": ""}
    ahead, behind = bank.clock() + step, bank.clock() - timedelta(minutes=20)
    leave = {"by": visit.volunteer, "visit_id": visit.id}

    with pytest.raises(BadInput):
        do(bank, visits.check_out, **leave, claims=[at | {"at": ahead.isoformat()}])
    with pytest.raises(Refused, match="staff"):
        do(bank, visits.check_out, **leave, claims=[at | {"at": behind.isoformat()}])

    assert do(bank, visits.check_out, **leave, claims=[at])["measured_minutes"] == 30


def test_a_second_that_comes_twice_measures_nothing_below_nothing(bank):
    visit = AVisit(bank).begun()
    leave = {"by": visit.volunteer, "visit_id": visit.id, "claims": [{"kind": "clock", "note": ""}]}
    bank.clock.now -= NEARLY

    with pytest.raises(Refused, match="before"):
        do(bank, visits.check_out, **leave)
    bank.clock.now += NEARLY

    assert do(bank, visits.check_out, **leave)["measured_minutes"] == 0


@pytest.mark.parametrize(
    ("start", "on"), [("2026-03-08T06:30Z", "2026-03-08"), ("2026-11-01T05:30Z", "2026-11-01")]
)
def test_where_clocks_are_changed_an_hour_is_an_hour(fresh_database_url, tmp_path, start, on):
    config = a_config(tmp_path, ("timezone: Asia/Shanghai", "timezone: America/New_York"))
    with a_bank(fresh_database_url, config_folder=config) as bank:
        begins = datetime.fromisoformat(start)
        bank.clock.now = begins - timedelta(hours=20)
        visit = AVisit(bank, f"{begins.astimezone(SHANGHAI):%Y-%m-%d %H:%M}")
        bank.clock.now = begins
        claims = [{"kind": "clock", "note": ""}]
        do(bank, visits.check_in, by=visit.volunteer, visit_id=visit.id, claims=claims)
        bank.clock.now += timedelta(minutes=60)
        do(bank, visits.check_out, by=visit.volunteer, visit_id=visit.id, claims=claims)

        row = visit_row(bank, visit.id)
        assert (row.measured_minutes, row.service_date) == (60, day(on))


def test_two_nodes_five_minutes_apart_keep_the_books_together(fresh_database_url, tmp_path):
    config, ahead = a_config(tmp_path), StoryClock("2026-03-02 09:05")
    with ExitStack() as opened:
        one = opened.enter_context(a_bank(fresh_database_url, config_folder=config))
        other = opened.enter_context(a_bank(fresh_database_url, config_folder=config, clock=ahead))
        volunteer = a_volunteer(one)
        paper = [a_visit_on_paper(one, volunteer, 60, f"2026-02-{number:02}") for number in range(1, 9)]
        for number, visit in enumerate(paper):
            settle((one, other)[number % 2], visit)
            donate((other, one)[number % 2], volunteer, 7)

        assert posted(one, volunteer) == 8 * 53
        is_right(one)
