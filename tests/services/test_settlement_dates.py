"""Which rule file decides: the day of service for the credit, the day of the hold for the charge, once and for good."""

import pytest

from tests.banks import YUNZHOU, day, do, local
from tests.scenes import (
    STREET,
    Paper,
    a_confirmed_visit,
    a_planned_visit,
    a_published_order,
    a_volunteer,
    account,
    an_elder_with_time,
    confirmed,
    decision_of,
    hold_states,
    in_points,
    posted,
    served,
    settle,
    visit_row,
    visits_on_paper,
)
from timebank.domain.refusal import Refused
from timebank.services import orders, visits
from timebank.services.settlement import settle_due
from timebank.storage.order_rows import find

FLOOR = "quantum: 60 min\n      rounding: floor\n      remainder: carried"
UP = ((FLOOR, FLOOR.replace("floor", "ceil")),)  # half an hour: nothing before the change, a coin from it on
EVE, CHANGE, AFTER = "2026-06-30", "2026-07-01", "2026-07-02"
GARDEN = """  garden:
    label: {zh: 庭院整理, en: garden work}
    category: comfort
    shapes: [one_to_one]
    least: 30 min
    most: 2 h
    only_in: [east-1]
    source: mb25 附件一（3）
"""


def digest_of(bank, on):
    return bank.city(YUNZHOU).rules_on(day(on)).digest


# ---- midnight


@pytest.mark.parametrize(
    ("planned", "checked_in", "coins"),
    [
        (f"{EVE} 23:29", f"{EVE} 23:29", 0),
        (f"{EVE} 23:59", f"{EVE} 23:59", 0),  # across midnight
        (f"{CHANGE} 00:00", f"{CHANGE} 00:00", 60),
        (f"{EVE} 23:59", f"{CHANGE} 00:00", 60),  # a minute late
        (f"{CHANGE} 00:00", f"{EVE} 23:59", 0),  # a minute early
        (f"{CHANGE} 00:01", f"{CHANGE} 00:01", 60),
    ],
)
def test_a_visit_settles_by_the_file_of_the_local_day_of_its_check_in(
    bank_with, clock, planned, checked_in, coins
):
    bank = bank_with(later=UP)
    clock.set(f"{EVE} 08:00")
    volunteer = a_volunteer(bank)
    visit = a_planned_visit(bank, a_published_order(bank, start=planned, minutes=40), volunteer)
    served(bank, visit, volunteer, checked_in, 30)
    confirmed(bank, visit)

    answer = settle(bank, visit)

    assert answer["credited"]["coin"] == coins
    assert visit_row(bank, visit).service_date == day(checked_in[:10])
    assert decision_of(bank, answer["transfer_id"])["rules"] == digest_of(bank, checked_in[:10])


@pytest.mark.parametrize(("planned", "coins"), [(f"{EVE} 23:59", 0), (f"{CHANGE} 00:00", 60)])
def test_where_nobody_checks_in_the_planned_start_decides(bank_with, clock, planned, coins):
    bank = bank_with(
        ("check_in: {needed: true, early: 30 min, ", "check_in: {needed: false, "),
        (
            "  basis: measured        # measured 实测，planned 计划时长\n  at_most: planned ",
            "  basis: planned\n ",
        ),
        later=UP,
    )
    clock.set(f"{EVE} 08:00")
    volunteer = a_volunteer(bank)
    visit = a_planned_visit(bank, a_published_order(bank, start=planned, minutes=30), volunteer)
    clock.set(f"{CHANGE} 00:45")
    do(bank, visits.report_done, by=volunteer, visit_id=visit, claims=[{"kind": "clock", "note": ""}])
    confirmed(bank, visit)

    assert settle(bank, visit)["credited"]["coin"] == coins


