"""Statements on what is proved about members, with dates: traits, ties, qualifications, memberships."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, Table, and_, insert, or_, select, update

from timebank.domain.identity import is_id
from timebank.storage.people import members, memberships, organisations, qualifications, recorded_traits, ties


def _holds_on(table: Table, day: date) -> ColumnElement[bool]:
    return and_(table.c.valid_from <= day, or_(table.c.valid_until.is_(None), table.c.valid_until >= day))


def _ids(member_ids: Iterable[str]) -> list[str]:
    return [member_id for member_id in member_ids if is_id(member_id)]


def _of(
    connection: Connection, table: Table, city: str, member_ids: Iterable[str], day: date
) -> Sequence[Row[Any]]:
    return connection.execute(
        select(table)
        .where(table.c.city == city, table.c.member_id.in_(_ids(member_ids)), _holds_on(table, day))
        .order_by(table.c.valid_from, table.c.id)
    ).all()


def traits_on(connection: Connection, city: str, member_ids: Iterable[str], day: date) -> Sequence[Row[Any]]:
    """Return the certified traits in force on a day."""
    return _of(connection, recorded_traits, city, member_ids, day)


def qualifications_on(
    connection: Connection, city: str, member_ids: Iterable[str], day: date
) -> Sequence[Row[Any]]:
    """Return the verified qualifications in force on a day."""
    return _of(connection, qualifications, city, member_ids, day)


def ties_on(connection: Connection, city: str, member_ids: Iterable[str], day: date) -> Sequence[Row[Any]]:
    """Return the proved ties in force on a day, each with the kin's birthday."""
    return connection.execute(
        select(ties, members.c.born_on)
        .join(members, and_(members.c.city == ties.c.city, members.c.id == ties.c.kin_id))
        .where(ties.c.city == city, ties.c.member_id.in_(_ids(member_ids)), _holds_on(ties, day))
        .order_by(ties.c.valid_from, ties.c.id)
    ).all()


def memberships_on(
    connection: Connection, city: str, member_ids: Iterable[str], day: date
) -> Sequence[Row[Any]]:
    """Return the memberships in force on a day, each with the organisation's level."""
    here = and_(
        organisations.c.city == memberships.c.city, organisations.c.id == memberships.c.organisation_id
    )
    return connection.execute(
        select(memberships, organisations.c.level)
        .join(organisations, here)
        .where(
            memberships.c.city == city,
            memberships.c.member_id.in_(_ids(member_ids)),
            _holds_on(memberships, day),
            or_(organisations.c.closed_on.is_(None), organisations.c.closed_on >= day),
        )
        .order_by(memberships.c.valid_from, memberships.c.id)
    ).all()


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
    """Let all memberships of a member end with a day; return how many it was."""
    return end(connection, memberships, city, {memberships.c.member_id: member_id}, last_day)
