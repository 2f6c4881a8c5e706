"""Statements on what was asked for: summed by place, service, month and state in the database, never order by order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, extract, func, select, true

from timebank.domain.visit import VisitState
from timebank.storage.work import attendances, orders, visits

_KEYS: list[ColumnElement[Any]] = [
    orders.c.organisation_id,
    orders.c.service,
    extract("year", orders.c.service_date).label("year"),
    extract("month", orders.c.service_date).label("month"),
]


def asked(connection: Connection, city: str, first: date | None, last: date | None) -> Sequence[Row[Any]]:
    """Return (organisation_id, service, year, month, state, orders, people, places, minutes) of orders by planned day."""
    columns: list[ColumnElement[Any]] = [
        *_KEYS,
        orders.c.state,
        func.count().label("orders"),
        func.sum(orders.c.head_count).label("people"),
        func.sum(orders.c.places).label("places"),
        func.sum(orders.c.places * orders.c.planned_minutes).label("minutes"),
    ]
    statement = select(*columns).where(orders.c.city == city, _within(first, last))
    return connection.execute(statement.group_by(*_KEYS, orders.c.state)).all()


def person_times(
    connection: Connection, city: str, first: date | None, last: date | None
) -> Sequence[Row[Any]]:
    """Return (organisation_id, service, year, month, many): who came where service was settled, each time counted."""
    settled = exists().where(
        visits.c.city == orders.c.city,
        visits.c.order_id == orders.c.id,
        visits.c.state == VisitState.SETTLED.value,
    )
    here = and_(attendances.c.city == orders.c.city, attendances.c.order_id == orders.c.id)
    columns: list[ColumnElement[Any]] = [*_KEYS, func.sum(attendances.c.came).label("many")]
    statement = (
        select(*columns)
        .join(attendances, here)
        .where(orders.c.city == city, _within(first, last), attendances.c.came > 0, settled)
    )
    return connection.execute(statement.group_by(*_KEYS)).all()


def _within(first: date | None, last: date | None) -> ColumnElement[bool]:
    bounds = [orders.c.service_date >= first] if first else []
    return and_(true(), *bounds, *([orders.c.service_date <= last] if last else []))
