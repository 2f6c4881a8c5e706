"""Which account a posting or a hold names: read for a page of settlements at once, remembered for those that follow."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Connection

from timebank.domain.account import AccountKey, AccountKind, OwnerKind
from timebank.storage import replay_rows

# Beyond so many all are forgotten, so that memory stays flat.
MOST_REMEMBERED = 20_000


class Line(NamedTuple):
    """One posting as it stands.

    Attributes:
        debit_after, credit_after: what stood on either account after it, where a balance is kept.
    """

    debit: AccountKey
    credit: AccountKey
    minutes: int
    debit_after: int | None
    credit_after: int | None


class AccountKeys(dict[Any, AccountKey]):
    """The keys of accounts by their raw identifiers.

    A key is made when it is asked for first, so that an account that nobody can own stops only the settlements
    that name it.
    """

    def __init__(self, connection: Connection, city: str) -> None:
        super().__init__()
        self._connection, self._city = connection, city
        self._rows: dict[Any, Any] = {}

    def read(self, raw_ids: Iterable[Any]) -> None:
        """Read accounts, unless they are known."""
        wanted = set(raw_ids)
        if len(self._rows) >= MOST_REMEMBERED:
            self.clear()
            self._rows.clear()
        missing = wanted.difference(self._rows)
        if missing:
            found = replay_rows.accounts_named(self._connection, self._city, missing)
            self._rows.update((row[0], row) for row in found)

    def __missing__(self, raw_id: Any) -> AccountKey:
        """Return the key of an account that was read.

        Raises:
            LookupError: there is no such account.
            ValueError: nobody can own it.
        """
        _, owner_kind, owner_id, kind, unit = self._rows[raw_id]
        key = self[raw_id] = AccountKey(OwnerKind(owner_kind), owner_id, AccountKind(kind), unit)
        return key
