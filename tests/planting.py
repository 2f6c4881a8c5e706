"""Planting faults behind the engine's back, as somebody with the database in hand could, and taking them back."""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Executable, inspect, select, text, update

from timebank.services.desk import Bank
from timebank.storage.books import transfers


@contextmanager
def planted(bank: Bank, *statements: Executable) -> Iterator[Connection]:
    """Write without the engine, its triggers, conditions and foreign keys; in the end nothing of it is left."""
    with bank.engine.connect() as connection:
        take_guards_away(connection)
        try:
            for statement in statements:
                assert connection.execute(statement).rowcount != 0, "nothing was planted"
            yield connection
        finally:
            connection.rollback()
            connection.invalidate()  # its settings are nobody else's


def take_guards_away(connection: Connection) -> None:
    """Begin a transaction in which the database itself stops no fault."""
    if connection.dialect.name == "sqlite":
        raw = connection.connection.driver_connection
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("PRAGMA ignore_check_constraints=ON")
        names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars()
        for name in names.all():
            connection.execute(text(f"DROP TRIGGER {name}"))
    else:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        look = inspect(connection)
        for table in look.get_table_names():
            for check in look.get_check_constraints(table):
                connection.execute(text(f'ALTER TABLE {table} DROP CONSTRAINT "{check["name"]}"'))
    connection.execute(text("DROP INDEX uq_transfers_settlement"))


def another_decision(bank: Bank, transfer_id: str, change: Callable[[dict[str, Any]], Any]) -> Executable:
    """Return the statement that changes what is stored of why a transfer was made."""
    here = transfers.c.id == transfer_id
    with bank.reading() as connection:
        decision = copy.deepcopy(connection.execute(select(transfers.c.decision).where(here)).scalar_one())
    change(decision)
    return update(transfers).where(here).values(decision=decision)
