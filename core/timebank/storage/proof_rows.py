"""Statements on what is proved about members, with dates: traits, ties, qualifications, memberships."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Connection,
    Date,
    Row,
    Select,
    Table,
    and_,
    bindparam,
    insert,
    or_,
    select,
    update,
)

from timebank.domain.identity import is_id
from timebank.storage.given import among
from timebank.storage.people import members, memberships, organisations, qualifications, recorded_traits, ties


def _theirs(dialect: str, table: Table) -> ColumnElement[bool]:
    """Return the condition that a row is about some members and in force on a day; ``_bound`` binds both."""
    day: BindParameter[date] = bindparam("day", type_=Date)
    return and_(
        table.c.city == bindparam("city"),
        among(dialect, table.c.member_id, "member_ids"),
        table.c.valid_from <= day,
        or_(table.c.valid_until.is_(None), table.c.valid_until >= day),
    )


def _bound(city: str, member_ids: Iterable[str], day: date) -> dict[str, Any]:
    return {"city": city, "member_ids": [each for each in member_ids if is_id(each)], "day": day}


@cache
def _of(dialect: str, table: Table) -> Select[Any]:
    return select(table).where(_theirs(dialect, table)).order_by(table.c.valid_from, table.c.id)


@cache
def _ties(dialect: str) -> Select[Any]:
    return (
        select(ties, members.c.born_on)
        .join(members, and_(members.c.city == ties.c.city, members.c.id == ties.c.kin_id))
        .where(_theirs(dialect, ties))
        .order_by(ties.c.valid_from, ties.c.id)
    )


@cache
def _memberships(dialect: str) -> Select[Any]:
    here = and_(
        organisations.c.city == memberships.c.city, organisations.c.id == memberships.c.organisation_id
    )
    still = or_(organisations.c.closed_on.is_(None), organisations.c.closed_on >= bindparam("day"))
    return (
        select(memberships, organisations.c.level)
        .join(organisations, here)
        .where(_theirs(dialect, memberships), still)
        .order_by(memberships.c.valid_from, memberships.c.id)
    )


def traits_on(connection: Connection, city: str, member_ids: Iterable[str], day: date) -> Sequence[Row[Any]]:
    """Return the certified traits in force on a day."""
    statement = _of(connection.dialect.name, recorded_traits)
    return connection.execute(statement, _bound(city, member_ids, day)).all()


def qualifications_on(
    connection: Connection, city: str, member_ids: Iterable[str], day: date
) -> Sequence[Row[Any]]:
    """Return the verified qualifications in force on a day."""
    statement = _of(connection.dialect.name, qualifications)
    return connection.execute(statement, _bound(city, member_ids, day)).all()


def ties_on(connection: Connection, city: str, member_ids: Iterable[str], day: date) -> Sequence[Row[Any]]:
    """Return the proved ties in force on a day, each with the kin's birthday."""
    return connection.execute(_ties(connection.dialect.name), _bound(city, member_ids, day)).all()


def memberships_on(
    connection: Connection, city: str, member_ids: Iterable[str], day: date
) -> Sequence[Row[Any]]:
    """Return the memberships in force on a day, each with the organisation's level."""
    return connection.execute(_memberships(connection.dialect.name), _bound(city, member_ids, day)).all()


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
