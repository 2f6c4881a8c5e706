"""Stories told to the bank and to a model in plain Python: every answer and every balance agrees."""

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.banks import YUNZHOU, a_bank, local
from tests.scenes import a_config
from tests.torture.both_sides import CHANGE_DAY, EDITS, LATER, MOMENTS, BothSides
from tests.torture.coverage_of_states import meetings_of, moves_of, watched_tables
from tests.torture.machine import WAYS, Story, go_some_way
from tests.torture.sizes import SIZES
from timebank.domain.order import ORDER_STATES, OrderEvent, OrderState
from timebank.domain.visit import VISIT_STATES, VisitEvent
from timebank.services.verification import verify

ENOUGH = 0.95
STORIES = settings(
    max_examples=SIZES.runs,
    stateful_step_count=SIZES.steps,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
ORDER_WAYS = (
    (),
    ("reject",),
    ("cancel",),
    ("start", "lapse"),
    ("approve",),
    ("approve", "cancel"),
    ("approve", "start", "lapse"),
    ("approve", "publish", "cancel"),
    ("approve", "publish", "start", "lapse"),
)
TOGETHER = (
    (("a", "start"), ("a", "check_in"), ("b", "cancel"), ("a", "end"), ("a", "check_out")),
    (("a", "start"), ("a", "check_in"), ("a", "end"), ("a", "check_out"), ("a", "confirm"), ("a", "settle"),
     ("b", "late"), ("b", "miss"), ("b", "dispute"), ("b", "void")),
    (("b", "cancel"), ("a", "cancel")),
)  # fmt: skip
"""Ways two volunteers of one project may go together."""


@pytest.fixture
def bank(fresh_database_url, tmp_path):
    """A bank whose rules change in the middle of the stories."""
    config = a_config(tmp_path, *EDITS, later=LATER, later_day=CHANGE_DAY)
    with a_bank(fresh_database_url, config_folder=config) as opened:
        yield opened


def is_right(bank):
    """Say whether every law of the ledger holds."""
    assert {one.code: one.shown for one in verify(bank, YUNZHOU) if not one.ok} == {}


def walk_every_way(bank, met):
    """Go every way there is to every step of it, alone and in twos, and try there whatever cannot be done."""
    for way in ORDER_WAYS:
        told = BothSides(bank, met)
        order = told.place(0)
        for step in way:
            told.go(MOMENTS[step](order)) if step in MOMENTS else told.handle(order, step)
        told.try_the_rest(order)
        told.compare()
    for way in WAYS:
        for elder, steps in ((0, range(len(way) + 1)), (None, (len(way),))):
            for until in steps:
                told = BothSides(bank, met)
                go_some_way(told, elder, 1, way[:until], 30)
                told.try_the_rest(told.orders[0])
                told.compare()
    for way in WAYS[:2]:
        told = BothSides(bank, met)
        told.go(local(f"{CHANGE_DAY} 09:00"))
        told.open(told.place(0, minutes=90))
        go_some_way(told, 0, 1, way, 30)
        told.compare()
    for steps in TOGETHER:
        two_serve_together(BothSides(bank, met), steps)


def two_serve_together(told, steps):
    """Let two volunteers of a project go a way, and reverse what was settled."""
    project = told.place(None)
    told.open(project)
    pair = {name: told.accept(project, number) for number, name in enumerate("ab")}
    told.try_the_rest(project)
    for name, event in steps:
        told.go(MOMENTS[event](project)) if event in MOMENTS else told.act(pair[name], event)
        told.compare()
    told.try_the_rest(project)
    for moved in list(told.model.moves):
        told.reverse(moved)
        told.reverse(moved)
        told.try_the_rest(project)
        told.compare()


def to_be_met():
    """Return every pair of state and event that an act can bring about.

    Nobody reports a visit done where checking in is needed. An order cannot lapse while it has volunteers, and is
    refused for that before any table is asked; a full one has some here, for nobody is sent offers.
    """
    from_outside = set(VisitEvent) - {VisitEvent.REPORT_DONE, VisitEvent.REVERSE}
    steps = {OrderEvent.APPROVE, OrderEvent.REJECT, OrderEvent.PUBLISH, OrderEvent.CANCEL, OrderEvent.LAPSE}
    having = (
        OrderState.FILLED,
        OrderState.IN_SERVICE,
        OrderState.FINISHED,
        OrderState.SETTLED,
        OrderState.DISPUTED,
    )
    never = {("service order", str(state), "lapse") for state in having}
    moves = {pair for pair in moves_of(VISIT_STATES) | moves_of(ORDER_STATES) if pair[2] != "report_done"}
    return (meetings_of(VISIT_STATES, *from_outside) | meetings_of(ORDER_STATES, *steps) | moves) - never


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_every_answer_along_every_way_is_as_the_model_says(bank):
    with watched_tables() as seen:
        walk_every_way(bank, seen)

    is_right(bank)
    wanted = to_be_met()
    missed = sorted(wanted - seen)
    print(f"{len(wanted) - len(missed)} of {len(wanted)} pairs of state and event; missed: {missed}")
    assert len(missed) <= (1 - ENOUGH) * len(wanted)


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_every_answer_of_stories_drawn_at_random_is_as_the_model_says(bank):
    story = seed(SIZES.seed)(type("ThisStory", (Story,), {"bank": bank, "met": set()}))

    run_state_machine_as_test(story, settings=STORIES)

    is_right(bank)
