"""A confirmed visit becomes credit and charge, once: rounded, charged at most what was held, together or not at all."""

import json
import random
from functools import partial

import pytest
from sqlalchemy import select, update

from tests.banks import YUNZHOU, a_bank, day, do, plugin
from tests.scenes import (
    NO_DAY_CAP,
    STREET,
    TEAM,
    Paper,
    Visited,
    a_confirmed_visit,
    a_planned_visit,
    a_published_order,
    a_recipient,
    a_visit_on_paper,
    a_volunteer,
    account,
    all_at_once,
    an_elder_with_time,
    confirmed,
    decision_of,
    donate,
    hold_states,
    in_points,
    lines_of,
    pool,
    posted,
    row_counts,
    served,
    settle,
    statements,
    visit_row,
    visits_on_paper,
    with_credit,
    writing,
)
from timebank.domain.refusal import Conflict, NotFound, Refused
from timebank.hooks import hookimpl
from timebank.services import organisations, settlement
from timebank.services import visits as visit_services
from timebank.services.settlement import settle_due
from timebank.storage.books import transfers
from timebank.storage.work import orders, visits

FLOOR = "rounding: floor\n      remainder: carried"


def order_state(bank, order_id):
    with bank.reading() as connection:
        return connection.execute(select(orders.c.state).where(orders.c.id == order_id)).scalar_one()


# ---- the whole way


def test_a_visit_of_an_hour_gives_a_coin_and_a_point_and_costs_its_elder_a_coin(bank):
    elder = an_elder_with_time(bank)
    visit = a_confirmed_visit(bank, recipient=elder, minutes=60)

    answer = settle(bank, visit)

    assert answer["credited"] == {"coin": 60, "point": 60}
    assert answer["charged"] == {"coin": 60}
    assert lines_of(bank, answer["transfer_id"]) == [
        ("issuance", "savings", "coin", 60),
        ("issuance", "savings", "point", 60),
        ("granted", "redemption", "coin", 60),
    ]
    assert (posted(bank, visit.volunteer), in_points(bank, visit.volunteer)) == (60, 60)
    assert account(bank, elder, "granted").available == 24 * 60 - 60
    assert visit_row(bank, visit).state == "settled"
    assert order_state(bank, visit.order_id) == "settled"


def test_a_visit_of_a_project_is_credited_and_charged_to_nobody(bank):
    answer = settle(bank, a_confirmed_visit(bank, minutes=60))

    assert answer["charged"] == {}
    assert [line[1] for line in lines_of(bank, answer["transfer_id"])] == ["savings", "savings"]


def test_nothing_is_settled_before_it_is_confirmed(bank):
    volunteer = a_volunteer(bank)
    visit = a_planned_visit(bank, a_published_order(bank), volunteer)
    served(bank, visit, volunteer, "2026-03-03 14:00", 60)

    with pytest.raises(Refused, match="已签出待确认") as refused:
        settle(bank, visit)

    assert refused.value.code == "wrong_state"
    assert posted(bank, volunteer) == 0


def test_a_visit_nobody_knows_is_answered_with_a_sentence(bank):
    for visit_id in ("01890000-0000-7000-8000-000000000000", "no-visit", ""):
        with pytest.raises(NotFound, match="没有找到服务记录"):
            settle(bank, visit_id)


# ---- rounding


