"""Statements on members themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, insert, select, update

from timebank.domain import order, visit
from timebank.domain.identity import is_id
from timebank.storage.given import among
from timebank.storage.people import members
from timebank.storage.work import orders, visits

_ONE = select(members).where(members.c.city == bindparam("city"), members.c.id == bindparam("member_id"))
_ONE_LOCKED = _ONE.with_for_update()


def find(connection: Connection, city: str, member_id: str) -> Row[Any] | None:
    """Return a member without locking; None too where the text is no identifier at all."""
    return _one(connection, _ONE, city, member_id)


def lock(connection: Connection, city: str, member_id: str) -> Row[Any] | None:
    """Return a member, locked."""
    return _one(connection, _ONE_LOCKED, city, member_id)


def _one(connection: Connection, statement: Select[Any], city: str, member_id: str) -> Row[Any] | None:
    if not is_id(member_id):
        return None
    return connection.execute(statement, {"city": city, "member_id": member_id}).one_or_none()


@cache
def _kept(dialect: str) -> Select[Any]:
    return (
        select(members.c.id, members.c.closed_on, members.c.closed_for)
        .where(members.c.city == bindparam("city"), among(dialect, members.c.id, "member_ids"))
        .order_by(members.c.id)
        .with_for_update(read=True, key_share=True)
    )


def lock_against_closing(connection: Connection, city: str, member_ids: Iterable[str]) -> Sequence[Row[Any]]:
    """Return members (id, closed_on, closed_for), locked in id order against whoever closes them, nobody else."""
    given = {"city": city, "member_ids": sorted(member_ids)}
    return connection.execute(_kept(connection.dialect.name), given).all()


def of_reference(connection: Connection, city: str, reference: str) -> Row[Any] | None:
    """Return the member with the city's own number, or None."""
    wanted = select(members).where(members.c.city == city, members.c.reference == reference)
    return connection.execute(wanted).one_or_none()


def ids_of_references(connection: Connection, city: str, references: Iterable[str]) -> dict[str, str]:
    """Return identifiers by the city's own number, of those that are known."""
    rows = connection.execute(
        select(members.c.reference, members.c.id).where(
            members.c.city == city, members.c.reference.in_(list(references))
        )
    )
    return {row.reference: row.id for row in rows}


@cache
def _homes(dialect: str) -> Select[Any]:
    return select(members.c.home_id).where(
        members.c.city == bindparam("city"),
        among(dialect, members.c.id, "member_ids"),
        members.c.home_id.is_not(None),
    )


def homes_of(connection: Connection, city: str, member_ids: Iterable[str]) -> Sequence[str]:
    """Return the organisations where members live, of those who live within any."""
    given = {"city": city, "member_ids": sorted(member_ids)}
    return connection.execute(_homes(connection.dialect.name), given).scalars().all()


def add(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Add members."""
    if rows:
        connection.execute(insert(members), rows)


def change(connection: Connection, city: str, member_id: str, changes: Mapping[str, Any]) -> None:
    """Change what is known of a member."""
    connection.execute(
        update(members).where(members.c.city == city, members.c.id == member_id).values(**changes)
    )


def close(connection: Connection, city: str, member_id: str, last_day: date, why: str) -> None:
    """Write down the last day of a member, and why it is."""
    change(connection, city, member_id, {"closed_on": last_day, "closed_for": why})


def unfinished(connection: Connection, city: str, member_id: str, *, served: bool) -> tuple[int, int]:
    """Return how many orders for a member and how many visits by a member are not yet done with.

    Args:
        connection: a transaction.
        city: the city's code.
        member_id: the member.
        served: whether service that took place and is still to be confirmed or settled counts too.
    """
    orders_done = order.ENDED if served else order.ENDED | {order.OrderState.FINISHED}
    visits_done = visit.ENDED if served else visit.ENDED | visit.SERVED
    for_them = (
        select(func.count())
        .where(
            orders.c.city == city,
            orders.c.recipient_id == member_id,
            orders.c.state.not_in([state.value for state in orders_done]),
        )
        .scalar_subquery()
    )
    by_them = (
        select(func.count())
        .where(
            visits.c.city == city,
            visits.c.volunteer_id == member_id,
            visits.c.state.not_in([state.value for state in visits_done]),
        )
        .scalar_subquery()
    )
    orders_open, visits_open = connection.execute(select(for_them, by_them)).one()
    return int(orders_open), int(visits_open)


def last_served(connection: Connection, city: str, member_id: str) -> date | None:
    """Return the latest service day of what a member served or was served, settled or not; None without any."""
    day = func.max(func.coalesce(visits.c.service_date, orders.c.service_date))
    here = (orders.c.city == visits.c.city) & (orders.c.id == visits.c.order_id)
    took_place = visits.c.state.in_([state.value for state in visit.TOOK_PLACE])
    latest = [
        select(day).select_from(visits.join(orders, here)).where(visits.c.city == city, took_place, theirs)
        for theirs in (visits.c.volunteer_id == member_id, orders.c.recipient_id == member_id)
    ]
    by_them, for_them = connection.execute(select(*[one.scalar_subquery() for one in latest])).one()
    return max((day for day in (by_them, for_them) if day is not None), default=None)
