"""Statements that read what is sealed of a transfer, every value as plain text or a whole number.

The same row gives the same values on both databases: identifiers with dashes, days as ``2026-03-02``, instants in UTC
as ``2026-03-02 01:00:00.000000``, JSON as it was stored. The database writes these texts, for it does so ten times
as quickly as Python would.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Date,
    Select,
    String,
    Table,
    Text,
    Uuid,
    bindparam,
    case,
    cast,
    func,
    select,
    type_coerce,
)
from sqlalchemy.exc import DataError, DBAPIError

from timebank.storage.books import accounts, holds, postings, transfers
from timebank.storage.columns import Instant
from timebank.storage.envelope import commands, rule_files

Names = tuple[str, ...]
Values = Sequence[Any]
_DASHES = ((1, 8), (9, 4), (13, 4), (17, 4))
UNREADABLE = (DBAPIError, TypeError, ValueError)
_SQLITE_SAYS = ("Could not decode to UTF-8", "malformed JSON")


def of_transfers(connection: Connection, city: str, ids: Iterable[str], names: Names) -> Iterable[Values]:
    """Return the columns of transfers."""
    return _found(connection, transfers, names, "id", city, ids)


def postings_of(connection: Connection, city: str, ids: Iterable[str], names: Names) -> Iterable[Values]:
    """Return (transfer id, columns) of the postings of transfers, by line."""
    return _found(connection, postings, ("transfer_id", *names), "transfer_id", city, ids, "line")


def accounts_of(connection: Connection, city: str, ids: Iterable[str], names: Names) -> Iterable[Values]:
    """Return the columns of accounts."""
    return _found(connection, accounts, names, "id", city, ids)


def holds_of(connection: Connection, city: str, order_ids: Iterable[str], names: Names) -> Iterable[Values]:
    """Return (transfer id, columns) of the holds of orders, whichever transfer resolved them."""
    return _found(connection, holds, ("transfer_id", *names), "order_id", city, order_ids, "id")


def commands_of(
    connection: Connection, city: str, keys: Iterable[tuple[str, str]], names: Names
) -> Iterable[Values]:
    """Return (actor, operation, columns) of commands, and perhaps of some that were not asked for."""
    actors, operations = zip(*keys, strict=True)
    wanted = ("actor_id", "operation_id", *names)
    statement = _selected(connection.dialect.name, commands, wanted, "operation_id", None)
    statement = statement.where(commands.c.actor_id.in_(bindparam("actors", expanding=True)))
    given = {"in_city": city, "wanted": sorted(set(operations)), "actors": sorted(set(actors))}
    return connection.execute(statement, given)


def rule_files_of(
    connection: Connection, city: str, digests: Iterable[str], names: Names
) -> Iterable[Values]:
    """Return the columns of rule files."""
    return _found(connection, rule_files, names, "digest", city, digests)


def _found(
    connection: Connection,
    table: Table,
    names: Names,
    by: str,
    city: str,
    wanted: Iterable[str],
    order: str | None = None,
) -> Iterable[Values]:
    statement = _selected(connection.dialect.name, table, names, by, order)
    return connection.execute(statement, {"in_city": city, "wanted": list(wanted)})


@cache
def _selected(dialect: str, table: Table, names: Names, by: str, order: str | None) -> Select[Any]:
    columns = [_plain(table.c[name], dialect) for name in names]
    statement = select(*columns).where(
        table.c.city == bindparam("in_city"), table.c[by].in_(bindparam("wanted", expanding=True))
    )
    return statement if order is None else statement.order_by(table.c[by], table.c[order])


def _plain(column: Column[Any], dialect: str) -> ColumnElement[Any]:
    """Return a column as the text or number that is sealed."""
    kind, here = column.type, dialect == "postgresql"
    if isinstance(kind, Uuid):
        return cast(column, Text) if here else _dashed(column)
    if isinstance(kind, Instant):
        utc = func.timezone("UTC", column)
        return _dated(utc, "YYYY-MM-DD HH24:MI:SS.US") if here else type_coerce(column, String)
    if isinstance(kind, Date):
        return _dated(column, "YYYY-MM-DD") if here else type_coerce(column, String)
    if isinstance(kind, JSON):
        return cast(column, Text) if here else type_coerce(column, String)
    return column


def _dashed(column: Column[Any]) -> ColumnElement[Any]:
    """Return an identifier as SQLite keeps it, with the dashes of RFC 9562: whole, whatever else stands in the column."""
    digits = type_coerce(column, String)
    text: ColumnElement[Any] = func.substr(digits, 21)
    for start, many in reversed(_DASHES):
        text = func.substr(digits, start, many).concat("-").concat(text)
    return case((func.typeof(digits) == "blob", func.quote(digits)), else_=text)


def _dated(moment: ColumnElement[Any], form: str) -> ColumnElement[Any]:
    """Return a day or an instant as PostgreSQL writes it, and whether it lies before year one, which it leaves out."""
    text = func.to_char(moment, form)
    return case((func.date_part("year", moment) < 1, text.concat(" BC")), else_=text)


def is_unreadable(error: Exception) -> bool:
    """Say whether an error came of what stands in a column and not of the database: SQLite keeps whatever it is given."""
    if not isinstance(error, DBAPIError):
        return True
    return isinstance(error, DataError) or any(words in str(error.orig) for words in _SQLITE_SAYS)
