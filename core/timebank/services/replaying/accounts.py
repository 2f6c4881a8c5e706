"""Which account a posting or a hold names: read for a page of settlements at once, remembered for those that follow."""

from __future__ import annotations

from collections.abc import Set
from contextlib import suppress
from typing import Any, NamedTuple

from sqlalchemy import Connection

from timebank.domain.account import AccountKey, AccountKind, OwnerKind
from timebank.storage import replay_rows

# Beyond so many all are forgotten before the next page, so that memory stays flat.
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
    """The keys of accounts by their raw identifiers; one that nobody can own has none."""

    def __init__(self, connection: Connection, city: str) -> None:
        super().__init__()
        self._connection, self._city = connection, city

    def read(self, raw_ids: Set[Any]) -> None:
        """Read accounts, unless they are known."""
        missing = raw_ids - self.keys()
        if not missing:
            return
        found = replay_rows.accounts_named(self._connection, self._city, missing)
        for raw_id, owner_kind, owner_id, kind, unit in found:
            with suppress(ValueError):
                self[raw_id] = AccountKey(OwnerKind(owner_kind), owner_id, AccountKind(kind), unit)
