"""A team at work: one acceptance makes one visit a member, and the captain checks in and out for all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from timebank.domain.identity import new_id
from timebank.domain.organisation import Power
from timebank.domain.refusal import BadInput, missing, refuse
from timebank.domain.visit import VISIT_STATES, VisitEvent, VisitState
from timebank.domain.words import Words
from timebank.rules import RulesInForce
from timebank.services import attendances, authority, recognition, visit_claims, visit_clock, visit_parties
from timebank.services.desk import Answer, Desk
from timebank.services.one_place import elsewhere
from timebank.services.order_cases import see_each
from timebank.services.order_change import ORDER, OrderChange, changing
from timebank.services.rulings import ruled_out
from timebank.services.taking import judge, lock_places
from timebank.services.visit_claims import Evidence
from timebank.services.visit_parties import Visited
from timebank.storage import order_rows, visit_rows

Claims = Sequence[Mapping[str, Any]]
TEAM = "orders.taking.team"
EACH = "one_visit_each"
MOST_MEMBERS = 500


def accept_for_team(desk: Desk, order_id: str, team_id: str, member_ids: Sequence[str]) -> Answer:
    """Take a place of an order for each of several members of a team: all of them, or none.

    Each member is judged as if they took the place themselves.

    Args:
        desk: the command; its actor acts for the team, or for an organisation above it, with the power to.
        order_id: the order.
        team_id: the team for which they serve.
        member_ids: who would serve.

    Returns:
        order_id, team_id, and the visit of each member, by the member's id.

    Raises:
        BadInput: nobody is named, or somebody twice.
        Refused: one of them may not serve, or there are too few places; nobody has one then.
    """
    _check_members(member_ids)
    each = see_each(desk, order_id, member_ids, team_id)
    rules = desk.city.rules_for(each[0].row.service, desk.today)
    authority.require(desk, each[0].tree, rules, Power.ACCEPT_FOR, team_id)
    _check_kept_singly(rules)
    decisions = [judge(desk, seen, rules, team_id, by_offer=False) for seen in each]
    with desk.writing() as write:
        places = lock_places(write, order_id, member_ids)
        made = {
            member_id: places.take(member_id, team_id, decision).visit_id
            for member_id, decision in zip(member_ids, decisions, strict=True)
        }
        places.change.save()
        return write.answer(order_id=order_id, team_id=team_id, visits=made)


def check_in_team(desk: Desk, order_id: str, team_id: str, claims: Claims) -> Answer:
    """Check in for every member of a team who is still to come in an order.

    Args:
        desk: the command; by the captain where ``orders.check_in.by`` names the team, or staff who may.
        order_id: the order.
        team_id: the team.
        claims: maps of ``kind``, ``note`` and, for a late entry by staff, ``at``; they are kept with each visit.

    Returns:
        order_id, team_id, and how many were checked in.
    """
    team = _team(desk, order_id, team_id, VisitState.PLANNED)
    rules = desk.city.rules_for(team.order.service, desk.today)
    proof = visit_claims.read(desk, claims, rules, "orders.check_in")
    if proof.is_late:
        rules = desk.city.rules_for(team.order.service, desk.local_day(proof.at))
    visit_parties.require_recorder(desk, rules, team.first, late=proof.is_late)
    needed = rules.flag("orders.check_in.needed")
    day = desk.local_day(proof.at) if needed else team.order.service_date

    def begin(change: OrderChange) -> None:
        others = elsewhere(change, team.visits, proof.at, proof.at)
        for visit in team.visits:
            begun = {"checked_in_at": proof.at, "service_date": day, "exception": None}
            change.move(visit.id, VisitEvent.CHECK_IN, **begun)
            visit_clock.check_may_begin(desk, rules, change.order, proof.at)
            others.check_may_begin(visit, proof.at)
            change.start()

    return _do_each(desk, team, begin, "check_in", proof)


def check_out_team(desk: Desk, order_id: str, team_id: str, claims: Claims) -> Answer:
    """Check out for every member of a team who is checked in; each is measured from their own check-in."""
    team = _team(desk, order_id, team_id, VisitState.CHECKED_IN)
    rules = visit_clock.rules_of(desk, team.first)
    proof = visit_claims.read(desk, claims, rules, "orders.check_in")
    visit_parties.require_recorder(desk, rules, team.first, late=proof.is_late)

    def end(change: OrderChange) -> None:
        begun = {visit.id: change.visits[visit.id].checked_in_at for visit in team.visits}
        others = elsewhere(change, team.visits, min(begun.values()), proof.at)
        for visit in team.visits:
            since = begun[visit.id]
            measured = visit_clock.whole_minutes(since, proof.at)
            values = {"checked_out_at": proof.at, "measured_minutes": measured}
            change.move(visit.id, VisitEvent.CHECK_OUT, **values)
            visit_clock.check_may_end(desk, rules, change.order, since, proof.at)
            others.check_was_free(visit, since, proof.at)

    return _do_each(desk, team, end, "check_out", proof)


def confirm_team(desk: Desk, order_id: str, team_id: str, claims: Claims) -> Answer:
    """Confirm every visit of a team that waits for it, each by the rules of its own service date."""
    team = _team(desk, order_id, team_id, VisitState.CHECKED_OUT)
    ruled = {visit.id: visit_clock.rules_of(desk, Visited(visit, team.order)) for visit in team.visits}
    proof = visit_claims.read(desk, claims, ruled[team.first.visit.id], "orders.confirmation")
    # Whoever served in the team does not speak for it; else one visit of each day's rules stands for all.
    spoken_for = {ruled[visit.id].digest: visit for visit in reversed(team.visits)}
    own = [visit for visit in team.visits if visit.volunteer_id == desk.command.actor.id]
    confirmers = {
        ruled[visit.id].digest: visit_parties.confirmer(
            desk, ruled[visit.id], Visited(visit, team.order), proof.kinds
        )
        for visit in (*own, *spoken_for.values())
    }

    def confirm(change: OrderChange) -> None:
        for visit in team.visits:
            row, rules = change.visits[visit.id], ruled[visit.id]
            change.move(visit.id, VisitEvent.CONFIRM)
            counted = recognition.recognise(rules, row.planned_minutes, row.measured_minutes, None)
            visit_clock.recognised(change, visit.id, counted, rules, confirmers[rules.digest])
        attendances.recipient_came(change.write, order_id, change.order.recipient_id)

    return _do_each(desk, team, confirm, "confirmation", proof)


@dataclass(frozen=True)
class _Team:
    """A team's visits in one order that stand where the next step finds them, and the order."""

    id: str
    order: Row[Any]
    visits: Sequence[Row[Any]]

    @property
    def first(self) -> Visited:
        """Return the first visit with its order; what may be done to one of them may be done to all."""
        return Visited(self.visits[0], self.order)


