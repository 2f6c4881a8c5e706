"""What the database knows of its tables when it plans a statement: how many rows each of them has."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, Table, text

# From so many rows at once a table may have grown out of what the database knew of it.
WORTH_LEARNING = 100
_OUTGROWN = text(
    "SELECT relname FROM pg_class WHERE relname = ANY(:names) AND relkind = 'r' "
    "AND relnamespace = CAST(current_schema() AS regnamespace) AND reltuples < :added"
)


def learn(connection: Connection, tables: Iterable[Table], added: int) -> None:
    """Let PostgreSQL count those of the tables anew that have just grown out of what it knew of them.

    It plans the check of a foreign key and a prepared statement once, by what it knows then: of a table it
    believes empty every index looks alike, and with the wrong one it reads through all rows of the city for
    each row that comes. Its own worker would count them too, but a minute later.

    Args:
        connection: in the transaction that added rows.
        tables: those that grew.
        added: how many rows came, at least.
    """
    if added < WORTH_LEARNING or connection.dialect.name != "postgresql":
        return
    given = {"names": [table.name for table in tables], "added": added}
    for name in connection.execute(_OUTGROWN, given).scalars().all():
        connection.exec_driver_sql(f'ANALYZE "{name}"')


def count_anew(connection: Connection) -> None:
    """Let the database count all its tables after very many rows came, so that it plans statements rightly.

    On SQLite nothing else ever does so; PostgreSQL would do it by itself, later.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA analysis_limit=1000")
    connection.exec_driver_sql("ANALYZE")
