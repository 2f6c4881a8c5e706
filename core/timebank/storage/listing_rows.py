"""Statements that list things a page at a time, by key, never by offset."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from timebank.storage.people import members
from timebank.storage.work import orders, visits


def orders_page(
    connection: Connection,
    city: str,
    filters: Mapping[str, Any],
    organisation_ids: Iterable[str] | None,
    after: str | None,
    many: int,
) -> Sequence[Any]:
    """Return a page of orders in order of id.

    Args:
        connection: a connection.
        city: the city.
        filters: ``state``, ``service``, ``from`` and ``until`` (service dates); absent ones do not filter.
        organisation_ids: only orders of these organisations; None for all.
        after: id of the last order of the page before.
        many: how many at most.
    """
    statement = select(orders).where(orders.c.city == city).order_by(orders.c.id).limit(many)
    if "state" in filters:
        statement = statement.where(orders.c.state == filters["state"])
    if "service" in filters:
        statement = statement.where(orders.c.service == filters["service"])
    if "from" in filters:
        statement = statement.where(orders.c.service_date >= filters["from"])
    if "until" in filters:
        statement = statement.where(orders.c.service_date <= filters["until"])
    if organisation_ids is not None:
        statement = statement.where(orders.c.organisation_id.in_(sorted(organisation_ids)))
    if after is not None:
        statement = statement.where(orders.c.id > after)
    return connection.execute(statement).all()


def visits_of_order(connection: Connection, city: str, order_id: str) -> Sequence[Any]:
    """Return the visits of an order, by place."""
    statement = select(visits).where(visits.c.city == city, visits.c.order_id == order_id)
    return connection.execute(statement.order_by(visits.c.place, visits.c.id)).all()


def members_page(
    connection: Connection, city: str, reference: str | None, after: str | None, many: int
) -> Sequence[Any]:
    """Return a page of members (id, reference, name, home_id) in order of id."""
    statement = (
        select(members.c.id, members.c.reference, members.c.name, members.c.home_id)
        .where(members.c.city == city)
        .order_by(members.c.id)
        .limit(many)
    )
    if reference is not None:
        statement = statement.where(members.c.reference == reference)
    if after is not None:
        statement = statement.where(members.c.id > after)
    return connection.execute(statement).all()
