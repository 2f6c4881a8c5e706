"""An order follows its visits, and only along its own table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timebank.domain.course import AHEAD, GONE, events_that_follow
from timebank.domain.order import ORDER_STATES, OrderEvent, OrderState
from timebank.domain.visit import VisitState

BEFORE_SERVICE = [
    OrderState.REQUESTED,
    OrderState.APPROVED,
    OrderState.PUBLISHED,
    OrderState.FILLED,
    OrderState.REJECTED,
    OrderState.CANCELLED,
    OrderState.LAPSED,
]
orders = st.sampled_from(OrderState)
visit_states = st.lists(st.sampled_from(VisitState), max_size=6)


def after(order, visits):
    """Walk the order's own table along the events that follow."""
    for event in events_that_follow(order, visits):
        order = ORDER_STATES.next(order, event)
    return order


@given(orders, visit_states)
def test_the_events_that_follow_are_always_allowed_by_the_table(order, visits):
    after(order, visits)


@given(orders, visit_states)
def test_an_order_that_has_followed_its_visits_stays_where_it_is(order, visits):
    assert events_that_follow(after(order, visits), visits) == ()


@given(orders, st.lists(st.sampled_from(sorted(AHEAD)), min_size=1, max_size=3), visit_states)
def test_no_order_moves_while_a_visit_is_still_ahead(order, ahead, visits):
    assert events_that_follow(order, ahead + visits) == ()


@given(st.sampled_from(BEFORE_SERVICE), visit_states)
def test_an_order_that_never_came_to_service_does_not_follow(order, visits):
    assert events_that_follow(order, visits) == ()


@given(orders, visit_states, st.lists(st.sampled_from(sorted(GONE)), max_size=3))
def test_who_never_came_makes_no_difference(order, visits, gone):
    assert events_that_follow(order, visits) == events_that_follow(order, visits + gone)


@pytest.mark.parametrize(
    ("visits", "state"),
    [
        (["checked_out"], OrderState.FINISHED),
        (["checked_out", "no_show"], OrderState.FINISHED),
        (["exception"], OrderState.FINISHED),
        (["checked_out", "disputed"], OrderState.DISPUTED),
        (["settled", "void"], OrderState.SETTLED),
        (["void", "void", "cancelled"], OrderState.VOID),
        (["settled", "confirmed"], OrderState.FINISHED),
    ],
)
def test_an_order_in_service_ends_as_its_visits_did(visits, state):
    assert after(OrderState.IN_SERVICE, [VisitState(visit) for visit in visits]) is state


def test_a_dispute_that_ends_in_favour_of_a_settled_order_opens_it_for_settlement_again():
    visits = [VisitState.SETTLED, VisitState.CONFIRMED]

    assert events_that_follow(OrderState.SETTLED, visits) == (OrderEvent.DISPUTE, OrderEvent.UPHOLD)
