"""Who is expected at an order, by name or as a number, and who came."""

import pytest

from tests.banks import YUNZHOU, do, writing
from tests.working import (
    ABOVE,
    CLOCK,
    START,
    STREET,
    a_project,
    a_volunteer,
    an_elder_with,
    published,
    take,
    visit_row,
)
from tests.yunzhou import a_member, an_elder
from timebank.domain.identity import new_id
from timebank.domain.refusal import BadInput, NotFound, Refused
from timebank.services import admission, attendances, orders, verification, visits
from timebank.storage import evidence_rows


@pytest.fixture
def clock(town):
    """The instant of the story: a Monday morning until it is set."""
    town.clock.set("2026-03-02 09:00")
    return town.clock


@pytest.fixture
def bank(town, clock):
    return town


@pytest.fixture
def project(bank):
    return a_project(bank)


def expect(bank, project, recipient=None, count=1, **who):
    given = {"order_id": project, "recipient_id": recipient, "head_count": count}
    return do(bank, attendances.add, **(who or STREET), **given)


def came(bank, project, count, recipient=None):
    return do(bank, attendances.came, **STREET, order_id=project, count=count, recipient_id=recipient)


def refused(code, action, *given, **more):
    with pytest.raises(Refused) as said:
        action(*given, **more)
    assert said.value.code == code, said.value.words.zh
    return said.value


def test_named_and_unnamed_people_are_expected_up_to_the_head_count(bank, project):
    assert expect(bank, project, an_elder(bank))["expected"] == 1
    assert expect(bank, project, count=9)["expected"] == 10

    said = refused("too_many", expect, bank, project)
    assert "计划受益 10 人，已登记 10 人" in said.words.zh


def test_unnamed_people_are_counted_together(bank, project):
    first, second = expect(bank, project, count=2), expect(bank, project, count=3)

    assert first["attendance_id"] == second["attendance_id"]
    assert second["expected"] == 5


def test_a_recipient_is_expected_once(bank, project):
    elder = an_elder(bank)
    expect(bank, project, elder)

    refused("expected", expect, bank, project, elder)


def test_an_elder_puts_their_own_name_down(bank, project):
    elder = an_elder(bank)

    expect(bank, project, elder, by=elder)


def test_only_an_admitted_recipient_is_named(bank, project):
    refused("not_admitted", expect, bank, project, a_member(bank))


def test_only_staff_with_the_power_put_others_down(bank, project):
    refused("no_power", expect, bank, project, count=2, **ABOVE)
    refused("not_staff", expect, bank, project, count=2, by=an_elder(bank))


def an_old_volunteer(bank):
    """Admit somebody over eighty both as a volunteer and as a recipient."""
    member = a_volunteer(bank, "钱爷爷", born="1940-02-02")
    do(bank, admission.apply, by=member, member_id=member, role="recipient")
    return member


def test_whoever_is_served_by_a_project_does_not_serve_in_it(bank, project):
    member = an_old_volunteer(bank)
    expect(bank, project, member, by=member)

    refused("attends", take, bank, project, member)


def test_whoever_serves_in_a_project_is_not_served_by_it_before_giving_the_place_back(bank, project):
    member = an_old_volunteer(bank)
    visit = take(bank, project, member)

    refused("serves", expect, bank, project, member, by=member)
    do(bank, visits.cancel, by=member, visit_id=visit, reason="")
    expect(bank, project, member, by=member)


def test_a_no_show_who_is_served_by_the_project_since_does_not_claim_to_have_served_in_it(
    bank, project, clock
):
    member = an_old_volunteer(bank)
    visit, another = take(bank, project, member), take(bank, project, a_volunteer(bank))
    clock.set(START)
    do(bank, visits.check_in, by=visit_row(bank, another).volunteer_id, visit_id=another, claims=CLOCK)
    clock.forward(hours=1)
    do(bank, visits.miss, **STREET, visit_id=visit)
    expect(bank, project, member, by=member)

    said = refused("attends", do, bank, visits.dispute, by=member, visit_id=visit, reason="我去了")

    assert "已登记为这个订单的受益人" in said.words.zh
    assert visit_row(bank, visit).state == "no_show"


def test_an_auditor_finds_who_serves_himself_as_one_of_many(bank, project):
    member = an_old_volunteer(bank)
    visit = take(bank, project, member)
    row = {"city": YUNZHOU, "id": new_id(), "order_id": project, "recipient_id": member, "head_count": 1}
    with writing(bank) as connection:
        evidence_rows.add_attendance(connection, row)

    found = {one.code: one.shown for one in verification.verify(bank, YUNZHOU)}
    do(bank, visits.cancel, by=member, visit_id=visit, reason="")

    assert any(visit.replace("-", "") in one.replace("-", "") for one in found["nobody_serves_himself"])


def test_how_many_came_is_known_after_the_planned_start(bank, project, clock):
    elder = an_elder(bank)
    expect(bank, project, elder)
    expect(bank, project, count=4)
    refused("too_early", came, bank, project, 3)
    clock.set(START)

    assert came(bank, project, 6)["came"] == 6
    assert came(bank, project, 0, elder)["came"] == 0


def test_who_was_not_expected_did_not_come(bank, project, clock):
    clock.set(START)

    refused("not_expected", came, bank, project, 3)


def test_a_named_recipient_counts_for_one(bank, project, clock):
    elder = an_elder(bank)
    with pytest.raises(BadInput):
        expect(bank, project, elder, count=2)
    expect(bank, project, elder)
    clock.set(START)
    with pytest.raises(BadInput):
        came(bank, project, 2, elder)


@pytest.mark.parametrize("count", [0, -1, True, "3"])
def test_a_head_count_is_a_whole_number(bank, project, count):
    with pytest.raises(BadInput):
        expect(bank, project, count=count)


def test_nobody_attends_a_cancelled_order(bank, project):
    do(bank, orders.cancel, **STREET, order_id=project, reason="")

    refused("order_closed", expect, bank, project)


def test_an_unknown_order_is_not_found(bank):
    with pytest.raises(NotFound):
        expect(bank, "00000000-0000-7000-8000-000000000000")


def test_an_elders_own_order_is_for_one(bank):
    elder = an_elder_with(bank, granted=60)
    order = published(bank, elder)

    refused("too_many", expect, bank, order, an_elder(bank))
