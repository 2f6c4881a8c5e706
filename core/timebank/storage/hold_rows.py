"""Statements on holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from timebank.domain.account import AccountKey, AccountKind, Hold, HoldState, OwnerKind
from timebank.storage.books import accounts, holds

_RESOLVE = (
    update(holds)
    .where(
        holds.c.city == bindparam("at_city"),
        holds.c.id == bindparam("at_id"),
        holds.c.state == HoldState.OPEN.value,
    )
    .values(
        state=bindparam("state"),
        resolved_at=bindparam("resolved_at"),
        posted_minutes=bindparam("posted_minutes"),
        transfer_id=bindparam("transfer_id"),
    )
)


def open_of_orders(connection: Connection, city: str, order_ids: Iterable[str]) -> Sequence[Row[Any]]:
    """Return the open holds of orders with their accounts, in the order in which they pay."""
    return connection.execute(
        select(
            holds,
            accounts.c.owner_kind,
            accounts.c.owner_id,
            accounts.c.kind.label("account_kind"),
            accounts.c.unit,
        )
        .join(accounts, (accounts.c.city == holds.c.city) & (accounts.c.id == holds.c.account_id))
        .where(
            holds.c.city == city,
            holds.c.order_id.in_(list(order_ids)),
            holds.c.state == HoldState.OPEN.value,
        )
        .order_by(holds.c.order_id, holds.c.place, holds.c.rank)
    ).all()


def lock_open(connection: Connection, city: str, order_ids: Iterable[str]) -> Sequence[Row[Any]]:
    """Lock the open holds of orders, in the order of their ids, and return their ids."""
    return connection.execute(
        select(holds.c.id)
        .where(
            holds.c.city == city,
            holds.c.order_id.in_(sorted(set(order_ids))),
            holds.c.state == HoldState.OPEN.value,
        )
        .order_by(holds.c.id)
        .with_for_update()
    ).all()


def as_hold(row: Row[Any]) -> Hold:
    """Return the value of a hold row joined with its account."""
    key = AccountKey(OwnerKind(row.owner_kind), row.owner_id, AccountKind(row.account_kind), row.unit)
    return Hold(row.id, key, row.account_id, row.order_id, row.rank, row.minutes, HoldState(row.state))


def add(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Add open holds."""
    connection.execute(insert(holds), rows)


def resolve(connection: Connection, rows: list[dict[str, Any]]) -> int:
    """Resolve open holds and return how many were open until now."""
    return connection.execute(_RESOLVE, rows).rowcount
