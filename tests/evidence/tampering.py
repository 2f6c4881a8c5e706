"""What somebody with all rights over the database may do to it, and putting it back as it was."""

import datetime
import json
import uuid
from contextlib import contextmanager

from sqlalchemy import JSON, BigInteger, Date, Integer, LargeBinary, Uuid, inspect, select, text

from timebank.evidence.coverage import COVERED
from timebank.storage.books import accounts, holds, postings, transfers
from timebank.storage.columns import Instant
from timebank.storage.envelope import commands
from timebank.storage.seals import leaves
from timebank.storage.tables import METADATA

TABLES = {name: METADATA.tables[name] for name in COVERED}


def open_all_doors(engine):
    """Take away everything that stands in the way of a superuser: triggers, checks, keys to other tables."""
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            names = (
                connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
                .scalars()
                .all()
            )
            for name in names:
                connection.execute(text(f"DROP TRIGGER {name}"))
            return
        for table in inspect(engine).get_table_names():
            found = connection.execute(
                text(
                    "SELECT conname FROM pg_constraint WHERE conrelid = CAST(:name AS regclass) AND contype IN ('c', 'f')"
                ),
                {"name": table},
            )
            for name in found.scalars().all():
                connection.execute(text(f'ALTER TABLE {table} DROP CONSTRAINT "{name}" CASCADE'))


@contextmanager
def unchecked(engine):
    """Open a transaction in which the database checks nothing that it can be told not to check."""
    with engine.connect() as connection:
        _let_pass(engine, connection, "ON")
        with connection.begin():
            yield connection
        _let_pass(engine, connection, "OFF")


def _let_pass(engine, connection, ignore):
    if engine.dialect.name == "sqlite":  # between transactions, where it has an effect
        own = connection.connection.dbapi_connection
        own.execute(f"PRAGMA foreign_keys={'OFF' if ignore == 'ON' else 'ON'}")
        own.execute(f"PRAGMA ignore_check_constraints={ignore}")


@contextmanager
def put_back(engine):
    """Put every covered table back as it was, whatever is done to it meanwhile."""
    with engine.connect() as connection:
        before = {name: connection.execute(table.select()).mappings().all() for name, table in TABLES.items()}
    yield
    with unchecked(engine) as connection:
        for name, table in TABLES.items():
            connection.execute(table.delete())
            if before[name]:
                connection.execute(table.insert(), [dict(row) for row in before[name]])


def key_of(table, row):
    """Return the condition that finds a row."""
    condition = table.c.city == row["city"]
    for column in table.primary_key.columns:
        condition &= column == row[column.name]
    return condition


def rows_of(world, table):
    """The rows of a table of which a leaf tells: accounts posted to, holds resolved, commands of transfers."""
    statement = select(table)
    if table is holds:
        statement = statement.where(holds.c.transfer_id.is_not(None))
    if table is accounts:
        statement = statement.where(accounts.c.id.in_(select(postings.c.debit_id)))
    if table is commands:
        statement = statement.where(
            commands.c.operation_id.in_(select(transfers.c.operation_id)),
            commands.c.actor_id.in_(select(transfers.c.actor_id)),
        )
    with world.bank.reading() as connection:
        return connection.execute(statement.order_by(*table.primary_key.columns)).mappings().all()


def leaf_of(world, transfer_id):
    with world.bank.reading() as connection:
        return connection.execute(
            select(leaves.c.leaf_index).where(leaves.c.transfer_id == transfer_id)
        ).scalar_one()


def edit(engine, table, row, column, value):
    """Give one column of one row another value; return the row as it is now."""
    changed = {**row, column: value}
    with unchecked(engine) as connection:
        assert connection.execute(table.delete().where(key_of(table, row))).rowcount == 1
        connection.execute(table.insert(), changed)
    return changed


def other_values(column, value):
    """Yield what somebody might write in place of a value: another of the same kind, and nothing where that may be."""
    if value is not None and column.nullable:
        yield None
    kind = column.type
    if isinstance(kind, JSON):
        yield from other_json(value)
    elif isinstance(kind, Uuid):
        yield str(uuid.UUID(int=(uuid.UUID(value).int if value else 0) ^ 1))
    elif isinstance(kind, LargeBinary):
        yield bytes([value[0] ^ 1]) + bytes(value[1:])
    elif isinstance(kind, Instant):
        yield (value or datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC)) + datetime.timedelta(
            microseconds=1
        )
    elif isinstance(kind, Date):
        yield value + datetime.timedelta(days=1)
    elif isinstance(kind, Integer | BigInteger):
        yield (value or 0) + 1000
    else:
        yield (value or "")[:60] + "x"


def other_json(value):
    """Yield a value with each of its members changed once, and one with a member more."""
    if isinstance(value, dict):
        for key, inner in value.items():
            for other in other_json(inner):
                yield {**value, key: other}
        yield {**value, "more": 1}
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            for other in other_json(inner):
                yield [*value[:place], other, *value[place + 1 :]]
        yield [*value, 1]
    else:
        yield json.dumps(value) + "x" if not isinstance(value, int) else value + 1
