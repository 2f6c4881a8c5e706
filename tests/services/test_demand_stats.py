"""Demand is counted by type, area and month: what was asked, what was met, and how many people came."""

import pytest

from tests.banks import StoryClock, day, do
from tests.working import (
    START,
    STREET,
    a_project,
    a_volunteer,
    an_elder_with,
    counted_statements,
    place,
    published,
    serve,
    take,
)
from timebank.domain.refusal import NotFound
from timebank.services import attendances, orders, settlement, visits
from timebank.services.demand_stats import demand, summed

CALL = [{"kind": "call_back", "note": ""}]
WEST = {"by": "zhao", "at": "west-1", "organisation_id": "west-1"}


@pytest.fixture
def clock():
    return StoryClock("2026-03-02 09:00")


@pytest.fixture
def bank(in_its_tree):
    return in_its_tree


def counted(bank, level="street", **days):
    return demand(bank, "yunzhou", level, **days)


def figures(demands, *names):
    return [tuple(getattr(one, name) for name in names) for one in demands]


def a_served_project(bank, clock, came):
    order = a_project(bank, places=1)
    do(bank, attendances.add, **STREET, order_id=order, head_count=10)
    visit = take(bank, order, a_volunteer(bank))
    serve(bank, clock, visit)
    do(bank, visits.confirm, **STREET, visit_id=visit, claims=CALL)
    do(bank, attendances.came, **STREET, order_id=order, count=came)
    do(bank, settlement.settle, visit_id=visit)
    return order


def test_where_nothing_was_asked_there_is_no_demand(bank):
    assert counted(bank) == []
    assert summed(counted(bank)) == []


def test_demand_is_told_apart_by_type_area_and_month(bank):
    a_project(bank, places=2)
    a_project(bank, planned_start="2026-04-01 09:00")
    place(bank, **WEST, places=4, head_count=20)

    assert figures(counted(bank), "month", "area_id", "service", "demands", "places", "people") == [
        ("2026-03", "east-1", "chat", 1, 2, 10),
        ("2026-03", "west-1", "chat", 1, 4, 20),
        ("2026-04", "east-1", "chat", 1, 3, 10),
    ]


def test_planned_minutes_count_for_every_place(bank):
    a_project(bank, places=3, planned_minutes=90)

    assert figures(counted(bank), "minutes") == [(270,)]


def test_what_was_served_is_met_and_who_came_is_counted_without_a_name(bank, clock):
    a_served_project(bank, clock, came=7)

    assert figures(counted(bank), "demands", "met", "unmet", "person_times") == [(1, 1, 0, 7)]


def test_what_was_cancelled_is_unmet_and_what_is_open_neither(bank):
    gone = a_project(bank)
    do(bank, orders.cancel, **STREET, order_id=gone, reason="下雨")
    a_project(bank)

    assert figures(counted(bank), "demands", "met", "unmet") == [(2, 0, 1)]


def test_what_the_review_rejected_was_no_demand(bank):
    rejected = place(bank, an_elder_with(bank, granted=60))
    do(bank, orders.reject, **STREET, order_id=rejected, reason="重复")

    assert counted(bank) == []


def test_a_higher_level_adds_up_the_areas_below(bank):
    a_project(bank)
    place(bank, places=1, organisation_id="east-2", by="sun", at="east-2")

    assert figures(counted(bank, "district"), "area_id", "area", "demands") == [("east", "城东区", 2)]


def test_days_bound_what_is_counted(bank):
    a_project(bank)
    a_project(bank, planned_start="2026-04-01 09:00")

    assert figures(counted(bank, from_day=day("2026-04-01")), "month") == [("2026-04",)]
    assert figures(counted(bank, until_day=day("2026-03-31")), "month") == [("2026-03",)]


def test_sums_by_any_key_come_to_the_same_total(bank, clock):
    a_served_project(bank, clock, came=3)
    clock.set("2026-03-04 09:00")
    a_project(bank, planned_start="2026-04-01 09:00")
    place(bank, **WEST, planned_start="2026-04-02 09:00")
    rows = counted(bank)

    (total,) = summed(rows)
    for key in ("service", "area", "month"):
        assert summed(summed(rows, key)) == [total]
    assert (total.demands, total.person_times) == (3, 3)
    assert figures(summed(rows, "month"), "month", "area_id", "demands") == [
        ("2026-03", "", 1),
        ("2026-04", "", 2),
    ]


def test_a_level_the_city_does_not_have_is_not_found(bank):
    with pytest.raises(NotFound):
        counted(bank, "village")


def test_three_statements_do_however_many_orders_there_are(bank):
    for _ in range(5):
        published(bank, planned_start=START)

    with counted_statements(bank) as statements:
        counted(bank)

    assert len(statements) == 3


def test_plain_values_carry_the_label_of_the_service(bank):
    a_project(bank)
    (row,) = counted(bank)

    plain = row.plain(bank.city("yunzhou").rules_on(day("2026-03-02")))

    assert plain["label"] == {"zh": "陪伴聊天", "en": "company and a chat"}
    assert (plain["area"], plain["demands"]) == ("东一街道", 1)
