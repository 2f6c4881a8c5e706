"""Attendances: who is expected at an order, named or as a count, and how many came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from timebank.domain.course import GONE
from timebank.domain.identity import new_id
from timebank.domain.member import Role
from timebank.domain.order import OrderState
from timebank.domain.organisation import Power
from timebank.domain.refusal import BadInput, refuse
from timebank.domain.words import Words
from timebank.services import standing
from timebank.services.admitted import require_admitted
from timebank.services.desk import Answer, Desk, Writing
from timebank.services.order_cases import Seen, see
from timebank.services.order_change import lock_order
from timebank.storage import evidence_rows, visit_rows

CLOSED = frozenset({OrderState.REJECTED, OrderState.CANCELLED, OrderState.LAPSED, OrderState.VOID})
WITNESSES = (*standing.ORGANISER, Power.CONFIRM_VISIT, Power.CHECK_IN_FOR)


def add(desk: Desk, order_id: str, recipient_id: str | None = None, head_count: int = 1) -> Answer:
    """Expect somebody at an order: a recipient by name, or a number of unnamed people.

    Args:
        desk: the command; by staff who may order or publish there, or the recipient.
        order_id: the order.
        recipient_id: an admitted recipient; None for unnamed people, who are counted together.
        head_count: how many; one for a named recipient.

    Raises:
        Refused: more would come than the order is for, or the recipient is expected already.
    """
    _check_count(head_count, 1)
    if recipient_id is not None and head_count != 1:
        raise BadInput(Words("写明姓名的服务对象一次一人。", "A named recipient counts for one."))
    seen = see(desk, order_id)
    _require_organiser(desk, seen, recipient_id)
    with desk.writing() as write:
        order, present = _locked(write, order_id)
        expected = sum(row.head_count for row in present)
        if expected + head_count > order.head_count:
            zh = f"这个订单计划受益 {order.head_count} 人，已登记 {expected} 人，不能再加 {head_count} 人。"
            en = f"The order is for {order.head_count} people; {expected} are expected, {head_count} more are too many."
            raise refuse("too_many", zh, en)
        attendance_id = _write(write, order_id, recipient_id, head_count, present)
        return write.answer(attendance_id=attendance_id, expected=expected + head_count)


def came(desk: Desk, order_id: str, count: int, recipient_id: str | None = None) -> Answer:
    """Write down how many came: zero or one for a named recipient, any number for the unnamed.

    Raises:
        Refused: the order has not begun, nobody of that kind was expected, or the actor may not.
    """
    _check_count(count, 0)
    seen = see(desk, order_id)
    rules = desk.city.rules_for(seen.row.service, desk.today)
    standing.require_one_of(desk, seen.tree, rules, WITNESSES, seen.areas)
    if desk.now < seen.row.planned_start:
        zh, en = (
            "还没有到计划开始时间，不能登记到场人数。",
            "The planned start has not come: nobody can have come yet.",
        )
        raise refuse("too_early", zh, en)
    with desk.writing() as write:
        _, present = _locked(write, order_id)
        row = next((one for one in present if one.recipient_id == recipient_id), None)
        if row is None:
            zh, en = (
                "这个订单没有登记过这位（这些）受益人。请先登记。",
                "Nobody like that was expected. Add them first.",
            )
            raise refuse("not_expected", zh, en)
        if recipient_id is not None and count > 1:
            raise BadInput(
                Words("写明姓名的服务对象到场为 0 或 1。", "A named recipient came or did not: 0 or 1.")
            )
        evidence_rows.change_attendance(write.connection, desk.city.code, row.id, {"came": count})
        return write.answer(attendance_id=row.id, came=count)


def expect(write: Writing, order_id: str, recipient_id: str | None) -> None:
    """Expect the elder for whom an order is placed."""
    if recipient_id is not None:
        row = {
            "city": write.desk.city.code,
            "id": new_id(),
            "order_id": order_id,
            "recipient_id": recipient_id,
        }
        evidence_rows.add_attendance(write.connection, row | {"head_count": 1})


def recipient_came(write: Writing, order_id: str, recipient_id: str | None) -> None:
    """Write down that the elder was served, when a visit is confirmed; what staff wrote down before stands."""
    if recipient_id is not None:
        evidence_rows.recipient_came(write.connection, write.desk.city.code, order_id, recipient_id)


def _require_organiser(desk: Desk, seen: Seen, recipient_id: str | None) -> None:
    actor = desk.command.actor
    if recipient_id is not None:
        with desk.reading() as connection:
            require_admitted(connection, desk.city, recipient_id, Role.RECIPIENT.value, desk.today)
        if actor.organisation_id is None and actor.id == recipient_id:
            return
    rules = desk.city.rules_for(seen.row.service, desk.today)
    standing.require_one_of(desk, seen.tree, rules, standing.ORGANISER, seen.areas)


def _locked(write: Writing, order_id: str) -> tuple[Row[Any], Sequence[Row[Any]]]:
    order = lock_order(write, order_id)
    if OrderState(order.state) in CLOSED:
        zh, en = (
            "这个订单已经关闭，不能再登记受益人。",
            "This order is closed; nobody can attend it any more.",
        )
        raise refuse("order_closed", zh, en)
    return order, evidence_rows.attendances_of(write.connection, write.desk.city.code, order_id)


def _write(
    write: Writing, order_id: str, recipient_id: str | None, head_count: int, present: Sequence[Row[Any]]
) -> str:
    city = write.desk.city.code
    same = next((row for row in present if row.recipient_id == recipient_id), None)
    if same is not None and recipient_id is not None:
        raise refuse("expected", "这位服务对象已经登记过。", "This recipient is expected already.")
    if same is not None:
        more = {"head_count": same.head_count + head_count}
        evidence_rows.change_attendance(write.connection, city, same.id, more)
        attendance_id: str = same.id
        return attendance_id
    _check_serves_not(write, order_id, recipient_id)
    row = {"city": city, "id": new_id(), "order_id": order_id, "recipient_id": recipient_id}
    evidence_rows.add_attendance(write.connection, row | {"head_count": head_count})
    return str(row["id"])


def _check_serves_not(write: Writing, order_id: str, recipient_id: str | None) -> None:
    """Refuse whoever serves in the same order: nobody serves himself."""
    visits = visit_rows.lock_of_order(write.connection, write.desk.city.code, order_id)
    if any(row.volunteer_id == recipient_id and row.state not in GONE for row in visits):
        zh = "这位成员在这个订单里服务，不能同时登记为受益人。"
        raise refuse("serves", zh, "This member serves in the order and cannot also be served by it.")


def _check_count(count: Any, least: int) -> None:
    if isinstance(count, bool) or not isinstance(count, int) or count < least:
        raise BadInput(
            Words(
                f"人数须为不小于 {least} 的整数，不能是 {count!r}。",
                f"A head-count is a whole number from {least}.",
            )
        )