@pytest.mark.parametrize(
    ("rounding", "minutes", "coins", "carried"),
    [
        *[("floor", m, c, r) for m, c, r in ((29, 0, 29), (30, 0, 30), (59, 0, 59), (60, 60, 0))],
        *[("floor", m, c, r) for m, c, r in ((61, 60, 1), (89, 60, 29), (90, 60, 30))],
        *[("nearest", m, c, r) for m, c, r in ((29, 0, 29), (30, 60, 0), (59, 60, 0), (60, 60, 0))],
        *[("nearest", m, c, r) for m, c, r in ((61, 60, 1), (89, 60, 29), (90, 120, 0))],
        *[("ceil", m, c, 0) for m, c in ((29, 60), (30, 60), (59, 60), (60, 60), (61, 120), (89, 120))],
        ("ceil", 90, 120, 0),
    ],
)
def test_minutes_round_to_the_quantum_as_the_file_says_and_the_rest_waits(
    bank_with, rounding, minutes, coins, carried
):
    bank = bank_with((FLOOR, f"rounding: {rounding}\n      remainder: carried"))
    volunteer = a_volunteer(bank)

    answer = settle(bank, a_visit_on_paper(bank, volunteer, minutes))

    assert answer["credited"]["coin"] == coins
    assert posted(bank, volunteer) == coins
    assert account(bank, volunteer).carried == carried


