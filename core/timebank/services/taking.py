"""A volunteer takes a place of an order: judged outside any lock, counted under it, and never judged again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from timebank.domain.command import Channel
from timebank.domain.course import GONE
from timebank.domain.decision import HookAnswer
from timebank.domain.identity import new_id
from timebank.domain.member import MemberAction, Role, is_gone
from timebank.domain.offer import OfferState
from timebank.domain.order import ORDER_STATES, Order, OrderAction, OrderState, Origin
from timebank.domain.refusal import Refused, missing, refuse
from timebank.domain.visit import VisitState
from timebank.rules import RulesInForce
from timebank.services.admitted import require_admitted
from timebank.services.desk import Desk, Writing
from timebank.services.facts import MEMBER
from timebank.services.order_cases import Seen, ask_order, decided, see
from timebank.services.order_change import OrderChange, lock_order, under_lock
from timebank.services.order_eligibility import DIRECTED, OFFER, PICK, mode_refusals, serving_refusals
from timebank.services.standing import ORGANISER, require_one_of
from timebank.storage import evidence_rows, offer_rows, visit_rows

OPEN = frozenset({OrderState.PUBLISHED, OrderState.FILLED})


@dataclass(frozen=True)
class Taken:
    """A place under the order's lock, taken.

    Attributes:
        change: the order being changed.
        visit_id: the new visit.
        place: which place of the order, from 1.
    """

    change: OrderChange
    visit_id: str
    place: int


@contextmanager
def taking(
    desk: Desk, order_id: str, volunteer_id: str, team_id: str | None = None, *, by_offer: bool = False
) -> Iterator[Taken]:
    """Take a place for a volunteer, or say why not; the transaction is open until the caller has answered.

    Args:
        desk: the command being carried out.
        order_id: the order.
        volunteer_id: who would serve.
        team_id: the team for which they would serve.
        by_offer: a place is kept for them by an offer, and this is their answer.

    Raises:
        NotFound: there is no such order or volunteer.
        Refused: the rules, a plugin, the calendar or the count of places says no.
    """
    seen = see(desk, order_id, volunteer_id, team_id)
    rules = desk.city.rules_for(seen.row.service, desk.today)
    if not by_offer:
        _require_taker(desk, seen, rules, volunteer_id)
    decision = judge(desk, seen, rules, team_id, by_offer=by_offer)
    with desk.writing() as write:
        places = lock_places(write, order_id, [volunteer_id])
        yield places.take(volunteer_id, team_id, decision, by_offer=by_offer)
        places.change.save()


def _require_taker(desk: Desk, seen: Seen, rules: RulesInForce, volunteer_id: str) -> None:
    """A volunteer takes a place himself; staff who may order or publish here can do it for him."""
    actor = desk.command.actor
    if actor.organisation_id is None and actor.id == volunteer_id:
        return
    areas = [seen.row.organisation_id]
    require_one_of(desk, seen.tree, rules, ORGANISER, areas)


def judge(
    desk: Desk, seen: Seen, rules: RulesInForce, team_id: str | None, *, by_offer: bool
) -> dict[str, Any]:
    """Return the decision to accept a volunteer, in its stored form, or refuse with every reason.

    Args:
        desk: the command being carried out.
        seen: the order with its would-be volunteer.
        rules: those that decide about the order's service today.
        team_id: the team for which they would serve.
        by_offer: a place is kept for them by an offer, and this is their answer.
    """
    order, volunteer = seen.case.order, seen.case.volunteer
    if volunteer is None:
        raise missing(MEMBER, "")
    check_open(desk, order)
    if Role.VOLUNTEER not in volunteer.roles:
        with desk.reading() as connection:  # says precisely which step of the admission is missing
            require_admitted(connection, desk.city, volunteer.id, Role.VOLUNTEER.value, desk.today)
    mode = OFFER if by_offer else DIRECTED if order.directed_to == volunteer.id else PICK
    refusals = serving_refusals(rules, order, volunteer, team_id)
    if order.origin is not Origin.IMPORT and not refusals:
        refusals += mode_refusals(rules, mode)
    if refusals:
        raise Refused(*refusals)
    answers = ask_plugins(desk, seen, rules)
    facts = {"mode": mode, "service_date": order.service_date.isoformat(), "served": volunteer.served_minutes}
    return decided("accepted", rules, facts, answers)


def ask_plugins(desk: Desk, seen: Seen, rules: RulesInForce) -> tuple[HookAnswer, ...]:
    """Ask the city's plugins whether the volunteer may serve, and in this order; any refusal wins."""
    if seen.case.volunteer is None:
        return ()
    asked = desk.city.check_member(seen.case.volunteer, MemberAction.SERVE, rules)
    if asked.value:
        raise Refused(*asked.value)
    return asked.answers + ask_order(desk, seen.case, OrderAction.ACCEPT, rules)


