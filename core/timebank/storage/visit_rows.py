"""Statements on visits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, insert, or_, select, update

from timebank.domain.course import GONE
from timebank.domain.identity import is_id
from timebank.domain.visit import VisitState
from timebank.storage.people import members
from timebank.storage.work import orders, visits

_AHEAD = [VisitState.PLANNED.value, VisitState.CHECKED_IN.value]
_NOT_SERVED = [state.value for state in GONE | {VisitState.VOID}]
_OF_ORDER = (orders.c.city == visits.c.city) & (orders.c.id == visits.c.order_id)
_PLAN: list[ColumnElement[Any]] = [
    orders.c.planned_start,
    orders.c.planned_minutes.label("order_minutes"),
    orders.c.service,
]
_CLOCKED: list[ColumnElement[Any]] = [
    visits.c.volunteer_id,
    visits.c.state,
    visits.c.service_date,
    visits.c.checked_in_at,
    visits.c.checked_out_at,
]
_WAITING: list[ColumnElement[Any]] = [
    visits.c.id,
    visits.c.service_date,
    visits.c.checked_out_at,
    orders.c.service,
]
_THIS = (visits.c.city == bindparam("of_city")) & (visits.c.id == bindparam("of_visit"))
_ONE, _CHANGE = select(visits).where(_THIS), update(visits).where(_THIS)
_LOCKED_OF_ORDER = (
    select(visits)
    .where(visits.c.city == bindparam("of_city"), visits.c.order_id == bindparam("of_order"))
    .order_by(visits.c.id)
    .with_for_update(key_share=True)
)


def add(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Add visits."""
    connection.execute(insert(visits), rows)


def find(connection: Connection, city: str, visit_id: str) -> Row[Any] | None:
    """Return a visit without locking it; None too where the text is no identifier at all."""
    if not is_id(visit_id):
        return None
    return connection.execute(_ONE, {"of_city": city, "of_visit": visit_id}).one_or_none()


def of_order(connection: Connection, city: str, order_id: str) -> Sequence[Row[Any]]:
    """Return all visits of an order without locking them, in the order in which they were accepted."""
    wanted = select(visits).where(visits.c.city == city, visits.c.order_id == order_id)
    return connection.execute(wanted.order_by(visits.c.accepted_at, visits.c.id)).all()


def of_team(connection: Connection, city: str, order_id: str, team_id: str) -> Sequence[Row[Any]]:
    """Return a team's visits in an order without locking them, in the order of their places."""
    if not is_id(order_id):
        return []
    wanted = select(visits).where(
        visits.c.city == city, visits.c.order_id == order_id, visits.c.team_id == team_id
    )
    return connection.execute(wanted.order_by(visits.c.place, visits.c.id)).all()


def lock_of_order(connection: Connection, city: str, order_id: str) -> Sequence[Row[Any]]:
    """Return all visits of a locked order, locked in the order of their ids."""
    return connection.execute(_LOCKED_OF_ORDER, {"of_city": city, "of_order": order_id}).all()


def lock_volunteers(connection: Connection, city: str, volunteer_ids: Iterable[str]) -> Sequence[Row[Any]]:
    """Return would-be volunteers (id, closed_on, closed_for), locked in id order.

    Whoever holds them may add to what is ahead of them.
    """
    columns: list[ColumnElement[Any]] = [members.c.id, members.c.closed_on, members.c.closed_for]
    wanted = select(*columns).where(members.c.city == city, members.c.id.in_(sorted(volunteer_ids)))
    return connection.execute(wanted.order_by(members.c.id).with_for_update(key_share=True)).all()


def of_order_or_ahead(
    connection: Connection, city: str, order_id: str, volunteer_ids: Iterable[str]
) -> Sequence[Row[Any]]:
    """Return the visits of an order and all that its would-be volunteers still have ahead, each with its plan."""
    theirs = visits.c.volunteer_id.in_(sorted(volunteer_ids)) & visits.c.state.in_(_AHEAD)
    return connection.execute(
        select(visits, *_PLAN)
        .join(orders, _OF_ORDER)
        .where(visits.c.city == city, or_(visits.c.order_id == order_id, theirs))
        .order_by(visits.c.id)
    ).all()


def ahead_of(connection: Connection, city: str, volunteer_ids: Iterable[str]) -> Sequence[Row[Any]]:
    """Return what several volunteers still have ahead, each with its plan."""
    return connection.execute(
        select(visits.c.volunteer_id, visits.c.order_id, *_PLAN)
        .join(orders, _OF_ORDER)
        .where(
            visits.c.city == city,
            visits.c.volunteer_id.in_(sorted(volunteer_ids)),
            visits.c.state.in_(_AHEAD),
        )
    ).all()


def clocked_between(
    connection: Connection,
    city: str,
    but_order: str,
    volunteer_ids: Iterable[str],
    since: datetime,
    until: datetime,
) -> Sequence[Row[Any]]:
    """Return what several volunteers had on the clock in other orders within a time, each with its plan.

    Visits of no-shows, called off or void do not count. One that is not checked out counts from its check-in on.
    """
    return connection.execute(
        select(*_CLOCKED, *_PLAN)
        .join(orders, _OF_ORDER)
        .where(
            visits.c.city == city,
            visits.c.order_id != but_order,
            visits.c.volunteer_id.in_(sorted(set(volunteer_ids))),
            visits.c.state.not_in(_NOT_SERVED),
            visits.c.checked_in_at <= until,
            or_(visits.c.checked_out_at.is_(None), visits.c.checked_out_at > since),
        )
        .order_by(visits.c.checked_in_at, visits.c.id)
    ).all()


def change(connection: Connection, city: str, visit_id: str, changes: Mapping[str, Any]) -> None:
    """Change a locked visit."""
    connection.execute(_CHANGE, {"of_city": city, "of_visit": visit_id, **changes})


def checked_in_since(connection: Connection, city: str, now: datetime) -> Sequence[Row[Any]]:
    """Return visits (id, service_date and plan) that were checked in and should have begun, oldest first."""
    return connection.execute(
        select(visits.c.id, visits.c.service_date, *_PLAN)
        .join(orders, _OF_ORDER)
        .where(
            visits.c.city == city,
            visits.c.state == VisitState.CHECKED_IN.value,
            orders.c.planned_start <= now,
        )
        .order_by(orders.c.planned_start, visits.c.id)
    ).all()


def unserved_since(connection: Connection, city: str, now: datetime) -> Sequence[Row[Any]]:
    """Return visits (id, planned service_date and plan) that should have begun, are planned still and not told of."""
    return connection.execute(
        select(visits.c.id, orders.c.service_date, *_PLAN)
        .join(orders, _OF_ORDER)
        .where(
            visits.c.city == city,
            visits.c.state == VisitState.PLANNED.value,
            visits.c.exception.is_(None),
            orders.c.planned_start <= now,
        )
        .order_by(orders.c.planned_start, visits.c.id)
    ).all()


def unconfirmed_since(connection: Connection, city: str, now: datetime) -> Sequence[Row[Any]]:
    """Return visits (id, service, service_date, checked_out_at) that wait for confirmation and were not told of."""
    return connection.execute(
        select(*_WAITING)
        .join(orders, _OF_ORDER)
        .where(
            visits.c.city == city,
            visits.c.state == VisitState.CHECKED_OUT.value,
            visits.c.exception.is_(None),
            visits.c.checked_out_at <= now,
        )
        .order_by(visits.c.checked_out_at, visits.c.id)
    ).all()