@pytest.mark.parametrize(
    ("minutes", "points"), [(29, 0), (30, 30), (59, 30), (60, 60), (61, 60), (89, 60), (90, 90)]
)
def test_two_units_of_one_visit_round_each_by_its_own_quantum(bank, minutes, points):
    volunteer = a_volunteer(bank)

    answer = settle(bank, a_visit_on_paper(bank, volunteer, minutes))

    assert answer["credited"] == {"coin": minutes // 60 * 60, "point": points}
    assert account(bank, volunteer, unit="point").carried == 0  # its rest stays served time


def test_minutes_that_wait_join_the_next_visit(bank):
    volunteer = a_volunteer(bank)

    coins = [settle(bank, a_visit_on_paper(bank, volunteer, 25))["credited"]["coin"] for _ in range(5)]

    assert coins == [0, 0, 60, 0, 60]
    assert account(bank, volunteer).carried == 5


def test_a_visit_too_short_for_any_credit_is_settled_without_a_transfer(bank):
    volunteer = a_volunteer(bank)
    visit = a_visit_on_paper(bank, volunteer, 20)

    answer = settle(bank, visit)

    assert answer["transfer_id"] is None
    assert visit_row(bank, visit).state == "settled"
    assert account(bank, volunteer).carried == 20


# ---- charge and hold


def test_credit_and_charge_are_two_figures(bank):
    elder = an_elder_with_time(bank)

    answer = settle(bank, a_visit_on_paper(bank, a_volunteer(bank), 61, planned=90, payer=elder, held=120))

    assert answer["credited"] == {"coin": 60, "point": 60}  # measured, rounded down
    assert answer["charged"] == {"coin": 120}  # planned, rounded up


def test_the_charge_is_at_most_the_hold(bank):
    elder = an_elder_with_time(bank)
    visit = a_visit_on_paper(bank, a_volunteer(bank), 90, payer=elder, held=60)

    assert settle(bank, visit)["charged"] == {"coin": 60}
    assert account(bank, elder, "granted").available == 24 * 60 - 60


def test_what_the_charge_does_not_take_is_let_go_in_the_same_transfer(bank):
    elder = an_elder_with_time(bank)
    visit = a_visit_on_paper(bank, a_volunteer(bank), 60, payer=elder, held=180)

    answer = settle(bank, visit)

    found = account(bank, elder, "granted")
    assert (found.posted, found.held) == (24 * 60 - 60, 0)
    assert hold_states(bank, visit_row(bank, visit).order_id) == [("posted", 180, 60)]
    assert decision_of(bank, answer["transfer_id"])["facts"]["held"] == 180


def test_a_hold_of_all_that_an_elder_has_pays_in_full(bank):
    elder = an_elder_with_time(bank)
    visit = a_visit_on_paper(bank, a_volunteer(bank), 60, planned=24 * 60, payer=elder, held=24 * 60)

    assert settle(bank, visit)["charged"] == {"coin": 24 * 60}
    assert account(bank, elder, "granted").posted == 0


@pytest.mark.parametrize(
    ("planned", "states"),
    [
        (60, [("posted", 60, 60), ("voided", 60, 0)]),
        (120, [("posted", 60, 60), ("posted", 60, 60)]),
        (30, [("posted", 60, 60), ("voided", 60, 0)]),
    ],
)
def test_granted_hours_are_used_before_savings(bank_with, planned, states):
    bank = bank_with(("minutes: 24 h", "minutes: 1 h"))
    elder = an_elder_with_time(bank)
    with_credit(bank, elder, 120)
    visit = a_visit_on_paper(bank, a_volunteer(bank), 30, planned=planned, payer=elder, held=120)

    settle(bank, visit)

    assert hold_states(bank, visit_row(bank, visit).order_id) == states
    charged = sum(paid for _, _, paid in states)
    assert posted(bank, elder, "granted") + posted(bank, elder) == 180 - charged
    assert account(bank, elder).held == account(bank, elder, "granted").held == 0


@pytest.mark.parametrize(("given", "charged"), [(180, 60), (30, 30), (0, 0)])
def test_where_the_pool_pays_it_pays_what_it_has_and_no_more(bank_with, given, charged):
    bank = bank_with(
        ("request: {payer: recipient, accounts: [granted, savings], ", "request: {payer: pool, ")
    )
    giver = a_volunteer(bank, "甲")
    with_credit(bank, giver, 180)
    if given:
        donate(bank, giver, given)

    answer = settle(bank, a_visit_on_paper(bank, a_volunteer(bank), 60, payer=a_recipient(bank)))

    assert sum(answer["charged"].values()) == charged
    assert pool(bank) == given - charged


# ---- once


def test_a_settled_visit_is_not_settled_again(bank):
    visit = a_confirmed_visit(bank, minutes=60)
    settle(bank, visit)

    with pytest.raises(Refused, match="已结算"):
        settle(bank, visit)

    assert posted(bank, visit.volunteer) == 60


def refused(code, bank, visit, **who):
    with pytest.raises(Refused) as said:
        settle(bank, visit, **who)
    assert said.value.code == code, said.value


def test_the_volunteer_does_not_cut_short_the_time_to_dispute(bank):
    elder, volunteer = an_elder_with_time(bank), a_volunteer(bank)
    visit = a_confirmed_visit(bank, volunteer, elder)

    refused("not_staff", bank, visit, by=volunteer)

    do(bank, visit_services.dispute, by=elder, visit_id=visit.id, reason="没有来")


def test_staff_who_confirm_visits_or_settle_disputes_settle_them_by_hand(bank):
    for at in (STREET, "east", "yun"):
        settle(bank, a_visit_on_paper(bank, a_volunteer(bank)), by="clerk", at=at)


def test_staff_without_a_power_over_the_order_settle_nothing(bank):
    visit = a_visit_on_paper(bank, a_volunteer(bank))
    do(bank, organisations.add, organisation_id="west", level="district", name="西区", parent_id="yun")

    refused("outside_area", bank, visit, by="captain", at=TEAM)
    refused("outside_area", bank, visit, by="gao", at="west")


def test_staff_settle_no_visit_of_their_own(bank):
    volunteer = a_volunteer(bank)

    refused("own_visit", bank, a_visit_on_paper(bank, volunteer), by=volunteer, at=STREET)


def test_of_eight_who_settle_one_visit_at_once_one_does(bank):
    elder = an_elder_with_time(bank)
    visit = a_confirmed_visit(bank, recipient=elder, minutes=60)

    outcomes = all_at_once(*[lambda: settle(bank, visit)] * 8)

    won = [outcome for outcome in outcomes if isinstance(outcome, dict)]
    assert len(won) == 1
    assert all(isinstance(outcome, dict | Refused | Conflict) for outcome in outcomes)
    assert posted(bank, visit.volunteer) == 60
    assert account(bank, elder, "granted").posted == 24 * 60 - 60


def test_an_order_is_settled_with_the_last_of_its_visits(bank):
    order_id = a_published_order(bank, places=2)
    parts = [(volunteer, a_planned_visit(bank, order_id, volunteer)) for volunteer in _two(bank)]
    for volunteer, visit in parts:
        served(bank, visit, volunteer, "2026-03-03 14:00", 60)
        confirmed(bank, visit)

    settle(bank, parts[0][1])
    assert order_state(bank, order_id) == "finished"
    settle(bank, parts[1][1])
    assert order_state(bank, order_id) == "settled"


def test_an_order_is_settled_when_its_last_two_visits_are_settled_at_once(bank):
    volunteers = _two(bank)
    for _ in range(6):
        first = a_visit_on_paper(bank, volunteers[0])
        second = a_visit_on_paper(bank, volunteers[1])
        order_id = visit_row(bank, first).order_id
        with writing(bank) as connection:
            connection.execute(update(orders).where(orders.c.id == order_id).values(places=2, places_taken=2))
            connection.execute(update(visits).where(visits.c.id == second).values(order_id=order_id, place=2))

        outcomes = all_at_once(partial(settle, bank, first), partial(settle, bank, second))

        assert all(isinstance(outcome, dict) for outcome in outcomes), outcomes
        assert order_state(bank, order_id) == "settled"


def _two(bank):
    return [a_volunteer(bank, name) for name in ("甲", "乙")]


def test_a_visit_whose_minutes_change_while_its_settlement_is_planned_is_not_settled(
    fresh_database_url, clock
):
    def decide_meanwhile(visit):
        """Do what an office may do just then: uphold a dispute with fewer minutes."""
        with writing(bank) as connection:
            connection.execute(
                update(visits).where(visits.c.id == visit.visit.id).values(recognised_minutes=60)
            )

    meanwhile = plugin(timebank_credit_visit=hookimpl(decide_meanwhile))
    with a_bank(fresh_database_url, plugins={YUNZHOU: meanwhile}, clock=clock) as bank:
        visit = a_visit_on_paper(bank, a_volunteer(bank), 120)

        with pytest.raises(Conflict, match="刚刚被别人处理"):
            settle(bank, visit)
        assert visit_row(bank, visit).state == "confirmed"

        assert settle(bank, visit)["credited"]["coin"] == 60


# ---- many


def test_settling_what_is_due_settles_every_confirmed_visit_once(bank):
    volunteer = a_volunteer(bank)
    made = visits_on_paper(bank, [Paper(volunteer, on=f"2026-02-{number:02d}") for number in range(1, 8)])
    told: list[int] = []

    night = settle_due(bank, YUNZHOU, told.append)

    assert (night.settled, night.kept, told) == (7, [], [7])
    assert posted(bank, volunteer) == 7 * 60
    assert {visit_row(bank, visit).state for visit in made} == {"settled"}
    before = row_counts(bank)
    assert settle_due(bank, YUNZHOU).settled == 0
    assert row_counts(bank) == before


def test_each_visit_of_a_batch_is_a_command_of_its_own(bank):
    visit = a_visit_on_paper(bank, a_volunteer(bank), 60)
    settle_due(bank, YUNZHOU)

    answer = settle(
        bank, visit, by="job:settle", operation=settlement.operation_of(visit)
    )  # the job's own operation, sent again

    assert answer["credited"] == {"coin": 60, "point": 60}
    with bank.reading() as connection:
        row = connection.execute(select(transfers)).one()
    assert (row.actor_id, row.operation_id, row.id) == (
        "job:settle",
        settlement.operation_of(visit),
        answer["transfer_id"],
    )


def test_two_workers_at_once_settle_every_visit_once(bank):
    volunteers = _two(bank)
    visits_on_paper(
        bank, [Paper(volunteers[number % 2], on=f"2026-02-{number:02d}") for number in range(1, 13)]
    )

    nights = all_at_once(*[lambda: settle_due(bank, YUNZHOU)] * 2)

    assert sum(night.settled for night in nights) == 12, nights
    assert [night.kept for night in nights] == [[], []]
    assert [posted(bank, volunteer) for volunteer in volunteers] == [360, 360]


def test_a_batch_gives_to_the_byte_what_single_settlements_give(databases, clock):
    figures = []
    for way in (_one_by_one, _all_together):
        url = databases.migrated()
        with a_bank(url, clock=clock) as bank:
            figures.append(way(bank, _a_seeded_set(bank, random.Random(2026))))
        databases.drop(url)

    assert figures[0] == figures[1]
    assert '"donated": 60' not in figures[0]
    assert '"cut": 60' in figures[0]  # the day's cap was met on the way


def _a_seeded_set(bank, chance):
    volunteers = [a_volunteer(bank, name) for name in "甲乙丙"]
    elders = [an_elder_with_time(bank) for _ in range(2)]
    made = []
    for number in range(40):
        minutes = chance.choice([20, 29, 30, 45, 60, 75, 90, 119, 180, 300])
        payer = chance.choice([None, *elders]) if number < 12 else None
        held = chance.choice([60, 120]) if payer else 0
        on = f"2026-02-{1 + number // 10:02d}"
        volunteer = chance.choice(volunteers)
        made.append(Paper(volunteer, minutes, on, payer=payer, held=held))
    return volunteers + elders, visits_on_paper(bank, made)


def _one_by_one(bank, scene):
    people, made = scene
    for visit in made:
        settle(bank, visit)
    return _figures(bank, people, made)


def _all_together(bank, scene):
    people, made = scene
    assert settle_due(bank, YUNZHOU).settled == len(made)
    return _figures(bank, people, made)


def _figures(bank, people, made):
    """Everything the books say, without the identifiers."""
    with bank.reading() as connection:
        rows = connection.execute(select(transfers).where(transfers.c.kind == "settlement")).all()
    by_visit = {row.cause_id: row for row in rows}
    names = {person: number for number, person in enumerate(people)}
    told = []
    for visit in made:
        row = by_visit.get(visit)
        decision = json.loads(json.dumps(row.decision)) if row else None
        for line in decision["facts"]["credits"] if decision else []:
            line["owner_id"] = names[line["owner_id"]]
        told.append([lines_of(bank, row.id), str(row.day), row.line_count, decision] if row else None)
    for person in people:
        for kind in ("savings", "granted"):
            for unit in ("coin", "point"):
                found = account(bank, person, kind, unit)
                told.append([found.posted, found.held, found.carried])
    return json.dumps(told, ensure_ascii=False)


# ---- what it costs


def test_one_settlement_is_at_most_twelve_statements(bank_with):
    bank = bank_with(NO_DAY_CAP)
    elder, volunteer = an_elder_with_time(bank), a_volunteer(bank)
    settle(bank, a_visit_on_paper(bank, volunteer, payer=elder, held=60))
    visit = a_visit_on_paper(bank, volunteer, payer=elder, held=60)

    with statements(bank) as sent:
        settle(bank, visit)

    assert len(sent) <= 12, "\n".join(sent)


def test_a_cap_over_a_period_costs_one_statement_more(bank):
    elder, volunteer = an_elder_with_time(bank), a_volunteer(bank)
    settle(bank, a_visit_on_paper(bank, volunteer, payer=elder, held=60))
    visit = a_visit_on_paper(bank, volunteer, payer=elder, held=60)

    with statements(bank) as sent:
        settle(bank, visit)

    assert len(sent) <= 13, "\n".join(sent)


def test_a_batch_of_many_costs_hardly_more_statements_than_one(bank_with):
    bank = bank_with(NO_DAY_CAP)
    elder = an_elder_with_time(bank)
    volunteers = _two(bank)
    visits_on_paper(bank, [Paper(volunteers[number % 2], payer=elder, held=60) for number in range(20)])

    with statements(bank) as sent:
        night = settle_due(bank, YUNZHOU)

    assert night.settled == 20
    assert len(sent) <= 20, "\n".join(sent)


def test_a_settlement_stores_why(bank):
    elder = an_elder_with_time(bank)
    visit = a_visit_on_paper(bank, a_volunteer(bank), 61, planned=90, payer=elder, held=120)

    decision = decision_of(bank, settle(bank, visit)["transfer_id"])

    facts = decision["facts"]
    assert (facts["planned"], facts["measured"], facts["recognised"]) == (90, 61, 61)
    assert (facts["held"], facts["charged"], facts["payer"]) == (120, 120, "recipient")
    assert [line["credited"] for line in facts["credits"]] == [60, 60]
    assert {"credit.units.coin.quantum", "credit.units.coin.rounding", "caps.store.limit"} <= set(
        decision["paths"]
    )
    assert {"charge.basis", "charge.rounding", "charge.request.payer"} <= set(decision["charge_paths"])
    assert [hook[:2] for hook in decision["hooks"]] == [["timebank_credit_visit", "plain"]]
    assert (
        decision["rules"] == decision["charge_rules"] == bank.city(YUNZHOU).rules_on(day("2026-03-02")).digest
    )


def test_a_stopped_night_leaves_nothing_of_the_batch_behind(bank):
    """A visit without recognised minutes is refused in its own transaction, and stays as it was."""
    good, bad = (a_visit_on_paper(bank, volunteer, 60) for volunteer in _two(bank))
    with writing(bank) as connection:
        connection.execute(update(visits).where(visits.c.id == bad).values(recognised_minutes=None))

    night = settle_due(bank, YUNZHOU)

    assert night.settled == 1
    ((kept, why),) = night.kept
    assert kept == bad
    assert "没有认定时长" in why.zh
    assert visit_row(bank, bad).state == "confirmed"
    assert visit_row(bank, bad).exception == why.zh
    assert visit_row(bank, good).state == "settled"


def test_a_recipient_may_be_credited_for_serving_another(bank):
    """One and the same member can serve and be served: two visits, two figures."""
    elder = a_recipient(bank, born="1945-01-01")
    settle(bank, a_visit_on_paper(bank, elder, 120))
    visit: Visited | str = a_visit_on_paper(bank, a_volunteer(bank), 60, payer=elder, held=60)
    settle(bank, visit)

    assert posted(bank, elder) == 60


def test_a_visit_the_database_refuses_is_kept_for_staff_and_stops_no_other(bank):
    """A settlement of the visit stands in the books already, though the visit does not say so."""
    good, bad = (a_visit_on_paper(bank, volunteer, 60) for volunteer in _two(bank))
    first = settle(bank, bad)
    with writing(bank) as connection:
        connection.execute(update(visits).where(visits.c.id == bad).values(state="confirmed"))

    night = settle_due(bank, YUNZHOU)

    ((kept, why),) = night.kept
    assert (kept, night.settled) == (bad, 1)
    assert "数据库拒绝了这笔结算" in why.zh
    assert visit_row(bank, good).state == "settled"
    with pytest.raises(Conflict, match="数据库没有接受这项操作") as refused:
        settle(bank, bad)
    assert refused.value.code == "database_refused"
    assert len(lines_of(bank, first["transfer_id"])) == 2


def test_of_a_settlement_and_a_dispute_at_once_one_wins(bank):
    volunteer = a_volunteer(bank)
    made = visits_on_paper(bank, [Paper(volunteer, on=f"2026-02-0{number}") for number in range(1, 7)])
    dispute = partial(do, bank, visit_services.dispute, by="auditor", at="east", reason="没有来")

    for visit in made:
        settled, disputed = all_at_once(partial(settle, bank, visit), partial(dispute, visit_id=visit))

        won = [outcome for outcome in (settled, disputed) if isinstance(outcome, dict)]
        lost = [outcome for outcome in (settled, disputed) if not isinstance(outcome, dict)]
        assert len(won) == 1, (settled, disputed)
        assert isinstance(lost[0], Refused | Conflict)
        assert visit_row(bank, visit).state == ("settled" if won == [settled] else "disputed")


def test_a_city_that_does_not_run_is_not_settled_in_silence(bank):
    with pytest.raises(NotFound, match="没有找到城市“atlantis”"):
        settle_due(bank, "atlantis")