def test_a_visit_entered_late_settles_by_the_day_of_its_evidence(bank_with, clock):
    bank = bank_with(later=UP)
    clock.set(f"{EVE} 08:00")
    volunteer = a_volunteer(bank)
    visit = a_planned_visit(bank, a_published_order(bank, start=f"{EVE} 14:00", minutes=40), volunteer)
    clock.set(f"{AFTER} 10:00")
    staff = {"by": "clerk", "at": STREET, "visit_id": visit}
    for use_case, moment in ((visits.check_in, "14:00"), (visits.check_out, "14:30")):
        do(
            bank,
            use_case,
            **staff,
            claims=[{"kind": "qr", "note": "纸质签到", "at": local(f"{EVE} {moment}")}],
        )
    confirmed(bank, visit)

    assert settle(bank, visit)["credited"]["coin"] == 0
    assert visit_row(bank, visit).service_date == day(EVE)


# ---- a file that takes force in between


def test_a_file_in_force_since_the_check_in_does_not_decide(bank_with, clock):
    bank = bank_with(later=UP)
    clock.set(f"{EVE} 08:00")
    visit = a_confirmed_visit(bank, start=f"{EVE} 14:00", minutes=30)
    clock.set("2026-07-20 09:00")

    answer = settle(bank, visit)

    assert answer["credited"] == {"coin": 0, "point": 30}
    assert decision_of(bank, answer["transfer_id"])["effective"] == "2026-01-01"


def test_a_batch_settles_each_visit_by_its_own_day(bank_with, clock):
    bank = bank_with(later=UP)
    before, after = a_volunteer(bank, "甲"), a_volunteer(bank, "乙")
    visits_on_paper(bank, [Paper(before, 30, EVE), Paper(after, 30, CHANGE)])
    clock.set("2026-07-20 09:00")

    settle_due(bank, YUNZHOU)

    assert (posted(bank, before), posted(bank, after)) == (0, 60)


def test_the_charge_follows_the_file_of_the_day_of_the_hold(bank_with, clock):
    cheaper = ("rounding: ceil\n  request", "rounding: floor\n  request")
    bank = bank_with(later=(*UP, cheaper))
    clock.set("2026-06-29 09:00")
    elder = an_elder_with_time(bank)
    volunteer = a_volunteer(bank)
    order_id = a_published_order(bank, elder, f"{AFTER} 14:00", 45)
    visit = a_planned_visit(bank, order_id, volunteer)
    served(bank, visit, volunteer, f"{AFTER} 14:00", 45)
    confirmed(bank, visit)

    answer = settle(bank, visit)

    assert answer["credited"]["coin"] == 60  # rounded up by the new file
    assert answer["charged"] == {"coin": 60}  # rounded up by the old one; the new one would charge nothing
    decision = decision_of(bank, answer["transfer_id"])
    assert decision["rules"] == digest_of(bank, AFTER)
    assert decision["charge_rules"] == digest_of(bank, "2026-06-29")
    assert hold_states(bank, order_id) == [("posted", 60, 60)]


def test_eligibility_is_judged_at_acceptance_and_not_again(bank_with, clock):
    older = ("adult: {label: {zh: 年满18周岁, en: aged 18 or over}, age: {from: 18}",)
    older = (older[0], older[0].replace("from: 18", "from: 60"))
    dropped_chat = ("least: 30 min\n    most: 4 h", "qualification: law\n    least: 30 min\n    most: 4 h")
    bank = bank_with(later=(older, dropped_chat))
    clock.set("2026-06-29 09:00")
    volunteer, late = a_volunteer(bank, "甲", born="2004-01-01"), a_volunteer(bank, "乙", born="2004-01-01")
    visit = a_planned_visit(bank, a_published_order(bank, start=f"{AFTER} 14:00"), volunteer)
    second = a_published_order(bank, start=f"{AFTER} 16:00")
    clock.set(f"{AFTER} 13:00")
    with pytest.raises(Refused):
        a_planned_visit(bank, second, late)

    served(bank, visit, volunteer, f"{AFTER} 14:00", 60)
    confirmed(bank, visit)

    assert settle(bank, visit)["credited"]["coin"] == 60


# ---- services that a new file drops


def _garden_visit(bank, clock):
    """Have garden work accepted for the day after the change, while nobody knows of a change."""
    clock.set("2026-06-29 09:00")
    elder, volunteer = an_elder_with_time(bank), a_volunteer(bank)
    order_id = a_published_order(bank, elder, f"{AFTER} 14:00", 60, service="garden")
    return elder, volunteer, order_id, a_planned_visit(bank, order_id, volunteer)


