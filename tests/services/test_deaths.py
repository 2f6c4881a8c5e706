"""A death counts from its recording on: nothing new begins that day, and what was served is settled all the same."""

import pytest
from sqlalchemy import select

from tests.banks import YUNZHOU, day, do, local
from tests.scenes import settle
from tests.working import (
    ABOVE,
    STREET,
    a_volunteer,
    an_elder_with,
    available,
    give_hours,
    kin_of,
    order_row,
    place,
    published,
    serve,
    take,
    visit_row,
)
from timebank.domain.refusal import BadInput, Refused, TimeBankError
from timebank.services import exchange, grants, members, offers, verification, visits
from timebank.storage import member_rows
from timebank.storage.envelope import outbox
from timebank.storage.people import memberships

TODAY = day("2026-03-02")
CALL_BACK = [{"kind": "call_back", "note": "女儿接的电话"}]


@pytest.fixture
def bank(in_its_tree):
    return in_its_tree


@pytest.fixture
def elder(bank):
    return an_elder_with(bank, granted=120, savings=120)


@pytest.fixture
def volunteer(bank):
    return a_volunteer(bank)


def died(bank, member, on_day=TODAY):
    return do(bank, members.close, member_id=member, on_day=on_day, reason="deceased")


def refused(act, *given, **more):
    with pytest.raises(TimeBankError) as said:
        act(*given, **more)
    return said.value


def member_row(bank, member):
    with bank.reading() as connection:
        row = member_rows.find(connection, YUNZHOU, member)
    return row.closed_on, row.closed_for


def all_laws_hold(bank):
    assert [(one.code, one.shown) for one in verification.verify(bank, YUNZHOU) if not one.ok] == []


def test_nobody_orders_for_who_died_today(bank, elder):
    child = kin_of(bank, elder)
    died(bank, elder)

    for by in (elder, child):
        refused(place, bank, elder, by=by)
    assert available(bank, elder, "granted") == 120


def test_who_died_today_takes_no_place(bank, elder, volunteer):
    order = published(bank, elder)
    died(bank, volunteer)

    refused(take, bank, order, volunteer)

    assert order_row(bank, order).places_taken == 0


def test_an_offer_that_waited_is_not_accepted_any_more(bank, elder, volunteer):
    free = {"free_from": local("2026-03-03 08:00"), "free_until": local("2026-03-03 20:00")}
    do(bank, offers.give_availability, by=volunteer, member_id=volunteer, organisation_id="east-1", **free)
    order = published(bank, elder)
    do(bank, offers.send, order_id=order)
    with bank.reading() as connection:
        body = connection.execute(select(outbox.c.body).where(outbox.c.kind == "message.offer")).scalar_one()
    died(bank, volunteer)

    refused(do, bank, offers.accept, by="job:sms", token=body["token"])


@pytest.mark.parametrize("giver_died", [True, False])
def test_nothing_is_given_by_or_to_who_died_today(bank, elder, giver_died):
    child = kin_of(bank, elder)
    do(bank, give_hours, member_id=child, kind="savings", minutes=60)
    died(bank, child if giver_died else elder)

    said = refused(
        do, bank, exchange.give, by=child, giver_id=child, receiver_id=elder, unit="coin", minutes=60
    )

    assert said.code == "member_closed"


def test_nothing_is_granted_to_who_died_today(bank, elder):
    died(bank, elder)

    refused(do, bank, grants.issue, plan="key_elders", member_id=elder)


def test_who_leaves_may_still_order_on_the_last_day(bank, elder):
    do(bank, members.close, by=elder, member_id=elder, on_day=TODAY, reason="left")

    assert place(bank, elder)


@pytest.mark.parametrize("who", ["elder", "volunteer"])
def test_service_done_earlier_that_day_is_confirmed_and_settled(bank, elder, volunteer, clock, who):
    order = published(bank, elder)
    visit = take(bank, order, volunteer)
    serve(bank, clock, visit)
    died(bank, elder if who == "elder" else volunteer, on_day=day("2026-03-03"))

    do(bank, visits.confirm, **STREET, party=elder, visit_id=visit, claims=CALL_BACK)
    settle(bank, visit)

    assert (visit_row(bank, visit).state, available(bank, elder, "granted")) == ("settled", 60)
    all_laws_hold(bank)