def check_open(desk: Desk, order: Order) -> None:
    """Refuse an order that is not open to volunteers, or whose time has come."""
    check_state(order.state)
    if order.planned_start < desk.now and desk.command.channel is not Channel.IMPORT:
        start = order.planned_start.astimezone(desk.city.book.timezone)
        zh = f"已过计划开始时间 {start:%Y-%m-%d %H:%M}，不能再接单。"
        raise refuse("too_late", zh, f"The planned start {start:%Y-%m-%d %H:%M} has passed.")


def check_state(state: OrderState) -> None:
    """Refuse an order that is not open to volunteers; a full one may still have a place kept for somebody."""
    if state not in OPEN:
        label = ORDER_STATES.states[state]
        zh, en = (
            f"服务订单处于“{label.zh}”，不能接单。",
            f"The order is “{label.en}”: no place of it can be taken.",
        )
        raise refuse("not_open", zh, en)


@dataclass(frozen=True)
class Places:
    """An order and its would-be volunteers under their locks: states, calendar and count are tested here.

    Attributes:
        change: the order being changed.
        ahead: what the volunteers still have ahead in other orders, each with its plan.
    """

    change: OrderChange
    ahead: Sequence[Row[Any]]

    def take(
        self, volunteer_id: str, team_id: str | None, decision: dict[str, Any], *, by_offer: bool = False
    ) -> Taken:
        """Take the lowest free place for a volunteer who has been judged, or say why there is none."""
        change, order = self.change, self.change.order
        desk = change.write.desk
        check_state(change.state)
        _check_not_there_yet(change, volunteer_id)
        theirs = [row for row in self.ahead if row.volunteer_id == volunteer_id]
        check_calendar(desk, order.planned_start, order.planned_minutes, theirs)
        _take(change, volunteer_id, by_offer=by_offer)
        place = next(place for place in range(1, order.places + 1) if place not in change.used_places)
        row = _row(desk, order, volunteer_id, team_id, place, decision)
        change.add_visit(row)
        return Taken(change, row["id"], place)


def lock_places(write: Writing, order_id: str, volunteer_ids: Sequence[str]) -> Places:
    """Lock an order, then its would-be volunteers in the order of their ids.

    Their own rows too: two orders at the same hour are two different locks.

    Raises:
        NotFound: there is no such order, or a volunteer has left the bank.
    """
    desk, city = write.desk, write.desk.city.code
    order = lock_order(write, order_id)
    locked = {row.id: row for row in visit_rows.lock_volunteers(write.connection, city, volunteer_ids)}
    for volunteer_id in volunteer_ids:
        volunteer = locked.get(volunteer_id)
        if volunteer is None or is_gone(volunteer.closed_on, volunteer.closed_for, desk.today):
            raise missing(MEMBER, volunteer_id)
    _check_nobody_attends(write, order, volunteer_ids)
    rows = visit_rows.of_order_or_ahead(write.connection, city, order_id, volunteer_ids)
    change = under_lock(write, order, [row for row in rows if row.order_id == order_id])
    return Places(change, [row for row in rows if row.order_id != order_id])


