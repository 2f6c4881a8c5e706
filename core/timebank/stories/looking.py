"""What stands in the bank's books, read for telling and for judging a story."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table, select

from timebank.domain.account import OwnerKind
from timebank.storage import account_rows
from timebank.storage.books import accounts, postings, transfers
from timebank.storage.work import orders, visits


def order_state(connection: Connection, city: str, order_id: str) -> str | None:
    """Return the state of an order, or None."""
    return _state(connection, orders, city, order_id)


def visit_state(connection: Connection, city: str, visit_id: str) -> str | None:
    """Return the state of a visit, or None."""
    return _state(connection, visits, city, visit_id)


def _state(connection: Connection, table: Table, city: str, row_id: str) -> str | None:
    statement = select(table.c.state).where(table.c.city == city, table.c.id == row_id)
    return connection.execute(statement).scalar_one_or_none()


def transfer_ids(connection: Connection, city: str) -> list[str]:
    """Return the ids of all transfers, oldest first."""
    statement = select(transfers.c.id).where(transfers.c.city == city)
    return list(connection.execute(statement.order_by(transfers.c.recorded_at, transfers.c.id)).scalars())


def posted_and_held(
    connection: Connection, city: str, owner_kind: OwnerKind, owner_id: str
) -> dict[tuple[str, str], tuple[int, int]]:
    """Return (posted, held) minutes of an owner's accounts by (kind, unit)."""
    found = account_rows.of_owner(connection, city, owner_kind, owner_id)
    return {(account.key.kind.value, account.key.unit): (account.posted, account.held) for account in found}


def decisions(connection: Connection, city: str, owner_id: str | None = None) -> list[Mapping[str, Any]]:
    """Return every stored decision of transfers and visits that read rules.

    Args:
        connection: the database.
        city: the city's code.
        owner_id: whose decisions come first, those of transfers that moved their minutes; None for nobody's.
    """
    found: list[tuple[bool, Mapping[str, Any]]] = []
    theirs = _moved_by(connection, city, owner_id) if owner_id is not None else frozenset()
    for table in (transfers, visits):
        statement = select(table.c.id, table.c.decision).where(table.c.city == city)
        for row_id, decision in connection.execute(statement):
            if decision and decision.get("paths"):
                found.append((row_id not in theirs, decision))
    return [decision for _, decision in sorted(found, key=lambda pair: pair[0])]


def _moved_by(connection: Connection, city: str, owner_id: str) -> frozenset[str]:
    own = accounts.c.id.in_((postings.c.debit_id, postings.c.credit_id))
    statement = (
        select(postings.c.transfer_id)
        .join(accounts, (accounts.c.city == postings.c.city) & own)
        .where(postings.c.city == city, accounts.c.owner_id == owner_id)
    )
    return frozenset(connection.execute(statement).scalars())
