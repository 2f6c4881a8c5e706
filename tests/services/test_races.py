"""Many at once: exactly as many win as there is room for, and the others are told so in words."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial

import pytest

from tests.banks import StoryClock, a_bank, day, do, local
from tests.working import (
    START,
    STREET,
    a_project,
    a_volunteer,
    an_elder_with,
    available,
    held,
    order_row,
    placed,
    published,
    take,
    volunteers,
)
from tests.yunzhou import settle_tree
from timebank.domain.refusal import Refused
from timebank.services import members, offers, orders, organisations, visits

CLIENTS = 8
QUICK = pytest.param(20, id="20_rounds")
FULL = pytest.param(100, id="100_rounds", marks=[pytest.mark.slow, pytest.mark.timeout(900)])


@pytest.fixture(scope="module")
def clients(databases):
    """Eight banks on one database, each with connections of its own, as eight processes have."""
    url = databases.migrated()
    clock = StoryClock()
    with ExitStack() as opened:
        banks = [opened.enter_context(a_bank(url, clock=clock)) for _ in range(CLIENTS)]
        settle_tree(banks[0])
        yield banks
    databases.drop(url)


@pytest.fixture(scope="module")
def runners():
    with ThreadPoolExecutor(CLIENTS) as pool:
        yield pool


@pytest.fixture(scope="module")
def people(clients):
    return volunteers(clients[0], CLIENTS)


def race(runners, runs):
    """Start everything at the same moment; return what came of each: an answer or a refusal, never a fault."""
    start = threading.Barrier(len(runs))

    def run(one):
        start.wait()
        try:
            return one()
        except Refused as refused:
            return refused

    return [future.result(timeout=60) for future in [runners.submit(run, one) for one in runs]]


def parted(outcomes):
    """Return (answers, codes of refusals); every refusal is a sentence in two languages."""
    refusals = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert all(refused.words.zh and refused.words.en for refused in refusals)
    return [one for one in outcomes if not isinstance(one, Refused)], [refused.code for refused in refusals]


def days(round_):
    """Return a start of its own for each round, so that no volunteer is busy because of the one before."""
    return f"2026-{4 + round_ // 28:02}-{1 + round_ % 28:02} 09:00"


@pytest.mark.parametrize("rounds", [QUICK, FULL])
def test_eight_volunteers_race_for_three_places_and_exactly_three_win(clients, runners, people, rounds):
    for round_ in range(rounds):
        project = a_project(clients[0], places=3, planned_start=days(round_))
        runs = [
            partial(do, bank, visits.accept, by=who, order_id=project, volunteer_id=who)
            for bank, who in zip(clients, people, strict=True)
        ]

        won, refused = parted(race(runners, runs))

        assert sorted(answer["place"] for answer in won) == [1, 2, 3]
        assert refused == ["no_place"] * 5
        row = order_row(clients[0], project)
        assert (row.state, row.places_taken) == ("filled", 3)
        do(clients[0], orders.cancel, **STREET, order_id=project, reason="")


@pytest.mark.parametrize("rounds", [QUICK, FULL])
def test_eight_orders_race_for_one_holds_worth_and_exactly_one_wins(clients, runners, rounds):
    elder = an_elder_with(clients[0], granted=60)
    for _ in range(rounds):
        runs = [partial(placed, bank, elder) for bank in clients]

        won, refused = parted(race(runners, runs))

        assert len(won) == 1
        assert refused == ["not_enough"] * 7
        assert held(clients[0], won[0]["order_id"]) == [(1, "granted", 60)]
        assert available(clients[0], elder, "granted") == 0
        do(clients[0], orders.cancel, by=elder, order_id=won[0]["order_id"], reason="")


def test_orders_that_race_for_two_accounts_hold_from_the_second_when_the_first_is_spent(clients, runners):
    for _ in range(5):
        elder = an_elder_with(clients[0], granted=60, savings=120)

        won, refused = parted(race(runners, [partial(placed, bank, elder) for bank in clients]))

        assert len(won) == 3
        assert set(refused) <= {"not_enough", "balance_busy"}
        kinds = sorted(kind for answer in won for kind in answer["held"])
        assert kinds == ["granted", "savings", "savings"]
        assert available(clients[0], elder) == available(clients[0], elder, "granted") == 0


def test_one_volunteer_who_accepts_two_orders_of_the_same_hour_at_once_gets_one(clients, runners):
    for round_ in range(10):
        who = a_volunteer(clients[0])
        chosen = [a_project(clients[0], planned_start=days(round_)) for _ in range(2)]
        runs = [partial(take, bank, order, who) for bank, order in zip(clients[:2], chosen, strict=True)]

        won, refused = parted(race(runners, runs))

        assert (len(won), refused) == (1, ["overlap"])


def test_placing_races_with_a_death_and_no_order_stands_for_who_is_gone(clients, runners):
    for _ in range(10):
        elder = an_elder_with(clients[0], granted=60)
        death = {"member_id": elder, "on_day": day("2026-03-02"), "reason": "deceased"}
        runs = [partial(placed, clients[0], elder), partial(do, clients[1], members.close, **death)]

        won, refused = parted(race(runners, runs))

        assert len(won) == 1
        assert set(refused) <= {"member_closed", "member_not_done", "not_admitted"}


def test_an_organisation_that_is_closed_as_another_moves_below_it_keeps_none(clients, runners):
    bank = clients[0]
    given = {"level": "street", "parent_id": "east", "opened_on": day("2026-01-01")}
    for round_ in range(10):
        ends, team = f"ends-{round_}", f"moves-{round_}"
        do(bank, organisations.add, organisation_id=ends, name="将撤销", **given)
        below = given | {"level": "team", "parent_id": "east-1"}
        do(bank, organisations.add, organisation_id=team, name="将移入", **below)
        move = {"organisation_id": team, "parent_id": ends, "from_day": day("2026-03-02")}
        runs = [
            partial(do, clients[1], organisations.move, **move),
            partial(do, clients[2], organisations.close, organisation_id=ends, on_day=day("2026-03-02")),
        ]

        won, refused = parted(race(runners, runs))

        assert len(won) == 1
        assert set(refused) <= {"organisation_closed", "organisation_not_empty"}


def test_one_operation_sent_eight_times_at_once_is_done_once(clients, runners):
    elder = an_elder_with(clients[0], granted=600)

    runs = [partial(placed, bank, elder, operation="the-same") for bank in clients]
    won, refused = parted(race(runners, runs))

    assert refused == []
    assert {answer["order_id"] for answer in won} == {won[0]["order_id"]}
    assert available(clients[0], elder, "granted") == 540


def test_picking_races_with_offering_and_no_place_is_given_twice(clients, runners, people):
    for round_ in range(5):
        start = days(60 + round_)
        project = a_project(clients[0], places=3, planned_start=start)
        free = {"free_from": local(start), "free_until": local(start.replace("09:00", "10:00"))}
        for who in people[:3]:
            given = {"member_id": who, "organisation_id": "east", **free}
            do(clients[0], offers.give_availability, by=who, **given)
        runs = [
            partial(take, bank, project, who) for bank, who in zip(clients[1:6], people[3:8], strict=True)
        ]
        runs.append(partial(do, clients[0], offers.send, **STREET, order_id=project))

        parted(race(runners, runs))

        row = order_row(clients[0], project)
        assert (row.state, row.places_taken) == ("filled", 3)
        do(clients[0], orders.cancel, **STREET, order_id=project, reason="")


def test_cancelling_races_with_accepting_and_one_of_them_is_refused_or_undone(clients, runners, people):
    for round_ in range(10):
        elder = an_elder_with(clients[0], granted=60)
        order = published(clients[0], elder, planned_start=days(80 + round_))
        runs = [
            partial(take, clients[0], order, people[0]),
            partial(do, clients[1], orders.cancel, by=elder, order_id=order, reason=""),
        ]

        parted(race(runners, runs))

        row = order_row(clients[0], order)
        assert (row.state, row.places_taken) == ("cancelled", 0)
        assert available(clients[0], elder, "granted") == 60


def test_two_who_check_the_same_visit_in_at_once_are_not_both_the_first(clients, runners, people):
    project = a_project(clients[0])
    visit = take(clients[0], project, people[0])
    clients[0].clock.set(START)
    claims = [{"kind": "clock"}]

    runs = [
        partial(do, bank, visits.check_in, by=people[0], visit_id=visit, claims=claims)
        for bank in clients[:4]
    ]
    won, refused = parted(race(runners, runs))
    clients[0].clock.set("2026-03-02 09:00")

    assert (len(won), refused) == (1, ["wrong_state"] * 3)


def test_one_volunteer_who_checks_in_at_two_places_at_once_is_at_one_of_them(clients, runners):
    for round_ in range(5):
        who = a_volunteer(clients[0])
        first, second = days(120 + round_), days(120 + round_).replace("09:00", "10:00")
        planned = [
            take(clients[0], a_project(clients[0], planned_start=start), who) for start in (first, second)
        ]
        clients[0].clock.set(first.replace("09:00", "09:45"))
        runs = [
            partial(do, bank, visits.check_in, by=who, visit_id=visit, claims=[{"kind": "clock"}])
            for bank, visit in zip(clients[:2], planned, strict=True)
        ]

        won, refused = parted(race(runners, runs))
        clients[0].clock.set("2026-03-02 09:00")

        assert (len(won), refused) == (1, ["still_checked_in"])
