"""Nobody serves in two places at once, whatever the clock, a late entry or the organiser says."""

import pytest

from tests.banks import YUNZHOU, do
from tests.working import CLOCK, STREET, a_volunteer, an_elder_with, published, take, visit_row
from timebank.domain.refusal import Refused
from timebank.services import visit_deadlines, visits

ABOVE = {"by": "gao", "at": "east"}


@pytest.fixture
def bank(in_its_tree):
    return in_its_tree


@pytest.fixture
def volunteer(bank):
    return a_volunteer(bank)


@pytest.fixture
def at_nine(bank, volunteer):
    return a_visit(bank, volunteer, "09:00")


@pytest.fixture
def at_ten(bank, volunteer):
    return a_visit(bank, volunteer, "10:00")


def a_visit(bank, volunteer, hour, **more):
    elder = an_elder_with(bank, granted=60)
    return take(bank, published(bank, elder, planned_start=f"2026-03-03 {hour}"), volunteer, **more)


def check_in(bank, visit):
    return do(bank, visits.check_in, by=visit_row(bank, visit).volunteer_id, visit_id=visit, claims=CLOCK)


def check_out(bank, visit):
    return do(bank, visits.check_out, by=visit_row(bank, visit).volunteer_id, visit_id=visit, claims=CLOCK)


def late(bank, step, visit, hour):
    claims = [{"kind": "clock", "note": "登记本", "at": f"2026-03-03T{hour}:00+08:00"}]
    return do(bank, step, **STREET, visit_id=visit, claims=claims)


def refused(code, act, *given, **more):
    with pytest.raises(Refused) as said:
        act(*given, **more)
    assert said.value.code == code, said.value
    return said.value


def test_nobody_checks_in_while_still_checked_in_elsewhere(bank, clock, at_nine, at_ten):
    clock.set("2026-03-03 09:30")
    check_in(bank, at_nine)
    clock.set("2026-03-03 09:31")

    said = refused("still_checked_in", check_in, bank, at_ten)

    assert "2026-03-03 09:30 起已在另一项服务里签到" in said.words.zh
    check_out(bank, at_nine)
    assert check_in(bank, at_ten)["visit_id"] == at_ten


def test_a_forgotten_check_out_keeps_nobody_from_the_next_service(bank, clock, volunteer, at_nine):
    evening = a_visit(bank, volunteer, "18:00")
    clock.set("2026-03-03 09:00")
    check_in(bank, at_nine)
    clock.set("2026-03-03 18:00")
    check_in(bank, evening)
    clock.set("2026-03-03 19:00")

    assert check_out(bank, evening)["measured_minutes"] == 60


def test_a_late_entry_does_not_overlap_what_the_volunteer_did_elsewhere(bank, clock, at_nine, at_ten):
    clock.set("2026-03-03 09:30")
    check_in(bank, at_ten)
    clock.set("2026-03-03 10:45")
    check_out(bank, at_ten)

    refused("served_elsewhere", late, bank, visits.check_in, at_nine, "09:40")
    late(bank, visits.check_in, at_nine, "09:00")
    said = refused("served_elsewhere", late, bank, visits.check_out, at_nine, "09:31")

    assert "2026-03-03 09:30 签到，2026-03-03 10:45 签退" in said.words.zh
    assert late(bank, visits.check_out, at_nine, "09:30")["measured_minutes"] == 30


def test_a_forgotten_visit_took_no_longer_than_until_the_next_began(bank, clock, at_nine, at_ten):
    clock.set("2026-03-03 09:00")
    check_in(bank, at_nine)
    clock.set("2026-03-03 11:00")
    visit_deadlines.close_late_due(bank, YUNZHOU)
    late(bank, visits.check_in, at_ten, "10:15")
    late(bank, visits.check_out, at_ten, "10:45")

    how = {"visit_id": at_nine, "note": "问过老人"}
    refused("served_elsewhere", do, bank, visits.resolve, **STREET, minutes=90, **how)

    assert do(bank, visits.resolve, **STREET, minutes=75, **how)["measured_minutes"] == 75


def test_a_void_visit_hinders_nobody(bank, clock, at_nine, at_ten):
    clock.set("2026-03-03 09:30")
    check_in(bank, at_nine)
    clock.set("2026-03-03 10:00")
    check_out(bank, at_nine)
    do(bank, visits.dispute, **STREET, visit_id=at_nine, reason="没有来")
    do(bank, visits.void, **ABOVE, visit_id=at_nine, note="查实")

    assert late(bank, visits.check_in, at_ten, "09:45")["service_date"] == "2026-03-03"
