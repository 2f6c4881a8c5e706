"""Inserting what may be there already, in both dialects."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_new(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert the rows that are not there yet, by any unique key; the others stay as they are."""
    if rows:
        connection.execute(new_only(connection.dialect.name, table), list(rows))


@cache
def new_only(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Return the statement that inserts a row unless it is there already."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(table).on_conflict_do_nothing()
