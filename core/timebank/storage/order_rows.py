"""Statements on orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, exists, insert, select, update

from timebank.domain.course import GONE
from timebank.domain.identity import is_id
from timebank.domain.order import ORDER_STATES, Order, OrderEvent, OrderState, Origin, Shape
from timebank.domain.visit import VisitState
from timebank.storage.people import members, organisations
from timebank.storage.work import orders, visits

_CANCELLABLE = [state.value for state in ORDER_STATES.sources(OrderEvent.CANCEL)]
_NOT_COMING = [state.value for state in GONE | {VisitState.VOID}]
_BRIEF: list[ColumnElement[Any]] = [orders.c.id, orders.c.service, orders.c.placed_on]
_LAPSABLE = [OrderState.REQUESTED.value, OrderState.APPROVED.value, OrderState.PUBLISHED.value]
_THIS = (orders.c.city == bindparam("of_city")) & (orders.c.id == bindparam("of_order"))
_ONE, _CHANGE = select(orders).where(_THIS), update(orders).where(_THIS)
_ONE_LOCKED = _ONE.with_for_update(key_share=True)
_GROUND: Select[Any] = (
    select(
        organisations.c.name.label("organisation_name"),
        organisations.c.closed_on.label("organisation_closed_on"),
        members.c.closed_on,
        members.c.closed_for,
    )
    .select_from(orders)
    .join(
        organisations,
        (organisations.c.city == orders.c.city) & (organisations.c.id == orders.c.organisation_id),
    )
    .outerjoin(members, (members.c.city == orders.c.city) & (members.c.id == orders.c.recipient_id))
    .where(_THIS)
)


def add(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Add orders."""
    connection.execute(insert(orders), rows)


def find(connection: Connection, city: str, order_id: str) -> Row[Any] | None:
    """Return an order without locking it; None too where the text is no identifier at all."""
    return _one(connection, _ONE, city, order_id)


def find_with_visits(connection: Connection, city: str, order_id: str) -> Sequence[Row[Any]]:
    """Return an order once for each of its visits (visit_volunteer, visit_state), or once with none."""
    if not is_id(order_id):
        return []
    here = (visits.c.city == orders.c.city) & (visits.c.order_id == orders.c.id)
    columns = (visits.c.volunteer_id.label("visit_volunteer"), visits.c.state.label("visit_state"))
    statement = select(orders, *columns).outerjoin(visits, here)
    return connection.execute(statement.where(orders.c.city == city, orders.c.id == order_id)).all()


def lock(connection: Connection, city: str, order_id: str) -> Row[Any] | None:
    """Return an order, locked: whoever holds it alone may change it, its offers and its visits."""
    return _one(connection, _ONE_LOCKED, city, order_id)


def _one(connection: Connection, statement: Select[Any], city: str, order_id: str) -> Row[Any] | None:
    if not is_id(order_id):
        return None
    return connection.execute(statement, {"of_city": city, "of_order": order_id}).one_or_none()


def ground_of(connection: Connection, city: str, order_id: str) -> Row[Any]:
    """Return whether the people and the place of an order are closed, once it is written.

    Its row refers to theirs, so the database has locked them against closing with it, and what is read here stays.

    Returns:
        organisation_name, organisation_closed_on, and the elder's closed_on and closed_for, empty without an elder.
    """
    found: Row[Any] = connection.execute(_GROUND, {"of_city": city, "of_order": order_id}).one()
    return found


def change(connection: Connection, city: str, order_id: str, changes: Mapping[str, Any]) -> None:
    """Change a locked order."""
    connection.execute(_CHANGE, {"of_city": city, "of_order": order_id, **changes})


def started_unfilled(connection: Connection, city: str, now: datetime) -> list[str]:
    """Return ids of orders whose planned start has passed and for which nobody is to come, oldest first."""
    coming = exists().where(
        visits.c.city == orders.c.city, visits.c.order_id == orders.c.id, visits.c.state.not_in(_NOT_COMING)
    )
    statement = (
        select(orders.c.id)
        .where(orders.c.city == city, orders.c.state.in_(_LAPSABLE), orders.c.planned_start <= now, ~coming)
        .order_by(orders.c.planned_start, orders.c.id)
    )
    return list(connection.execute(statement).scalars())


def not_started_from(connection: Connection, city: str, day: date) -> Sequence[Row[Any]]:
    """Return orders (id, service, placed_on) for a day or later on which service has not begun."""
    statement = (
        select(*_BRIEF)
        .where(orders.c.city == city, orders.c.state.in_(_CANCELLABLE), orders.c.service_date >= day)
        .order_by(orders.c.service_date, orders.c.id)
    )
    return connection.execute(statement).all()


def as_order(row: Row[Any]) -> Order:
    """Return the value of an order row."""
    return Order(
        id=row.id,
        service=row.service,
        origin=Origin(row.origin),
        shape=Shape(row.shape),
        state=OrderState(row.state),
        organisation_id=row.organisation_id,
        recipient_id=row.recipient_id,
        publisher_id=row.publisher_id,
        address=row.address,
        planned_start=row.planned_start,
        planned_minutes=row.planned_minutes,
        places=row.places,
        places_taken=row.places_taken,
        head_count=row.head_count,
        directed_to=row.directed_to,
        placed_on=row.placed_on,
        service_date=row.service_date,
    )
