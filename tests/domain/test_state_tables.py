"""Every state of every table meets every event: it moves on, or is refused in words that say what is possible."""

import re

import pytest

from timebank.domain.admission import ADMISSION_STATES, STEP_STATES
from timebank.domain.offer import OFFER_STATES, OfferEvent, OfferState
from timebank.domain.order import ORDER_STATES, OrderEvent, OrderState
from timebank.domain.refusal import Refused
from timebank.domain.visit import ENDED, VISIT_STATES, VisitEvent, VisitState

TABLES = {
    "order": ORDER_STATES,
    "offer": OFFER_STATES,
    "visit": VISIT_STATES,
    "admission": ADMISSION_STATES,
    "step": STEP_STATES,
}
PAIRS = [
    pytest.param(table, state, event, id=f"{name}-{state}-{event}")
    for name, table in TABLES.items()
    for state in table.states
    for event in table.events
]
EACH = [pytest.param(table, id=name) for name, table in TABLES.items()]
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def reachable(table, start):
    """Return every state some chain of events leads to."""
    found, edge = set(), {start}
    while edge:
        found |= edge
        edge = {after for (before, _), after in table.moves.items() if before in edge} - found
    return found


@pytest.mark.parametrize(("table", "state", "event"), PAIRS)
def test_every_state_meets_every_event_with_a_move_or_with_words(table, state, event):
    if (state, event) in table.moves:
        assert table.next(state, event) in table.states
        return
    with pytest.raises(Refused) as refused:
        table.next(state, event)

    words, label, verb = refused.value.words, table.states[state], table.events[event]
    assert refused.value.code == "wrong_state"
    assert CHINESE.search(words.zh)
    assert words.en
    assert not CHINESE.search(words.en)
    assert label.zh in words.zh
    assert verb.zh in words.zh
    assert label.en in words.en
    assert verb.en in words.en


@pytest.mark.parametrize(("table", "state", "event"), PAIRS)
def test_a_refusal_names_everything_that_is_possible_instead(table, state, event):
    possible = [allowed for (here, allowed) in table.moves if here == state]
    words = table.refusal(state, event).words

    if not possible:
        assert "最终状态" in words.zh
        assert "final state" in words.en
    for allowed in possible:
        assert table.events[allowed].zh in words.zh
        assert table.events[allowed].en in words.en


@pytest.mark.parametrize("table", EACH)
def test_no_move_is_written_for_a_state_or_an_event_without_words(table):
    for (state, event), after in table.moves.items():
        assert {state, after} <= table.states.keys()
        assert event in table.events


@pytest.mark.parametrize("table", EACH)
def test_every_label_has_two_languages_and_no_two_states_share_one(table):
    labels = list(table.states.values())

    assert all(label.zh and label.en for label in [*labels, *table.events.values(), table.subject])
    assert len({label.zh for label in labels}) == len(labels)
    assert len({label.en for label in labels}) == len(labels)


@pytest.mark.parametrize("table", EACH)
def test_every_event_can_happen_somewhere(table):
    assert [event for event in table.events if not table.sources(event)] == []


@pytest.mark.parametrize(
    ("table", "states", "events"),
    [
        pytest.param(ORDER_STATES, OrderState, OrderEvent, id="order"),
        pytest.param(OFFER_STATES, OfferState, OfferEvent, id="offer"),
        pytest.param(VISIT_STATES, VisitState, VisitEvent, id="visit"),
    ],
)
def test_the_tables_leave_out_no_state_and_no_event(table, states, events):
    assert set(table.states) == set(states)
    assert set(table.events) == set(events)


@pytest.mark.parametrize(
    ("table", "first"),
    [
        pytest.param(ORDER_STATES, OrderState.REQUESTED, id="order"),
        pytest.param(OFFER_STATES, OfferState.SENT, id="offer"),
        pytest.param(VISIT_STATES, VisitState.PLANNED, id="visit"),
    ],
)
def test_every_state_can_be_reached_from_the_first(table, first):
    assert reachable(table, first) == set(table.states)


def test_a_visit_that_has_ended_is_never_served_again():
    served = {VisitState.PLANNED, VisitState.CHECKED_IN, VisitState.CHECKED_OUT}

    assert [state for state in ENDED if reachable(VISIT_STATES, state) & served] == []


def test_an_order_in_service_can_no_longer_be_cancelled():
    with pytest.raises(Refused) as refused:
        ORDER_STATES.next(OrderState.IN_SERVICE, OrderEvent.CANCEL)

    assert "服务中" in refused.value.words.zh
    assert "结束服务" in refused.value.words.zh
    assert "in service" in refused.value.words.en
