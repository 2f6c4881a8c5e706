"""Statements that read what moved on a member's accounts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, literal, select, union_all

from timebank.storage.books import holds, postings, transfers


def movements(
    connection: Connection, city: str, account_ids: Sequence[str], after: tuple[str, int], many: int
) -> Sequence[Any]:
    """Return a page of postings on some accounts, oldest first, after a (transfer id, line) given.

    One row for each side that is one of the accounts: (transfer_id, line, account_id, minutes with sign,
    balance, kind, day, recorded_at).
    """
    sides = union_all(
        *[
            select(
                postings.c.city,
                postings.c.transfer_id,
                postings.c.line,
                account.label("account_id"),
                (postings.c.minutes * literal(sign)).label("minutes"),
                balance.label("balance"),
            ).where(postings.c.city == city, account.in_(account_ids))
            for account, balance, sign in (
                (postings.c.debit_id, postings.c.debit_after, -1),
                (postings.c.credit_id, postings.c.credit_after, 1),
            )
        ]
    ).subquery()
    transfer_id, line = after
    statement = (
        select(sides, transfers.c.kind, transfers.c.day, transfers.c.recorded_at)
        .join(transfers, (transfers.c.city == sides.c.city) & (transfers.c.id == sides.c.transfer_id))
        .order_by(sides.c.transfer_id, sides.c.line)
        .limit(many)
    )
    if transfer_id:
        later = sides.c.transfer_id > transfer_id
        statement = statement.where(later | ((sides.c.transfer_id == transfer_id) & (sides.c.line > line)))
    return connection.execute(statement).all()


def open_holds(connection: Connection, city: str, account_ids: Sequence[str]) -> Sequence[Any]:
    """Return open holds on some accounts: (order_id, account_id, minutes, placed_on)."""
    return connection.execute(
        select(holds.c.order_id, holds.c.account_id, holds.c.minutes, holds.c.placed_on)
        .where(holds.c.city == city, holds.c.account_id.in_(account_ids), holds.c.state == "open")
        .order_by(holds.c.placed_at, holds.c.id)
    ).all()
