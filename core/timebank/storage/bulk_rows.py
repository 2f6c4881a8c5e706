"""Adding rows, few or very many, and reading what is known of very many by their keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from operator import itemgetter
from typing import Any

import psycopg
from sqlalchemy import Column, Connection, Dialect, Insert, Row, Select, Table, insert, select
from sqlalchemy.exc import DBAPIError

from timebank.domain.admission import AdmissionState
from timebank.domain.visit import TOOK_PLACE
from timebank.storage import planning
from timebank.storage.envelope import commands
from timebank.storage.people import admissions, members, memberships, organisations, placements
from timebank.storage.work import orders, visits

# How many values one IN list holds: both databases plan such a statement quickly.
MANY = 500
# From how many rows on a mass insert is quicker than a prepared statement.
MASS = 8


def add(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows of the same columns into one table, the quickest way the database has.

    Raises:
        IntegrityError: a key is taken, or names nothing; the transaction is then lost.
        DBAPIError: the database gave way to somebody else, or failed.
    """
    if not rows:
        return
    if len(rows) < MASS:
        connection.execute(_insert(table), rows)
        return
    columns = [table.c[name] for name in rows[0]]
    values = map(_into_database(connection.dialect, columns), rows)
    listed = ", ".join(f'"{column.name}"' for column in columns)
    if connection.dialect.name == "postgresql":
        _copy(connection, f'COPY "{table.name}" ({listed}) FROM STDIN', values)
        planning.learn(connection, [table], len(rows))
    else:
        marks = ", ".join("?" for _ in columns)
        statement = f'INSERT INTO "{table.name}" ({listed}) VALUES ({marks})'  # noqa: S608 - names of our own
        connection.exec_driver_sql(statement, [tuple(value) for value in values])


@cache
def _insert(table: Table) -> Insert:
    return insert(table)


def _copy(connection: Connection, statement: str, values: Iterable[Sequence[Any]]) -> None:
    """COPY the rows in the transaction that is open; three times as quick as inserting them."""
    driver: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
    try:
        with driver.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            for value in values:
                copy.write_row(value)
    except psycopg.Error as error:
        raise DBAPIError.instance(statement, None, error, psycopg.Error) from error


def _into_database(
    dialect: Dialect, columns: Sequence[Column[Any]]
) -> Callable[[Mapping[str, Any]], Sequence[Any]]:
    """Return how a row becomes the values of its columns, as their types say; most are written as they are."""
    pick = itemgetter(*[column.name for column in columns])
    found = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in columns]
    changed = [(place, process) for place, process in enumerate(found) if process is not None]

    def values(row: Mapping[str, Any]) -> Sequence[Any]:
        picked = list(pick(row))
        for place, process in changed:
            picked[place] = process(picked[place])
        return picked

    return values


def digests(connection: Connection, city: str, actor_id: str, kind: str) -> dict[str, str]:
    """Return the content digests of all commands of one kind that an actor ever gave, by operation id."""
    found = connection.execute(
        select(commands.c.operation_id, commands.c.body_digest).where(
            commands.c.city == city, commands.c.actor_id == actor_id, commands.c.kind == kind
        )
    )
    return {row.operation_id: row.body_digest for row in found}


def organisations_of(connection: Connection, city: str) -> Sequence[Row[Any]]:
    """Return every organisation the city ever had."""
    return connection.execute(select(organisations).where(organisations.c.city == city)).all()


def placements_of(connection: Connection, city: str) -> Sequence[Row[Any]]:
    """Return every place in the tree that an organisation ever had, in order of time."""
    return connection.execute(
        select(placements).where(placements.c.city == city).order_by(placements.c.valid_from)
    ).all()


def members_of(connection: Connection, city: str, references: Iterable[str]) -> Iterator[Any]:
    """Yield (id, reference, closed_on) of the members with these numbers."""
    for some in in_parts(references):
        yield from connection.execute(
            select(members.c.id, members.c.reference, members.c.closed_on).where(
                members.c.city == city, members.c.reference.in_(some)
            )
        )


def admissions_of(connection: Connection, city: str, member_ids: Iterable[str]) -> Iterator[Any]:
    """Yield (member_id, role, admitted_on) of who is admitted."""
    for some in in_parts(member_ids):
        yield from connection.execute(
            select(admissions.c.member_id, admissions.c.role, admissions.c.admitted_on).where(
                admissions.c.city == city,
                admissions.c.member_id.in_(some),
                admissions.c.state == AdmissionState.ADMITTED.value,
            )
        )


def memberships_of(connection: Connection, city: str, member_ids: Iterable[str]) -> Iterator[Any]:
    """Yield (member_id, organisation_id, valid_from, valid_until)."""
    for some in in_parts(member_ids):
        yield from connection.execute(
            select(
                memberships.c.member_id,
                memberships.c.organisation_id,
                memberships.c.valid_from,
                memberships.c.valid_until,
            ).where(memberships.c.city == city, memberships.c.member_id.in_(some))
        )


def order_references(connection: Connection, city: str, references: Iterable[str]) -> set[str]:
    """Return those of the numbers that orders already have."""
    found: set[str] = set()
    for some in in_parts(references):
        wanted = select(orders.c.reference).where(orders.c.city == city, orders.c.reference.in_(some))
        found.update(connection.execute(wanted).scalars())
    return found


def served_by(connection: Connection, city: str, volunteer_ids: Iterable[str]) -> Iterator[Row[Any]]:
    """Yield the clocks of what members served, each with its order's reference and plan."""
    clock = (visits.c.volunteer_id, visits.c.checked_in_at, visits.c.checked_out_at)
    order = (orders.c.reference, orders.c.planned_start, orders.c.planned_minutes)
    here = (orders.c.city == visits.c.city) & (orders.c.id == visits.c.order_id)
    took_place = visits.c.state.in_([state.value for state in TOOK_PLACE])
    for some in in_parts(volunteer_ids):
        theirs = (visits.c.city == city) & visits.c.volunteer_id.in_(some)
        wanted: Select[Any] = select(*clock, *order).join(orders, here).where(theirs, took_place)
        yield from connection.execute(wanted)


def in_parts(values: Iterable[str]) -> Iterator[list[str]]:
    """Yield the values, each once and in order, in lists of at most MANY."""
    ordered = iter(sorted(set(values)))
    while part := list(islice(ordered, MANY)):
        yield part
