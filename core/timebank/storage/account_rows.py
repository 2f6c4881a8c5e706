"""Statements on accounts: find, open, lock in id order, write back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Row, Select, bindparam, select, tuple_, update

from timebank.domain.account import FLOORLESS, UNCOUNTED, Account, AccountKey, AccountKind, OwnerKind
from timebank.domain.identity import new_id
from timebank.storage.books import accounts
from timebank.storage.conflicts import insert_new

_KEY = (accounts.c.owner_kind, accounts.c.owner_id, accounts.c.kind, accounts.c.unit)
_WRITE_BACK = (
    update(accounts)
    .where(accounts.c.city == bindparam("at_city"), accounts.c.id == bindparam("at_id"))
    .values(posted=bindparam("posted"), held=bindparam("held"), carried=bindparam("carried"))
)


def _columns() -> Select[Any]:
    return select(accounts.c.id, *_KEY, accounts.c.posted, accounts.c.held, accounts.c.carried)


def _account(row: Row[Any]) -> Account:
    key = AccountKey(OwnerKind(row.owner_kind), row.owner_id, AccountKind(row.kind), row.unit)
    return Account(row.id, key, row.posted, row.held, row.carried)


def _named(city: str, keys: Iterable[AccountKey]) -> Select[Any]:
    """Select the accounts of these keys.

    Besides the keys themselves the statement names the values of each of their columns: from a list of keys alone
    SQLite would not find its way into the index, and would read through all accounts of the city.
    """
    wanted = sorted((key.owner_kind.value, key.owner_id, key.kind.value, key.unit) for key in keys)
    columns = zip(_KEY, zip(*wanted, strict=True), strict=True)
    each = [column.in_(sorted(set(values))) for column, values in columns]
    return _columns().where(accounts.c.city == city, *each, tuple_(*_KEY).in_(wanted))


def find(connection: Connection, city: str, keys: Iterable[AccountKey]) -> dict[AccountKey, Account]:
    """Return those of the accounts that are open, without locking them."""
    known = list(keys)
    if not known:
        return {}
    return {account.key: account for account in map(_account, connection.execute(_named(city, known)))}


def lock(connection: Connection, city: str, keys: Iterable[AccountKey]) -> dict[AccountKey, Account]:
    """Return those of the accounts that are open, in one statement.

    Accounts with a running balance are locked: people's first, the city's own last, each in the order of their
    ids. Those without one are only read, so that no settlement waits for another at them.
    """
    known = list(keys)
    counted = [key for key in known if key.kind not in UNCOUNTED]
    uncounted = [key for key in known if key.kind in UNCOUNTED]
    if not counted:
        return find(connection, city, known)
    locked = (
        _named(city, counted)
        .order_by(accounts.c.owner_kind == OwnerKind.CITY.value, accounts.c.id)
        .with_for_update(key_share=True)
    )
    statement: Select[Any] | CompoundSelect[Any] = locked
    if uncounted:  # a lock may not stand inside a union, but may in a table of its own
        statement = select(locked.cte("locked")).union_all(_named(city, uncounted))
    return {account.key: account for account in map(_account, connection.execute(statement))}


def open_missing(connection: Connection, city: str, keys: Sequence[AccountKey], now: datetime) -> None:
    """Open accounts with nothing in them; those already open stay as they are."""
    insert_new(connection, accounts, [_new_row(city, key, now) for key in sorted(keys, key=repr)])


def _new_row(city: str, key: AccountKey, now: datetime) -> dict[str, Any]:
    return {
        "city": city,
        "id": new_id(),
        "owner_kind": key.owner_kind.value,
        "owner_id": key.owner_id,
        "kind": key.kind.value,
        "unit": key.unit,
        "posted": 0,
        "held": 0,
        "carried": 0,
        "floor": None if key.kind in FLOORLESS else 0,
        "opened_at": now,
    }


def write_back(connection: Connection, city: str, changed: Iterable[Account]) -> None:
    """Write the balances of locked accounts, in the order of their ids."""
    rows = [
        {"at_city": city, "at_id": a.id, "posted": a.posted, "held": a.held, "carried": a.carried}
        for a in sorted(changed, key=lambda account: account.id)
        if a.key.kind not in UNCOUNTED
    ]
    if rows:
        connection.execute(_WRITE_BACK, rows)


def of_owner(connection: Connection, city: str, owner_kind: OwnerKind, owner_id: str) -> list[Account]:
    """Return all accounts of one owner, in order of kind and unit."""
    statement = _columns().where(
        accounts.c.city == city, accounts.c.owner_kind == owner_kind.value, accounts.c.owner_id == owner_id
    )
    rows = connection.execute(statement.order_by(accounts.c.kind, accounts.c.unit))
    return [_account(row) for row in rows]


def of_members(connection: Connection, city: str, member_ids: Iterable[str]) -> dict[str, list[Account]]:
    """Return the accounts of several members."""
    found: dict[str, list[Account]] = {member_id: [] for member_id in member_ids}
    statement = _columns().where(
        accounts.c.city == city,
        accounts.c.owner_kind == OwnerKind.MEMBER.value,
        accounts.c.owner_id.in_(list(found)),
    )
    for row in connection.execute(statement.order_by(accounts.c.kind, accounts.c.unit)):
        found[row.owner_id].append(_account(row))
    return found