@pytest.mark.parametrize("who", ["elder", "volunteer"])
@pytest.mark.parametrize("settled", [False, True])
def test_a_last_day_before_service_on_record_is_refused_as_mistyped(
    bank, elder, volunteer, clock, who, settled
):
    visit = take(bank, published(bank, elder), volunteer)
    serve(bank, clock, visit)
    if settled:
        do(bank, visits.confirm, **STREET, party=elder, visit_id=visit, claims=CALL_BACK)
        settle(bank, visit)

    said = refused(died, bank, elder if who == "elder" else volunteer, on_day=TODAY)

    assert said.code == "served_later"
    assert "2026-03-03 还有其承担或为其提供的服务记录" in said.words.zh


def test_where_the_later_service_never_was_and_is_void_the_death_is_recorded(bank, elder, volunteer, clock):
    visit = take(bank, published(bank, elder), volunteer)
    serve(bank, clock, visit)
    do(bank, visits.dispute, **STREET, visit_id=visit, reason="没有来")
    do(bank, visits.void, **ABOVE, visit_id=visit, note="老人前一日已去世")

    assert died(bank, elder)["reason"] == "deceased"
    all_laws_hold(bank)


def test_an_order_still_ahead_is_cancelled_before_a_death_is_recorded(bank, elder):
    place(bank, elder)

    assert refused(died, bank, elder).code == "member_not_done"


def test_a_death_is_not_in_the_future(bank, elder):
    with pytest.raises(BadInput, match="在今天之后"):
        died(bank, elder, on_day=day("2026-03-03"))


def test_a_death_is_recorded_of_who_was_to_leave(bank, elder, volunteer):
    order = published(bank, elder)
    do(bank, members.close, member_id=volunteer, on_day=day("2026-12-31"), reason="left")

    died(bank, volunteer)

    refused(take, bank, order, volunteer)
    assert member_row(bank, volunteer) == (TODAY, "deceased")


def test_a_death_leaves_the_last_day_of_who_had_left_as_it_was(bank, volunteer, clock):
    do(bank, members.close, member_id=volunteer, on_day=TODAY, reason="left")
    clock.set("2026-04-10 09:00")

    died(bank, volunteer, on_day=day("2026-04-09"))

    assert member_row(bank, volunteer) == (TODAY, "deceased")


@pytest.mark.parametrize("reason", ["left", "deceased"])
def test_of_who_died_nothing_is_recorded_any_more(bank, volunteer, reason):
    died(bank, volunteer)

    with pytest.raises(Refused, match="已销户"):
        do(bank, members.close, member_id=volunteer, on_day=TODAY, reason=reason)


def test_what_moved_before_a_death_was_recorded_is_no_fault(bank, elder, volunteer, clock):
    do(bank, members.close, member_id=elder, on_day=day("2026-12-31"), reason="left")
    clock.set("2026-03-20 08:00")
    do(bank, exchange.donate, by=elder, giver_id=elder, unit="coin", minutes=60)
    clock.set("2026-03-20 09:00")

    died(bank, elder, on_day=day("2026-03-19"))

    all_laws_hold(bank)


def test_a_membership_that_begins_after_the_last_day_does_not_go_on(bank, volunteer):
    begun = {"organisation_id": "team-a", "from_day": day("2026-03-01")}
    do(bank, members.join_organisation, member_id=volunteer, **begun)

    do(bank, members.close, member_id=volunteer, on_day=day("2026-02-15"), reason="left")

    with bank.reading() as connection:
        (row,) = connection.execute(select(memberships.c.valid_from, memberships.c.valid_until)).all()
    assert tuple(row) == (day("2026-03-01"), day("2026-03-01"))
