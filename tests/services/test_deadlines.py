"""What happens by itself when a time has passed, and everything that is told outside."""

import pytest

from tests.banks import YUNZHOU, a_bank, do
from tests.working import (
    APP,
    CLOCK,
    START,
    STREET,
    a_project,
    a_volunteer,
    an_elder_with,
    available,
    bodies,
    city_folder,
    events,
    held,
    hold_states,
    order_row,
    place,
    placed,
    published,
    serve,
    take,
    visit_row,
)
from tests.yunzhou import settle_tree
from timebank.domain.refusal import Refused
from timebank.services import orders, sweep, visit_deadlines, visits


@pytest.fixture
def bank(in_its_tree):
    return in_its_tree


@pytest.fixture
def elder(bank):
    return an_elder_with(bank, granted=120)


@pytest.fixture
def visit(bank, elder):
    return take(bank, published(bank, elder), a_volunteer(bank))


def confirm(bank, visit, elder):
    return do(bank, visits.confirm, by=elder, visit_id=visit, claims=APP)


# --- orders


def test_an_order_nobody_took_lapses_when_its_time_has_come(bank, elder, clock):
    order, later = published(bank, elder), published(bank, elder, planned_start="2026-03-03 15:00")
    clock.set(START)

    assert orders.lapse_due(bank, YUNZHOU) == 1
    assert orders.lapse_due(bank, YUNZHOU) == 0
    assert order_row(bank, order).state == "lapsed"
    assert hold_states(bank, order) == ["expired"]
    assert order_row(bank, later).state == "published"


def test_an_order_that_never_passed_its_review_lapses_too(bank, elder, clock):
    order = place(bank, elder)
    clock.set("2026-03-03 09:01")

    orders.lapse_due(bank, YUNZHOU)

    assert order_row(bank, order).state == "lapsed"
    assert available(bank, elder, "granted") == 120


def test_an_order_somebody_took_does_not_lapse(bank, elder, clock):
    order, project = published(bank, elder), a_project(bank)
    for one in (order, project):
        take(bank, one, a_volunteer(bank))
    clock.set(START)

    assert orders.lapse_due(bank, YUNZHOU) == 0
    with pytest.raises(Refused) as said:
        do(bank, orders.lapse, **STREET, order_id=project)
    assert said.value.code == "has_volunteers"


# --- visits


def test_a_forgotten_check_out_closes_as_an_exception_and_measures_nothing(bank, visit, clock):
    clock.set(START)
    row = visit_row(bank, visit)
    do(bank, visits.check_in, by=row.volunteer_id, visit_id=visit, claims=CLOCK)
    clock.set("2026-03-03 10:59")
    assert visit_deadlines.close_late_due(bank, YUNZHOU) == 0
    clock.set("2026-03-03 11:00")

    assert visit_deadlines.close_late_due(bank, YUNZHOU) == 1
    assert visit_deadlines.close_late_due(bank, YUNZHOU) == 0
    row = visit_row(bank, visit)
    assert (row.state, row.measured_minutes, row.exception) == ("exception", None, "forgotten_check_out")
    assert order_row(bank, row.order_id).state == "finished"


def test_staff_are_told_once_of_a_visit_that_nobody_confirms_and_nothing_is_credited(bank, visit, clock):
    serve(bank, clock, visit)
    clock.forward(days=6, hours=23)
    assert visit_deadlines.confirm_overdue(bank, YUNZHOU) == 0
    clock.forward(hours=1)

    assert visit_deadlines.confirm_overdue(bank, YUNZHOU) == 1
    assert visit_deadlines.confirm_overdue(bank, YUNZHOU) == 0
    assert events(bank, "visit.unconfirmed") == ["visit.unconfirmed"]
    assert visit_row(bank, visit).state == "checked_out"


