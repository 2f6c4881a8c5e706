"""Visits: accepted, checked in and out, confirmed, rated; missed, disputed and decided. Settlement is elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from timebank.domain.account import HoldState
from timebank.domain.order import OrderState
from timebank.domain.organisation import Power
from timebank.domain.refusal import BadInput, refuse
from timebank.domain.visit import VISIT_STATES, VisitEvent, VisitState
from timebank.domain.words import Words
from timebank.services import (
    attendances,
    inputs,
    one_place,
    recognition,
    visit_claims,
    visit_clock,
    visit_parties,
)
from timebank.services.desk import Answer, Desk
from timebank.services.held_again import hold_again
from timebank.services.order_change import changing
from timebank.services.standing import is_staff
from timebank.services.taking import OPEN, taking
from timebank.services.visit_parties import read_visit

Claims = Sequence[Mapping[str, Any]]
REASON = Words("原因", "reason")
NOTE = Words("评价", "note of a rating")
FORGOTTEN, UNCONFIRMED, UNSERVED = "forgotten_check_out", "unconfirmed", "unserved"
OVERDUE = {VisitState.CHECKED_OUT: UNCONFIRMED, VisitState.PLANNED: UNSERVED}
RATED = frozenset({VisitState.CHECKED_OUT, VisitState.CONFIRMED, VisitState.SETTLED})
MOST_STARS = 5


def accept(desk: Desk, order_id: str, volunteer_id: str, team_id: str | None = None) -> Answer:
    """Take a place of a published order; eligibility is judged now and not again.

    Args:
        desk: the command; by the volunteer, or staff who may order or publish there.
        order_id: the order.
        volunteer_id: who would serve.
        team_id: the team for which they would serve.
    """
    with taking(desk, order_id, volunteer_id, team_id) as taken:
        return taken.change.write.answer(visit_id=taken.visit_id, order_id=order_id, place=taken.place)


def check_in(desk: Desk, visit_id: str, claims: Claims) -> Answer:
    """Begin a visit. Where checking in is needed, its local day is the service date for good.

    Args:
        desk: the command; by whom ``orders.check_in.by`` names, or staff with evidence for a late entry.
        visit_id: the visit.
        claims: maps of ``kind``, ``note`` and, for a late entry, ``at``.
    """
    seen = read_visit(desk, visit_id)
    rules = desk.city.rules_for(seen.order.service, desk.today)
    proof = visit_claims.read(desk, claims, rules, "orders.check_in")
    if proof.is_late:
        rules = desk.city.rules_for(seen.order.service, desk.local_day(proof.at))
    visit_parties.require_recorder(desk, rules, seen, late=proof.is_late)
    needed = rules.flag("orders.check_in.needed")
    day = desk.local_day(proof.at) if needed else seen.order.service_date
    with changing(desk, seen.order.id) as change:
        begun = {"checked_in_at": proof.at, "service_date": day, "exception": None}
        change.move(visit_id, VisitEvent.CHECK_IN, **begun)
        visit_clock.check_may_begin(desk, rules, change.order, proof.at)
        one_place.check_may_begin(change, visit_id, proof.at)
        change.start()
        change.claim(visit_id, "check_in", proof.rows)
        return change.write.answer(visit_id=visit_id, service_date=day.isoformat())


def check_out(desk: Desk, visit_id: str, claims: Claims) -> Answer:
    """End a visit; the whole minutes since check-in are its measured minutes."""
    seen = read_visit(desk, visit_id)
    rules = visit_clock.rules_of(desk, seen)
    proof = visit_claims.read(desk, claims, rules, "orders.check_in")
    visit_parties.require_recorder(desk, rules, seen, late=proof.is_late)
    with changing(desk, seen.order.id) as change:
        since = change.visits[visit_id].checked_in_at
        measured = visit_clock.whole_minutes(since, proof.at)
        values = {"checked_out_at": proof.at, "measured_minutes": measured}
        change.move(visit_id, VisitEvent.CHECK_OUT, **values)
        visit_clock.check_may_end(desk, rules, change.order, since, proof.at)
        one_place.check_was_free(change, visit_id, proof.at)
        change.claim(visit_id, "check_out", proof.rows)
        change.follow()
        return change.write.answer(visit_id=visit_id, measured_minutes=measured)


def report_done(desk: Desk, visit_id: str, claims: Claims) -> Answer:
    """Report a visit done where nobody has to check in: nothing is measured, the planned day is the service date."""
    seen = read_visit(desk, visit_id)
    rules = visit_clock.rules_of(desk, seen)
    proof = visit_claims.read(desk, claims, rules, "orders.check_in")
    visit_clock.check_may_report(desk, rules)
    visit_parties.require_recorder(desk, rules, seen, late=proof.is_late)
    day = desk.local_day(proof.at) if proof.is_late else seen.order.service_date
    with changing(desk, seen.order.id) as change:
        done = {"checked_out_at": proof.at, "service_date": day, "exception": None}
        change.move(visit_id, VisitEvent.REPORT_DONE, **done)
        visit_clock.check_was_time(desk, rules, change.order, proof)
        change.start()
        change.claim(visit_id, "check_out", proof.rows)
        change.follow()
        return change.write.answer(visit_id=visit_id, service_date=day.isoformat())


def resolve(desk: Desk, visit_id: str, minutes: int, note: str) -> Answer:
    """Say, as the organiser, how long a visit took whose check-out was forgotten; it then waits for confirmation."""
    seen = read_visit(desk, visit_id)
    rules = visit_clock.rules_of(desk, seen)
    visit_parties.require_power(desk, rules, seen, Power.RESOLVE_EXCEPTION)
    recognition.check_minutes(minutes)
    with changing(desk, seen.order.id) as change:
        since = change.visits[visit_id].checked_in_at
        values = {"measured_minutes": minutes, "exception": None}
        change.move(visit_id, VisitEvent.RESOLVE, **values)
        last = visit_clock.last_check_out(rules, change.order)
        recognition.check_at_most(minutes, visit_clock.whole_minutes(since, last))
        until = since + timedelta(minutes=minutes)
        one_place.check_was_free(change, visit_id, until)
        change.note(visit_id, checked_out_at=until)
        change.claim(visit_id, "resolution", visit_claims.statement(desk, note))
        return change.write.answer(visit_id=visit_id, measured_minutes=minutes)


def confirm(desk: Desk, visit_id: str, claims: Claims, minutes: int | None = None) -> Answer:
    """Confirm a visit: from now on its recognised minutes stand, by the rules of its service date.

    Args:
        desk: the command; by whom ``orders.confirmation.by`` names. Staff for an elder give the elder's own proof.
        visit_id: the visit.
        claims: maps of ``kind`` and ``note``.
        minutes: staff may recognise less than the rules give.
    """
    seen = read_visit(desk, visit_id)
    rules = visit_clock.rules_of(desk, seen)
    proof = visit_claims.read(desk, claims, rules, "orders.confirmation")
    who = visit_parties.confirmer(desk, rules, seen, proof.kinds)
    if minutes is not None and not is_staff(desk):
        zh = "只有工作人员可以少认定时长。有异议请提出争议。"
        raise refuse("staff_only", zh, "Only staff may recognise less. Raise a dispute instead.")
    with changing(desk, seen.order.id) as change:
        row = change.visits[visit_id]
        change.move(visit_id, VisitEvent.CONFIRM)
        counted = recognition.recognise(rules, row.planned_minutes, row.measured_minutes, minutes)
        visit_clock.recognised(change, visit_id, counted, rules, who)
        change.claim(visit_id, "confirmation", proof.rows)
        attendances.recipient_came(change.write, seen.order.id, seen.order.recipient_id)
        return change.write.answer(visit_id=visit_id, recognised_minutes=counted.minutes, confirmed_by=who)


def miss(desk: Desk, visit_id: str) -> Answer:
    """Record that the volunteer did not come; the place is free, and an order left alone lapses."""
    seen = read_visit(desk, visit_id)
    rules = visit_clock.rules_of(desk, seen)
    powers = (Power.RESOLVE_EXCEPTION, Power.CONFIRM_VISIT)
    visit_parties.require_witness(desk, rules, seen, powers, volunteer=False)
    with changing(desk, seen.order.id) as change:
        change.move(visit_id, VisitEvent.MISS)
        visit_clock.check_waited(desk, rules, change.order)
        change.free_place()
        change.follow()
        return change.write.answer(visit_id=visit_id, order_state=change.state.value)


def cancel(desk: Desk, visit_id: str, reason: str) -> Answer:
    """Give a place back before service; after the planned start only staff can, for a no-show is told as one."""
    inputs.note(REASON, reason)
    seen = read_visit(desk, visit_id)
    rules = visit_clock.rules_of(desk, seen)
    late = seen.order.planned_start <= desk.now
    powers = (Power.PUBLISH_ORDER, Power.ORDER_FOR, Power.RESOLVE_EXCEPTION)
    visit_parties.require_keeper(desk, rules, seen, powers, volunteer=not late)
    with changing(desk, seen.order.id) as change:
        change.move(visit_id, VisitEvent.CANCEL)
        change.claim(visit_id, "cancellation", visit_claims.statement(desk, reason))
        change.free_place()
        change.follow()
        return change.write.answer(visit_id=visit_id, order_state=change.state.value)


def dispute(desk: Desk, visit_id: str, reason: str) -> Answer:
    """Say that a visit is not as recorded: nothing is settled before somebody with the power has decided."""
    inputs.proof(REASON, reason)
    seen = read_visit(desk, visit_id)
    rules = visit_clock.rules_of(desk, seen)
    powers = (Power.SETTLE_DISPUTE, Power.CONFIRM_VISIT)
    visit_parties.require_witness(desk, rules, seen, powers, volunteer=True)
    return _decide(desk, seen.order.id, visit_id, VisitEvent.DISPUTE, reason)


def uphold(desk: Desk, visit_id: str, minutes: int, note: str) -> Answer:
    """End a dispute in favour of the visit, with the minutes that count; what its place held is held again."""
    seen = read_visit(desk, visit_id)
    rules = visit_clock.rules_of(desk, seen)
    visit_parties.require_power(desk, rules, seen, Power.SETTLE_DISPUTE)
    with changing(desk, seen.order.id) as change:
        row = change.visits[visit_id]
        change.move(visit_id, VisitEvent.UPHOLD)
        counted = recognition.recognise(rules, row.planned_minutes, row.measured_minutes, minutes)
        day = row.service_date or change.order.service_date
        change.note(visit_id, service_date=day)
        if change.state in OPEN:  # it was taken for a no-show, and service began after all
            change.start()
        visit_clock.recognised(change, visit_id, counted, rules, visit_parties.ORGANISATION)
        attendances.recipient_came(change.write, seen.order.id, seen.order.recipient_id)
        change.claim(visit_id, "resolution", visit_claims.statement(desk, note))
        hold_again(change, row.place)
        change.follow()
        return change.write.answer(visit_id=visit_id, recognised_minutes=counted.minutes)


def void(desk: Desk, visit_id: str, note: str) -> Answer:
    """End a dispute or an exception against the visit: it counts for nothing, and what was held for it is let go."""
    seen = read_visit(desk, visit_id)
    rules = visit_clock.rules_of(desk, seen)
    exception = seen.visit.state == VisitState.EXCEPTION
    power = Power.RESOLVE_EXCEPTION if exception else Power.SETTLE_DISPUTE
    visit_parties.require_power(desk, rules, seen, power)
    return _decide(desk, seen.order.id, visit_id, VisitEvent.VOID, note)


def _decide(desk: Desk, order_id: str, visit_id: str, event: VisitEvent, note: str) -> Answer:
    with changing(desk, order_id) as change:
        if event is VisitEvent.DISPUTE and change.visit_states[visit_id] is VisitState.NO_SHOW:
            change.take_back(visit_id)
        change.move(visit_id, event)
        change.claim(visit_id, event.value, visit_claims.statement(desk, note))
        if change.state in OPEN:
            change.lapse_alone(HoldState.VOIDED)
        if change.state is not OrderState.LAPSED or change.order.state == OrderState.LAPSED:
            change.follow()
        state = change.visit_states[visit_id].value
        return change.write.answer(visit_id=visit_id, state=state, order_state=change.state.value)


def rate(desk: Desk, visit_id: str, stars: int, note: str = "") -> Answer:
    """Rate a visit that took place, once, from one star to five."""
    if isinstance(stars, bool) or not 1 <= stars <= MOST_STARS:
        zh, en = f"评价为 1 至 {MOST_STARS} 星。", f"A rating is one to {MOST_STARS} stars."
        raise BadInput(Words(zh, en))
    inputs.note(NOTE, note)
    seen = read_visit(desk, visit_id)
    rules = visit_clock.rules_of(desk, seen)
    visit_parties.rater(desk, rules, seen)
    with changing(desk, seen.order.id) as change:
        row, state = change.visits[visit_id], change.visit_states[visit_id]
        if state not in RATED:
            label = VISIT_STATES.states[state]
            zh = f"服务记录处于“{label.zh}”，还不能评价。"
            raise refuse("not_yet", zh, f"The visit is “{label.en}”: it cannot be rated.")
        if row.rating is not None:
            raise refuse("rated", "已经评价过，不能再改。", "It was rated already; a rating stays as it is.")
        change.note(visit_id, rating=stars, rating_note=note.strip())
        return change.write.answer(visit_id=visit_id, stars=stars)


def close_late(desk: Desk, visit_id: str) -> Answer:
    """Close a visit whose check-out was forgotten, as an exception for the organiser; nothing is measured."""
    seen = read_visit(desk, visit_id)
    rules = visit_clock.rules_of(desk, seen)
    visit_parties.require_power(desk, rules, seen, Power.RESOLVE_EXCEPTION)
    with changing(desk, seen.order.id) as change:
        change.move(visit_id, VisitEvent.CLOSE_LATE, exception=FORGOTTEN)
        visit_clock.check_is_late(desk, rules, change.order)
        change.follow()
        return change.write.answer(visit_id=visit_id)


def remind(desk: Desk, visit_id: str) -> Answer:
    """Tell staff, once, that a visit waits too long: for its confirmation, or for a word whether anybody came."""
    seen = read_visit(desk, visit_id)
    rules = visit_clock.rules_of(desk, seen)
    visit_parties.require_power(desk, rules, seen, Power.CONFIRM_VISIT)
    with changing(desk, seen.order.id) as change:
        row = change.visits[visit_id]
        why = OVERDUE.get(change.visit_states[visit_id])
        early = why == UNSERVED and desk.now < visit_clock.last_check_out(rules, change.order)
        if why is None or early or row.exception is not None:
            zh = "这条服务记录没有逾期未办的事，或已经提醒过。"
            raise refuse(
                "not_waiting", zh, "Nothing about this visit is overdue, or staff were told already."
            )
        change.note(visit_id, exception=why)
        body = {"visit_id": visit_id, "order_id": row.order_id, "volunteer_id": row.volunteer_id}
        change.write.tell(f"visit.{why}", **body)
        return change.write.answer(visit_id=visit_id)