def _dropped(then):
    return {
        "later": ((GARDEN, ""), *UP),
        "transition": f"{{open_orders: finish, dropped_services: {{garden: {{then: {then}, assumed: 测试所用}}}}, "
        "assumed: 测试所用}",
    }


def test_a_dropped_service_that_may_finish_settles_by_the_last_file_that_had_it(bank_with, clock):
    _, volunteer, _, visit = _garden_visit(bank_with(), clock)
    bank = bank_with(**_dropped("finish"))
    assert orders.apply_transition(bank, YUNZHOU) == 0

    served(bank, visit, volunteer, f"{AFTER} 14:00", 45)
    confirmed(bank, visit)
    answer = settle(bank, visit)

    assert answer["credited"] == {"coin": 0, "point": 30}  # rounded down, as the last file with gardens does
    assert answer["charged"] == {"coin": 60}
    decision = decision_of(bank, answer["transfer_id"])
    assert decision["rules"] == digest_of(bank, EVE) != digest_of(bank, AFTER)
    assert decision["facts"]["day"] == AFTER


def test_a_dropped_service_that_may_not_finish_is_cancelled_and_its_hold_let_go(bank_with, clock):
    elder, _, order_id, visit = _garden_visit(bank_with(), clock)
    bank = bank_with(**_dropped("cancel"))

    assert orders.apply_transition(bank, YUNZHOU) == 1

    with bank.reading() as connection:
        order = find(connection, YUNZHOU, order_id)
    assert order.state == "cancelled"
    assert "transition.dropped_services.garden" in order.reason
    assert visit_row(bank, visit).state == "cancelled"
    assert hold_states(bank, order_id) == [("voided", 60, 0)]
    assert account(bank, elder, "granted").available == 24 * 60
    assert orders.apply_transition(bank, YUNZHOU) == 0


# ---- minutes that wait, over a change


def test_minutes_that_wait_stay_when_a_new_file_has_a_coarser_quantum(bank_with):
    bank = bank_with(later=((FLOOR, FLOOR.replace("60 min", "120 min")),))
    volunteer = a_volunteer(bank)
    made = visits_on_paper(
        bank, [Paper(volunteer, 59, EVE), Paper(volunteer, 59, CHANGE), Paper(volunteer, 30, AFTER)]
    )

    assert settle(bank, made[0])["credited"]["coin"] == 0
    assert settle(bank, made[1])["credited"]["coin"] == 0
    assert account(bank, volunteer).carried == 118
    assert settle(bank, made[2])["credited"]["coin"] == 120
    assert account(bank, volunteer).carried == 28


def test_minutes_that_wait_stay_when_a_new_file_lets_no_more_wait(bank_with):
    bank = bank_with(later=((FLOOR, FLOOR.replace("carried", "served_time")),))
    volunteer = a_volunteer(bank)
    made = visits_on_paper(
        bank, [Paper(volunteer, 50, EVE), Paper(volunteer, 5, CHANGE), Paper(volunteer, 20, AFTER)]
    )

    carried = []
    for visit in made:
        settle(bank, visit)
        carried.append(account(bank, volunteer).carried)

    assert carried == [50, 50, 10]  # of 5 nothing waits; 50 and 20 make an hour, and 10 of the 50 are left
    assert posted(bank, volunteer) == 60


def test_a_new_file_may_credit_in_other_units(bank_with):
    points = "rate: 1\n      account: savings\n      quantum: 30 min"
    half = (points, points.replace("rate: 1", "rate: 0.5"))
    bank = bank_with(later=(half,))
    volunteer = a_volunteer(bank)
    for visit in visits_on_paper(bank, [Paper(volunteer, 60, EVE), Paper(volunteer, 60, CHANGE)]):
        settle(bank, visit)

    assert in_points(bank, volunteer) == 60 + 30


def test_a_day_before_the_first_rule_file_cannot_be_settled(bank):
    (visit,) = visits_on_paper(bank, [Paper(a_volunteer(bank), 60, "2025-12-31")])

    night = settle_due(bank, YUNZHOU)

    ((kept, why),) = night.kept
    assert kept == visit
    assert "2026-01-01 起才有" in why.zh
