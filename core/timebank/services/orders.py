"""Orders: placed, reviewed, published, cancelled; and what becomes of them when nobody comes or rules change."""

from __future__ import annotations

from datetime import datetime

from timebank.domain.account import HoldState
from timebank.domain.cases import AskedBy
from timebank.domain.identity import derived_id
from timebank.domain.order import OrderAction, OrderEvent, OrderState, Origin
from timebank.domain.organisation import Power
from timebank.domain.refusal import refuse
from timebank.domain.words import Words
from timebank.rules import RulesInForce
from timebank.services import (
    attendances,
    authority,
    inputs,
    order_funding,
    order_steps,
    order_transition,
    standing,
    still_open,
)
from timebank.services.desk import Answer, Bank, Desk
from timebank.services.jobs import as_job
from timebank.services.order_cases import Seen, ask_order, see
from timebank.services.order_change import changing, event_body
from timebank.services.order_placing import Asked, Draft, judge
from timebank.storage import order_rows

REASON = Words("原因", "reason")
ATTEMPTS = 3


def place(  # noqa: PLR0913 - an order is that many things, each named
    desk: Desk,
    *,
    service: str,
    organisation_id: str,
    planned_start: datetime,
    planned_minutes: int,
    address: str,
    recipient_id: str | None = None,
    places: int = 1,
    head_count: int = 1,
    title: str | None = None,
    directed_to: str | None = None,
    entrusted: bool = False,
    unit: str | None = None,
) -> Answer:
    """Place an order: a request where a recipient is named, else a project.

    Args:
        desk: the command being carried out.
        service: a service id of the rule file.
        organisation_id: in whose area it is done and for which it counts.
        planned_start: when it begins; not in the past, but for imported history.
        planned_minutes: how long it takes.
        address: where.
        recipient_id: the elder.
        places: how many volunteers are needed.
        head_count: how many people are served.
        title: what a project is called.
        directed_to: the one volunteer it is addressed to.
        entrusted: the actor says to be entrusted by the elder; written down as such.
        unit: in which unit the recipient pays, where the rule file leaves a choice; the usual one without.

    Raises:
        BadInput: something given cannot be read.
        Refused: the rules say no, with every reason; the payer has not enough; elder or organisation is closed by now.
    """
    what = (service, organisation_id, planned_start, planned_minutes, address)
    asked = Asked(*what, recipient_id, places, head_count, title, directed_to, entrusted, unit)
    return _place(desk, asked)


def _place(desk: Desk, asked: Asked) -> Answer:
    """Judge, and write; judge again where the balance moved meanwhile."""
    for attempt in range(ATTEMPTS):
        draft = judge(desk, asked)
        try:
            return _write(desk, draft)
        except order_funding.BalanceMoved:
            if attempt == ATTEMPTS - 1:
                raise _busy() from None
    raise AssertionError("unreachable")


def _write(desk: Desk, draft: Draft) -> Answer:
    state, title, publisher_id = (draft.row[name] for name in ("state", "title", "publisher_id"))
    with desk.writing() as write:
        order_rows.add(write.connection, [draft.row])
        still_open.require_ground(write, draft.order)
        attendances.expect(write, draft.order.id, draft.order.recipient_id)
        order_funding.hold(write, draft.order.id, draft.funding, desk.today)
        write.tell("order.placed", **event_body(draft.order, title, None))
        if state == OrderState.PUBLISHED:
            write.tell("order.published", **event_body(draft.order, title, publisher_id))
        return write.answer(order_id=draft.order.id, state=state, held=draft.funding.by_kind)


def approve(desk: Desk, order_id: str) -> Answer:
    """Let an order pass its review; where the file has no step of publishing, it is published at once.

    Raises:
        Refused: the actor may not review here, or the order is not under review.
    """
    seen = see(desk, order_id)
    rules = desk.city.rules_for(seen.row.service, desk.today)
    order_steps.require_step(desk, seen.tree, rules, order_steps.REVIEW, seen.row.organisation_id)
    at_once = not order_steps.takes(rules, order_steps.PUBLISH, Origin(seen.row.origin))
    if at_once:
        ask_order(desk, seen.case, OrderAction.PUBLISH, rules)
    with changing(desk, order_id) as change:
        change.happen(OrderEvent.APPROVE)
        if at_once:
            change.happen(OrderEvent.PUBLISH, publisher_id=change.order.organisation_id)
        return change.write.answer(order_id=order_id, state=change.state.value)


def reject(desk: Desk, order_id: str, reason: str) -> Answer:
    """Let an order fail its review; what it holds is let go.

    Raises:
        Refused: the actor may not review here, or the order is not under review.
    """
    why = inputs.note(REASON, reason)
    seen = see(desk, order_id)
    rules = desk.city.rules_for(seen.row.service, desk.today)
    order_steps.require_step(desk, seen.tree, rules, order_steps.REVIEW, seen.row.organisation_id)
    return _close(desk, order_id, OrderEvent.REJECT, why)


