"""What stood in the books before a settlement: read off its postings; the database is asked where they are silent."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection

from timebank.domain.account import AccountKey, AccountKind
from timebank.services.replaying.stored import Stored
from timebank.storage import replay_rows, transfer_rows


class Stood(NamedTuple):
    """An account as it was; only what was posted on it is known."""

    posted: int


class BooksThen:
    """The accounts as one settlement found them; ``at`` says which."""

    def __init__(self, connection: Connection, city: str) -> None:
        self._connection, self._city = connection, city
        self._stored: Stored

    def at(self, stored: Stored) -> None:
        """Turn to another settlement."""
        self._stored = stored

    def __getitem__(self, key: AccountKey) -> Stood:
        """Return an account as it was."""
        return Stood(self._posted(key))

    def add(self, account: AccountKey, day: date, minutes: int) -> None:
        """Need no note: the next settlement finds this one in the books."""

    def credited(self, owner: AccountKey, kinds: frozenset[AccountKind], first: date, last: date) -> int:
        """Return what settlements of some days had credited to an owner."""
        asked = (owner, kinds | {AccountKind.OWED}, first, last)
        return transfer_rows.credited_between(self._connection, self._city, *asked, self._stored.id)

    def carried(self, key: AccountKey) -> int:
        """Return the minutes that had waited on an account, as the decision tells."""
        for credit in self._stored.facts["credits"]:
            if _names(credit, key):
                before: int = credit["carried_before"]
                return before
        return 0

    def _posted(self, key: AccountKey) -> int:
        owner_id, credited = key.owner_id, False
        for debit, credit, minutes, debit_after, credit_after in self._stored.lines:
            if credit.owner_id == owner_id:
                if credit == key:
                    return (credit_after or 0) - minutes
                credited = credited or debit.kind is AccountKind.ISSUANCE
            if debit.owner_id == owner_id and debit == key:
                return (debit_after or 0) + minutes
        if credited and key.kind is AccountKind.OWED:
            return 0  # what is owed is paid first: whoever was credited and paid nothing owed nothing
        return replay_rows.balance_before(self._connection, self._city, key, self._stored.id)


def _names(credit: Any, key: AccountKey) -> bool:
    return bool(
        credit["owner_id"] == key.owner_id and credit["kind"] == key.kind and credit["unit"] == key.unit
    )
