"""Statements on holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, Update, bindparam, select, update

from timebank.domain.account import AccountKey, AccountKind, Hold, HoldState, OwnerKind
from timebank.storage.books import accounts, holds
from timebank.storage.given import Given, among


class Resolved(NamedTuple):
    """What became of one hold."""

    id: str
    state: HoldState
    posted_minutes: int
    transfer_id: str | None


_RESOLVED = Given("resolved", {name: holds.c[name].type for name in ("city", *Resolved._fields)})


@cache
def _open_of_orders(dialect: str) -> Select[Any]:
    return (
        select(
            holds,
            accounts.c.owner_kind,
            accounts.c.owner_id,
            accounts.c.kind.label("account_kind"),
            accounts.c.unit,
        )
        .join(accounts, (accounts.c.city == holds.c.city) & (accounts.c.id == holds.c.account_id))
        .where(
            holds.c.city == bindparam("city"),
            among(dialect, holds.c.order_id, "order_ids"),
            holds.c.state == HoldState.OPEN.value,
        )
        .order_by(holds.c.order_id, holds.c.place, holds.c.rank)
    )


@cache
def _lock_open(dialect: str) -> Select[Any]:
    return (
        select(holds.c.id)
        .where(
            holds.c.city == bindparam("city"),
            among(dialect, holds.c.order_id, "order_ids"),
            holds.c.state == HoldState.OPEN.value,
        )
        .order_by(holds.c.id)
        .with_for_update()
    )


@cache
def _resolve(dialect: str) -> Update:
    given = _RESOLVED.table(dialect)
    return (
        update(holds)
        .where(
            holds.c.city == given.c.city,
            holds.c.id == given.c.id,
            holds.c.state == HoldState.OPEN.value,
        )
        .values(
            state=given.c.state,
            resolved_at=bindparam("at"),
            posted_minutes=given.c.posted_minutes,
            transfer_id=given.c.transfer_id,
        )
    )


_LAST_OF_PLACE = (
    select(holds, accounts.c.unit)
    .join(accounts, (accounts.c.city == holds.c.city) & (accounts.c.id == holds.c.account_id))
    .where(
        holds.c.city == bindparam("city"),
        holds.c.order_id == bindparam("order_id"),
        holds.c.place == bindparam("place"),
    )
    .order_by(holds.c.placed_at.desc(), holds.c.rank)
)


def last_of_place(connection: Connection, city: str, order_id: str, place: int) -> list[Row[Any]]:
    """Return the holds that were placed last for one place of an order, open or not, with their unit."""
    rows = connection.execute(_LAST_OF_PLACE, {"city": city, "order_id": order_id, "place": place}).all()
    return [row for row in rows if row.placed_at == rows[0].placed_at]


def open_of_orders(connection: Connection, city: str, order_ids: Iterable[str]) -> Sequence[Row[Any]]:
    """Return the open holds of orders with their accounts, in the order in which they pay."""
    statement = _open_of_orders(connection.dialect.name)
    return connection.execute(statement, {"city": city, "order_ids": list(order_ids)}).all()


def lock_open(connection: Connection, city: str, order_ids: Iterable[str]) -> Sequence[Row[Any]]:
    """Lock the open holds of orders, in the order of their ids, and return their ids."""
    statement = _lock_open(connection.dialect.name)
    return connection.execute(statement, {"city": city, "order_ids": list(order_ids)}).all()


def as_hold(row: Row[Any]) -> Hold:
    """Return the value of a hold row joined with its account."""
    key = AccountKey(OwnerKind(row.owner_kind), row.owner_id, AccountKind(row.account_kind), row.unit)
    return Hold(row.id, key, row.account_id, row.order_id, row.rank, row.minutes, HoldState(row.state))


def resolve(connection: Connection, city: str, resolved: Sequence[Resolved], now: datetime) -> int:
    """Resolve open holds and return how many were open until now."""
    given = {"at": now, **_RESOLVED.of(connection, [(city, *one) for one in resolved])}
    return connection.execute(_resolve(connection.dialect.name), given).rowcount
