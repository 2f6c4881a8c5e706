"""Statements on accounts: find, open, lock in id order, write back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Select, Update, bindparam, select, tuple_, update
from sqlalchemy.sql.dml import ReturningInsert

from timebank.domain.account import FLOORLESS, UNCOUNTED, Account, AccountKey, AccountKind, OwnerKind
from timebank.domain.identity import new_id
from timebank.storage.books import accounts
from timebank.storage.conflicts import new_only
from timebank.storage.given import Given, among

_KEY = (accounts.c.owner_kind, accounts.c.owner_id, accounts.c.kind, accounts.c.unit)
_BALANCE = (accounts.c.posted, accounts.c.held, accounts.c.carried)
_COUNTED = Given("counted", {column.name: column.type for column in _KEY})
_UNCOUNTED = Given("uncounted", {column.name: column.type for column in _KEY})
_CHANGED = Given(
    "changed", {column.name: column.type for column in (accounts.c.city, accounts.c.id, *_BALANCE)}
)


def _columns() -> Select[Any]:
    return select(accounts.c.id, *_KEY, *_BALANCE).where(accounts.c.city == bindparam("city"))


def _account(row: Any) -> Account:
    account_id, owner_kind, owner_id, kind, unit, posted, held, carried = row
    key = AccountKey(OwnerKind(owner_kind), owner_id, AccountKind(kind), unit)
    return Account(account_id, key, posted, held, carried)


def _named(dialect: str, given: Given) -> Select[Any]:
    return _columns().where(tuple_(*_KEY).in_(select(*given.table(dialect).c)))


@cache
def _find(dialect: str) -> Select[Any]:
    return _named(dialect, _COUNTED)


@cache
def _lock(dialect: str) -> CompoundSelect[Any]:
    locked = (
        _named(dialect, _COUNTED)
        .order_by(accounts.c.owner_kind == OwnerKind.CITY.value, accounts.c.id)
        .with_for_update(key_share=True)
    )
    # a lock may not stand inside a union, but may in a table of its own
    return select(locked.cte("locked")).union_all(_named(dialect, _UNCOUNTED))


@cache
def _write_back(dialect: str) -> Update:
    given = _CHANGED.table(dialect)
    return (
        update(accounts)
        .where(accounts.c.city == given.c.city, accounts.c.id == given.c.id)
        .values({column: given.c[column.name] for column in _BALANCE})
    )


@cache
def _of_owners(dialect: str) -> Select[Any]:
    return (
        _columns()
        .where(
            accounts.c.owner_kind == bindparam("owner_kind"), among(dialect, accounts.c.owner_id, "owners")
        )
        .order_by(accounts.c.kind, accounts.c.unit)
    )


def _rows(keys: Iterable[AccountKey]) -> list[tuple[str, str, str, str]]:
    return [(key.owner_kind.value, key.owner_id, key.kind.value, key.unit) for key in keys]


def find(connection: Connection, city: str, keys: Iterable[AccountKey]) -> dict[AccountKey, Account]:
    """Return those of the accounts that are open, without locking them."""
    found = connection.execute(
        _find(connection.dialect.name), {"city": city, **_COUNTED.of(connection, _rows(keys))}
    )
    return {account.key: account for account in map(_account, found)}


def lock(connection: Connection, city: str, keys: Iterable[AccountKey]) -> dict[AccountKey, Account]:
    """Return those of the accounts that are open, in one statement.

    Accounts with a running balance are locked: people's first, the city's own last, each in the order of their
    ids. Those without one are only read, so that no settlement waits for another at them.
    """
    known = list(keys)
    counted = _rows(key for key in known if key.kind not in UNCOUNTED)
    uncounted = _rows(key for key in known if key.kind in UNCOUNTED)
    given = {"city": city, **_COUNTED.of(connection, counted), **_UNCOUNTED.of(connection, uncounted)}
    found = connection.execute(_lock(connection.dialect.name), given)
    return {account.key: account for account in map(_account, found)}


@cache
def _open(dialect: str) -> ReturningInsert[Any]:
    return new_only(dialect, accounts).returning(accounts.c.id)


def open_missing(
    connection: Connection, city: str, keys: Sequence[AccountKey], now: datetime
) -> dict[AccountKey, Account]:
    """Open accounts with nothing in them and return those; what is open already stays as it is."""
    keyed = {new_id(): key for key in sorted(keys, key=repr)}
    rows = [_new_row(city, account_id, key, now) for account_id, key in keyed.items()]
    opened = connection.execute(_open(connection.dialect.name), rows).scalars() if rows else ()
    return {keyed[account_id]: Account(account_id, keyed[account_id], 0, 0, 0) for account_id in opened}


def _new_row(city: str, account_id: str, key: AccountKey, now: datetime) -> dict[str, Any]:
    return {
        "city": city,
        "id": account_id,
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
    """Write the balances of locked accounts."""
    rows = [(city, a.id, a.posted, a.held, a.carried) for a in changed if a.key.kind not in UNCOUNTED]
    if rows:
        connection.execute(_write_back(connection.dialect.name), _CHANGED.of(connection, rows))


def of_owner(connection: Connection, city: str, owner_kind: OwnerKind, owner_id: str) -> list[Account]:
    """Return all accounts of one owner, in order of kind and unit."""
    return _owned(connection, city, owner_kind, [owner_id])


def of_members(connection: Connection, city: str, member_ids: Iterable[str]) -> dict[str, list[Account]]:
    """Return the accounts of several members."""
    found: dict[str, list[Account]] = {member_id: [] for member_id in member_ids}
    for account in _owned(connection, city, OwnerKind.MEMBER, list(found)):
        found[account.key.owner_id].append(account)
    return found


def _owned(connection: Connection, city: str, owner_kind: OwnerKind, owners: Sequence[str]) -> list[Account]:
    given = {"city": city, "owner_kind": owner_kind.value, "owners": owners}
    return [_account(row) for row in connection.execute(_of_owners(connection.dialect.name), given)]