def test_staff_are_told_once_of_a_planned_visit_that_is_over_and_was_never_recorded(bank, visit, clock):
    clock.set("2026-03-03 10:59")
    assert visit_deadlines.unserved_overdue(bank, YUNZHOU) == 0
    clock.set("2026-03-03 11:00")

    assert sweep.run_due(bank, YUNZHOU).done["unserved"] == 1
    assert sweep.run_due(bank, YUNZHOU).done["unserved"] == 0
    assert events(bank, "visit.unserved") == ["visit.unserved"]
    assert visit_row(bank, visit).state == "planned"
    do(bank, visits.miss, **STREET, visit_id=visit)
    assert held(bank, visit_row(bank, visit).order_id) == []


def test_staff_are_not_told_before_the_grace_is_over(bank, visit, clock):
    clock.set("2026-03-03 10:59")

    with pytest.raises(Refused) as said:
        do(bank, visits.remind, **STREET, visit_id=visit)

    assert said.value.code == "not_waiting"


def test_a_visit_entered_late_waits_for_its_confirmation_as_any_other(bank, visit, clock):
    clock.set("2026-03-03 11:00")
    visit_deadlines.unserved_overdue(bank, YUNZHOU)
    for step, hour in ((visits.check_in, "09:00"), (visits.check_out, "10:00")):
        claims = [{"kind": "clock", "note": "登记本", "at": f"2026-03-03T{hour}:00+08:00"}]
        do(bank, step, **STREET, visit_id=visit, claims=claims)
    clock.forward(days=7)

    assert visit_deadlines.confirm_overdue(bank, YUNZHOU) == 1


def test_whoever_may_confirm_still_may_after_the_time_is_over(bank, visit, elder, clock):
    serve(bank, clock, visit)
    clock.forward(days=30)
    visit_deadlines.confirm_overdue(bank, YUNZHOU)

    confirm(bank, visit, elder)

    assert visit_row(bank, visit).exception is None


# --- what is told outside


def test_every_step_of_an_order_and_its_visit_is_told(bank, visit, elder, clock):
    serve(bank, clock, visit)
    confirm(bank, visit, elder)

    assert events(bank, "order.") == [
        "order.placed",
        "order.approved",
        "order.published",
        "order.filled",
        "order.in_service",
        "order.finished",
    ]
    assert events(bank, "visit.") == [
        "visit.planned",
        "visit.checked_in",
        "visit.checked_out",
        "visit.confirmed",
    ]


def test_an_event_of_a_visit_is_made_of_identifiers_and_figures(bank, visit):
    body = bodies(bank, "visit.planned")[0]

    assert set(body) == {"visit_id", "order_id", "volunteer_id", "service", "planned_minutes"}


def test_the_event_of_publishing_says_what_a_register_needs_and_no_address(bank):
    a_project(bank)

    body = bodies(bank, "order.published")[0]
    assert (body["origin"], body["title"], body["publisher_id"]) == ("project", "聊天会", "east-1")
    assert "address" not in body


def test_the_event_of_an_elders_order_has_neither_title_nor_name(bank, elder):
    published(bank, elder, title="王奶奶的心愿")

    assert "title" not in bodies(bank, "order.published")[0]


def test_an_order_published_at_once_is_told_of_as_placed_and_as_published(
    fresh_database_url, clock, tmp_path
):
    folder = city_folder(
        tmp_path,
        ("  review: {of: [request], by: [street], source: mb25 第十条}\n", ""),
        ("  publish: {by: [street], source: mb25 第十条}\n", ""),
    )
    with a_bank(fresh_database_url, config_folder=folder, clock=clock) as bank:
        settle_tree(bank)

        assert placed(bank, an_elder_with(bank, granted=60))["state"] == "published"
        assert set(events(bank, "order.")) == {"order.placed", "order.published"}


def test_a_cancelled_order_tells_the_volunteers_too(bank, visit, elder):
    do(bank, orders.cancel, by=elder, order_id=visit_row(bank, visit).order_id, reason="")

    assert events(bank, "visit.cancelled") == ["visit.cancelled"]
    assert events(bank, "order.cancelled") == ["order.cancelled"]