def _check_nobody_attends(write: Writing, order: Row[Any], volunteer_ids: Sequence[str]) -> None:
    """Refuse whoever is to be served by the same order; where only the elder is, that was judged already."""
    if order.recipient_id is not None and order.head_count == 1:
        return
    if evidence_rows.attending(write.connection, write.desk.city.code, order.id, volunteer_ids):
        zh = "已登记为这个订单的受益人，不能同时在其中服务。"
        raise refuse("attends", zh, "Whoever is served by this order cannot also serve in it.")


def _take(change: OrderChange, volunteer_id: str, *, by_offer: bool) -> None:
    """Use the place an offer keeps for the volunteer, or count one more."""
    if change.taken > change.present:
        waiting = offer_rows.lock_sent(change.write.connection, change.city, change.order.id)
        own = [offer.id for offer in waiting if offer.volunteer_id == volunteer_id]
        if own:
            now = change.write.desk.now
            offer_rows.answer(change.write.connection, change.city, own, OfferState.ACCEPTED, now)
            return
    if by_offer:
        zh, en = "这个派单刚刚被撤回或已经答复。", "This offer has just been withdrawn or answered."
        raise refuse("offer_gone", zh, en)
    if change.taken >= change.order.places:
        kept = change.taken - change.present
        zh = f"名额已满（共 {change.order.places} 个，其中 {kept} 个为派单保留）。请看看其他订单。"
        en = (
            f"No place is free: {change.order.places} in all, {kept} kept for offers. Look for another order."
        )
        raise refuse("no_place", zh, en)
    change.take_place()


def _check_not_there_yet(change: OrderChange, volunteer_id: str) -> None:
    for visit_id, row in change.visits.items():
        if row.volunteer_id != volunteer_id:
            continue
        if change.visit_states[visit_id] in GONE:
            zh = "已取消过这个订单的服务（或记为未到场），不能再接同一个订单。请由他人接单。"
            en = "This volunteer gave up a place of this order before; another volunteer has to take it."
            raise refuse("gave_up", zh, en)
        zh, en = "已经接了这个订单，不能占两个名额。", "This volunteer already has a place of this order."
        raise refuse("already_taken", zh, en)


def check_calendar(desk: Desk, start: datetime, minutes: int, ahead: Iterable[Row[Any]]) -> None:
    """Refuse what overlaps another service the volunteer still has ahead."""
    clash = overlapping(start, minutes, ahead)
    if clash is not None:
        other = clash.planned_start.astimezone(desk.city.book.timezone)
        until = other + timedelta(minutes=clash.order_minutes)
        zh = f"与已接的另一项服务时间重叠：{other:%Y-%m-%d %H:%M} 至 {until:%H:%M}。"
        en = f"It overlaps another service already accepted: {other:%Y-%m-%d %H:%M} to {until:%H:%M}."
        raise refuse("overlap", zh, en)


def overlapping(start: datetime, minutes: int, ahead: Iterable[Row[Any]]) -> Row[Any] | None:
    """Return the first of the services ahead that shares a moment with a plan; touching is no sharing."""
    end = start + timedelta(minutes=minutes)
    for row in ahead:
        if row.planned_start < end and start < row.planned_start + timedelta(minutes=row.order_minutes):
            return row
    return None


def _row(
    desk: Desk, order: Row[Any], volunteer_id: str, team_id: str | None, place: int, decision: dict[str, Any]
) -> dict[str, Any]:
    return {
        "city": desk.city.code,
        "id": new_id(),
        "order_id": order.id,
        "volunteer_id": volunteer_id,
        "team_id": team_id,
        "place": place,
        "state": VisitState.PLANNED.value,
        "planned_minutes": order.planned_minutes,
        "accepted_at": desk.now,
        "decision": decision,
    }
