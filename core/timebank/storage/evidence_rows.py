"""Statements on claims about visits and on who came to an order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from timebank.storage.work import attendances, claims

_ADD_CLAIMS = insert(claims)
_CAME = (
    update(attendances)
    .where(
        attendances.c.city == bindparam("of_city"),
        attendances.c.order_id == bindparam("of_order"),
        attendances.c.recipient_id == bindparam("of_recipient"),
        attendances.c.came.is_(None),
    )
    .values(came=1)
)


def add_claims(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Add claims; they are never changed."""
    if rows:
        connection.execute(_ADD_CLAIMS, rows)


def claims_of(connection: Connection, city: str, visit_id: str) -> Sequence[Row[Any]]:
    """Return the claims about a visit, oldest first."""
    return connection.execute(
        select(claims).where(claims.c.city == city, claims.c.visit_id == visit_id).order_by(claims.c.id)
    ).all()


def attendances_of(connection: Connection, city: str, order_id: str) -> Sequence[Row[Any]]:
    """Return who is expected at an order, named and unnamed."""
    return connection.execute(
        select(attendances)
        .where(attendances.c.city == city, attendances.c.order_id == order_id)
        .order_by(attendances.c.id)
    ).all()


def attending(connection: Connection, city: str, order_id: str, member_ids: Iterable[str]) -> set[str]:
    """Return those of the members who are expected at an order by name."""
    wanted = select(attendances.c.recipient_id).where(
        attendances.c.city == city,
        attendances.c.order_id == order_id,
        attendances.c.recipient_id.in_(sorted(member_ids)),
    )
    return set(connection.execute(wanted).scalars())


def add_attendance(connection: Connection, row: dict[str, Any]) -> None:
    """Add one recipient, or a count of unnamed people."""
    connection.execute(insert(attendances), [row])


def recipient_came(connection: Connection, city: str, order_id: str, recipient_id: str) -> None:
    """Note that a named recipient came, where nothing was noted yet."""
    connection.execute(_CAME, {"of_city": city, "of_order": order_id, "of_recipient": recipient_id})


def change_attendance(connection: Connection, city: str, attendance_id: str, changes: dict[str, Any]) -> None:
    """Change an attendance of a locked order."""
    connection.execute(
        update(attendances)
        .where(attendances.c.city == city, attendances.c.id == attendance_id)
        .values(**changes)
    )