def publish(desk: Desk, order_id: str) -> Answer:
    """Show an approved order to volunteers.

    Raises:
        Refused: the actor or a plugin may not, or the order is not approved.
    """
    seen = see(desk, order_id)
    rules = desk.city.rules_for(seen.row.service, desk.today)
    order_steps.require_step(desk, seen.tree, rules, order_steps.PUBLISH, seen.row.organisation_id)
    ask_order(desk, seen.case, OrderAction.PUBLISH, rules)
    publisher = desk.command.actor.organisation_id or seen.row.organisation_id
    with changing(desk, order_id) as change:
        change.happen(OrderEvent.PUBLISH, publisher_id=publisher)
        return change.write.answer(order_id=order_id, state=change.state.value)


def cancel(desk: Desk, order_id: str, reason: str) -> Answer:
    """Cancel an order that is not in service: holds are voided, offers withdrawn, planned visits cancelled.

    Raises:
        Refused: the actor is neither the recipient's side, nor who placed it, nor staff with the power; a plugin
            says no; or service has begun.
    """
    why = inputs.note(REASON, reason)
    seen = see(desk, order_id)
    rules = desk.city.rules_for(seen.row.service, desk.today)
    _require_owner(desk, seen, rules)
    if not authority.is_job(desk.command.actor):
        ask_order(desk, seen.case, OrderAction.CLOSE, rules)
    return _close(desk, order_id, OrderEvent.CANCEL, why)


def _require_owner(desk: Desk, seen: Seen, rules: RulesInForce) -> None:
    actor = desk.command.actor
    if actor.organisation_id is None:
        recipients = [seen.case.recipient] if seen.case.recipient is not None else []
        own = actor.id == seen.row.placed_by and seen.row.asked_by != AskedBy.ORGANISATION
        if own or standing.is_recipients_side(desk, recipients):
            return
    standing.require_one_of(desk, seen.tree, rules, standing.ORGANISER, seen.areas)


def _close(desk: Desk, order_id: str, event: OrderEvent, why: str) -> Answer:
    with changing(desk, order_id) as change:
        change.close(event, HoldState.VOIDED, reason=why or None)
        return change.write.answer(order_id=order_id, state=change.state.value)


def lapse(desk: Desk, order_id: str) -> Answer:
    """Let an order lapse whose planned start has passed without any volunteer; what it holds expires.

    Raises:
        Refused: its time has not come, volunteers are still to come, or the actor may not.
    """
    seen = see(desk, order_id)
    rules = desk.city.rules_for(seen.row.service, desk.today)
    standing.require_one_of(desk, seen.tree, rules, (*standing.ORGANISER, Power.REVIEW_ORDER), seen.areas)
    with changing(desk, order_id) as change:
        if change.order.planned_start > desk.now:
            zh, en = (
                "还没有到计划开始时间，订单不能失效。",
                "The planned start has not come yet; it cannot lapse.",
            )
            raise refuse("too_early", zh, en)
        if change.has_volunteers():
            zh = "还有志愿者占着名额，订单不能失效。请先记为未到场或取消其服务。"
            en = "Volunteers still have places. Record a no-show or cancel their visits first."
            raise refuse("has_volunteers", zh, en)
        change.close(OrderEvent.LAPSE, HoldState.EXPIRED)
        return change.write.answer(order_id=order_id, state=change.state.value)


def lapse_due(bank: Bank, city: str) -> int:
    """Let every order lapse that nobody took before its planned start; return how many did."""
    with bank.reading() as connection:
        due = order_rows.started_unfilled(connection, city, bank.clock())
    done = [
        as_job(bank, city, lapse, derived_id("orders.lapse", order_id), order_id=order_id) for order_id in due
    ]
    return sum(answer is not None for answer in done)


def apply_transition(bank: Bank, city: str) -> int:
    """Cancel the open orders that newer rule files do not let finish, with the article as the reason.

    Returns:
        How many were cancelled; those that may finish stay as they are and settle by the last rules that had
        their service.
    """
    ended = order_transition.ended_orders(bank, city)
    done = [
        as_job(
            bank, city, cancel, derived_id("orders.cancel", order_id, digest), order_id=order_id, reason=why
        )
        for order_id, digest, why in ended
    ]
    return sum(answer is not None for answer in done)


def _busy() -> Exception:
    zh = "账户余额正在被其他订单使用，请稍后再试。"
    return refuse("balance_busy", zh, "Other orders are using the balance just now. Try again in a moment.")