def _team(desk: Desk, order_id: str, team_id: str, state: VisitState) -> _Team:
    with desk.reading() as connection:
        order = order_rows.find(connection, desk.city.code, order_id)
        found = visit_rows.of_team(connection, desk.city.code, order_id, team_id)
    if order is None:
        raise missing(ORDER, order_id)
    waiting = [visit for visit in found if visit.state == state]
    if not waiting:
        label = VISIT_STATES.states[state]
        zh = f"团队“{team_id}”在这个订单里没有处于“{label.zh}”的服务记录。"
        en = f"The team “{team_id}” has no visit in this order that is “{label.en}”."
        raise refuse("no_such_visits", zh, en)
    return _Team(team_id, order, waiting)


def _do_each(
    desk: Desk,
    team: _Team,
    step: Callable[[OrderChange], None],
    moment: str,
    proof: Evidence,
) -> Answer:
    """Take one step with all visits of the team, in one transaction, and keep the claims with each of them."""
    with changing(desk, team.order.id) as change:
        step(change)
        for visit in team.visits:
            change.claim(visit.id, moment, [row | {"id": new_id()} for row in proof.rows])
        change.follow()
        return change.write.answer(order_id=team.order.id, team_id=team.id, visits=len(team.visits))


def _check_members(member_ids: Sequence[str]) -> None:
    if not member_ids or len(set(member_ids)) != len(member_ids) or len(member_ids) > MOST_MEMBERS:
        zh = f"请写明哪些成员去，每人写一次，一次不超过 {MOST_MEMBERS} 人。"
        en = f"Say which members go, each of them once, at most {MOST_MEMBERS}."
        raise BadInput(Words(zh, en))


def _check_kept_singly(rules: RulesInForce) -> None:
    """Refuse where the file does not keep one visit for each member of a team."""
    if rules.has(TEAM) and rules.text(TEAM) == EACH:
        return
    zh = "本市规则没有团队接单、每人各记一次的办法。请由成员本人接单。"
    en = "Here a team's acceptance does not make one visit a member. Let the members take the order themselves."
    raise ruled_out(rules, "no_team_acceptance", Words(zh, en), TEAM if rules.has(TEAM) else "orders.taking")
