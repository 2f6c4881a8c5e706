"""A missed visit that is upheld after its hold was let go: its payer pays after all, or nobody upholds it yet."""

import pytest

from tests.banks import YUNZHOU, do
from tests.scenes import settle
from tests.working import (
    ABOVE,
    STREET,
    a_volunteer,
    an_elder_with,
    available,
    hold_states,
    order_row,
    place,
    published,
    serve,
    take,
    visit_row,
    volunteers,
)
from timebank.domain.refusal import Refused
from timebank.services import grants, verification, visits
from timebank.storage import hold_rows

LATE = "2026-03-03 10:00"


@pytest.fixture
def bank(in_its_tree):
    return in_its_tree


@pytest.fixture
def elder(bank):
    return an_elder_with(bank, granted=90, savings=60)


def missed(bank, order, volunteer):
    """Let a volunteer be missed and dispute it, the hold being let go meanwhile; return the visit."""
    visit = take(bank, order, volunteer)
    bank.clock.set(LATE)
    do(bank, visits.miss, **STREET, visit_id=visit)
    do(bank, visits.dispute, by=volunteer, visit_id=visit, reason="我去了")
    return visit


def uphold(bank, visit, minutes=60):
    return do(bank, visits.uphold, **ABOVE, visit_id=visit, minutes=minutes, note="邻居作证")


def all_laws_hold(bank):
    assert [(one.code, one.shown) for one in verification.verify(bank, YUNZHOU) if not one.ok] == []


def open_holds(bank, order):
    with bank.reading() as connection:
        return hold_rows.open_of_orders(connection, YUNZHOU, [order])


def test_what_was_let_go_is_held_again_and_paid(bank, elder):
    order, volunteer = published(bank, elder), a_volunteer(bank)
    visit = missed(bank, order, volunteer)
    assert hold_states(bank, order) == ["voided"]

    uphold(bank, visit)
    all_laws_hold(bank)
    assert hold_states(bank, order) == ["open", "voided"]
    settle(bank, visit)

    assert hold_states(bank, order) == ["posted", "voided"]
    assert (available(bank, elder, "granted"), available(bank, volunteer)) == (
        30,
        60 + 60,
    )  # a coin and a point
    all_laws_hold(bank)


def test_it_is_charged_by_the_file_of_the_day_on_which_it_was_first_held(bank, elder):
    order = published(bank, elder)
    visit = missed(bank, order, a_volunteer(bank))

    uphold(bank, visit)

    (row,) = open_holds(bank, order)
    assert row.placed_on == order_row(bank, order).placed_on


def test_what_was_spent_from_one_account_meanwhile_is_held_on_the_next(bank, elder):
    order = published(bank, elder)
    visit = missed(bank, order, a_volunteer(bank))
    place(bank, elder, planned_start="2026-03-05 09:00", planned_minutes=60)

    uphold(bank, visit)

    assert [(row.account_kind, row.minutes) for row in open_holds(bank, order)] == [
        ("granted", 30),
        ("savings", 30),
    ]
    all_laws_hold(bank)


def test_where_too_little_is_left_nobody_upholds_it_and_it_says_what_to_do(bank, elder):
    order = published(bank, elder)
    visit = missed(bank, order, a_volunteer(bank))
    place(bank, elder, planned_start="2026-03-05 09:00", planned_minutes=120)

    with pytest.raises(Refused) as said:
        uphold(bank, visit)

    assert said.value.code == "cannot_hold_again"
    for words in ("1 时间币", "0.5 时间币", "发放赠时", "作废"):
        assert words in said.value.words.zh
    assert (visit_row(bank, visit).state, hold_states(bank, order)) == ("disputed", ["voided"])
    all_laws_hold(bank)


def test_once_time_was_granted_it_is_upheld_after_all(bank, elder):
    order = published(bank, elder)
    visit = missed(bank, order, a_volunteer(bank))
    place(bank, elder, planned_start="2026-03-05 09:00", planned_minutes=120)
    do(bank, grants.issue, plan="key_elders", member_id=elder)

    uphold(bank, visit)

    assert visit_row(bank, visit).state == "confirmed"
    all_laws_hold(bank)


def test_what_is_held_again_is_let_go_with_a_visit_that_becomes_void_after_all(bank, elder):
    order, volunteer = published(bank, elder), a_volunteer(bank)
    visit = missed(bank, order, volunteer)
    uphold(bank, visit)

    do(bank, visits.dispute, by=elder, visit_id=visit, reason="没有人来")
    do(bank, visits.void, **ABOVE, visit_id=visit, note="")

    assert hold_states(bank, order) == ["voided", "voided"]
    assert available(bank, elder, "granted") == 90
    all_laws_hold(bank)


def test_a_place_let_go_when_the_others_had_served_is_held_again(bank, clock):
    elder, people = an_elder_with(bank, granted=120), volunteers(bank, 2)
    order = published(bank, elder, places=2)
    first, second = (take(bank, order, each) for each in people)
    serve(bank, clock, first)
    do(bank, visits.miss, **STREET, visit_id=second)
    assert hold_states(bank, order) == ["expired", "open"]
    do(bank, visits.dispute, by=people[1], visit_id=second, reason="我去了")

    uphold(bank, second)

    assert hold_states(bank, order) == ["expired", "open", "open"]
    all_laws_hold(bank)


def test_a_place_that_still_holds_its_minutes_holds_no_more(bank, elder, clock):
    order, volunteer = published(bank, elder), a_volunteer(bank)
    visit = take(bank, order, volunteer)
    serve(bank, clock, visit)
    do(bank, visits.dispute, by=elder, visit_id=visit, reason="没有来满一小时")

    uphold(bank, visit, minutes=40)

    assert hold_states(bank, order) == ["open"]
    all_laws_hold(bank)
