"""Statements on what is proved about members, with dates: traits, ties, qualifications, memberships."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Date,
    Table,
    case,
    insert,
    literal,
    or_,
    select,
    update,
)

from timebank.storage.people import memberships, qualifications, recorded_traits, ties


def add_traits(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Add certified traits."""
    _add(connection, recorded_traits, rows)


def add_ties(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Add proved ties; the caller gives both directions."""
    _add(connection, ties, rows)


def add_qualifications(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Add verified qualifications."""
    _add(connection, qualifications, rows)


def add_memberships(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Add memberships."""
    _add(connection, memberships, rows)


def _add(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def overlapping(
    connection: Connection,
    table: Table,
    city: str,
    same: dict[Column[Any], str],
    period: tuple[date, date | None],
) -> bool:
    """Say whether the same fact is already written down for a day of a period."""
    valid_from, valid_until = period
    statement = select(table.c.id).where(
        table.c.city == city,
        *(column == value for column, value in same.items()),
        or_(table.c.valid_until.is_(None), table.c.valid_until >= valid_from),
    )
    if valid_until is not None:
        statement = statement.where(table.c.valid_from <= valid_until)
    return connection.execute(statement.limit(1)).one_or_none() is not None


def end(connection: Connection, table: Table, city: str, same: dict[Column[Any], str], last_day: date) -> int:
    """Let what is in force on a day end with it; return how many rows it was."""
    ended = connection.execute(
        update(table)
        .where(
            table.c.city == city,
            *(column == value for column, value in same.items()),
            table.c.valid_from <= last_day,
            or_(table.c.valid_until.is_(None), table.c.valid_until > last_day),
        )
        .values(valid_until=last_day)
    )
    return ended.rowcount


def end_memberships(connection: Connection, city: str, member_id: str, last_day: date) -> int:
    """Let all memberships of a member end with a day, or with their first where that is later; return how many."""
    begins = memberships.c.valid_from
    last = case((begins > last_day, begins), else_=literal(last_day, Date))
    mine = (memberships.c.city == city, memberships.c.member_id == member_id)
    goes_on = or_(memberships.c.valid_until.is_(None), memberships.c.valid_until > last)
    return connection.execute(update(memberships).where(*mine, goes_on).values(valid_until=last)).rowcount
