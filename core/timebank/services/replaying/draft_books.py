"""The books as they would stand under a draft: as they stood, and what the draft has changed so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from sqlalchemy import Connection

from timebank.domain.account import AccountKey, AccountKind, OwnerKind
from timebank.domain.transfer import Posting
from timebank.services.replaying.books import BooksThen, Stood
from timebank.services.replaying.stored import Stored
from timebank.services.rounding import CreditLine


class DraftBooks(BooksThen):
    """Accounts with the difference that a draft makes; only differences are kept, and by account."""

    def __init__(self, connection: Connection, city: str, *, by_period: bool) -> None:
        """Begin where the books stood.

        Args:
            connection: one snapshot.
            city: the city's code.
            by_period: whether the draft caps what is credited in a period, so that days have to be kept apart.
        """
        super().__init__(connection, city)
        self._by_period = by_period
        self._more: Counter[AccountKey] = Counter()
        self._carried: Counter[AccountKey] = Counter()
        self._on_days: dict[tuple[OwnerKind, str, str], Counter[tuple[AccountKind, date]]] = {}

    def __getitem__(self, key: AccountKey) -> Stood:
        """Return an account as it would be."""
        return Stood(super().__getitem__(key).posted + self._more.get(key, 0))

    def credited(self, owner: AccountKey, kinds: frozenset[AccountKind], first: date, last: date) -> int:
        """Return what would have been credited to an owner for some days."""
        days = self._on_days.get((owner.owner_kind, owner.owner_id, owner.unit), Counter())
        counted = kinds | {AccountKind.OWED}
        more = sum(
            minutes for (kind, day), minutes in days.items() if kind in counted and first <= day <= last
        )
        return super().credited(owner, kinds, first, last) + more

    def carried(self, key: AccountKey) -> int:
        """Return the minutes that would wait on an account."""
        return max(0, super().carried(key) + self._carried.get(key, 0))

    def differ(self, stored: Stored, lines: Sequence[CreditLine], postings: Sequence[Posting]) -> None:
        """Note what a settlement would leave otherwise than it did."""
        for key, minutes in _moved(stored, postings):
            self._add(self._more, key, minutes)
        if self._by_period:
            for key, minutes in _credited(stored, postings):
                days = self._on_days.setdefault((key.owner_kind, key.owner_id, key.unit), Counter())
                days[key.kind, stored.day] += minutes
        for key, minutes in _waiting(stored, lines):
            self._add(self._carried, key, minutes)

    @staticmethod
    def _add(counted: Counter[AccountKey], key: AccountKey, minutes: int) -> None:
        left = counted.get(key, 0) + minutes
        if left:
            counted[key] = left
        else:
            counted.pop(key, None)


def _moved(stored: Stored, postings: Iterable[Posting]) -> Iterator[tuple[AccountKey, int]]:
    """Yield by how much each account would stand higher or lower."""
    yield from _credited(stored, postings)
    for posting in postings:
        yield posting.debit, -posting.minutes
    for line in stored.lines:
        yield line.debit, line.minutes


def _credited(stored: Stored, postings: Iterable[Posting]) -> Iterator[tuple[AccountKey, int]]:
    """Yield by how much more or less would be credited to each account."""
    for posting in postings:
        yield posting.credit, posting.minutes
    for line in stored.lines:
        yield line.credit, -line.minutes


def _waiting(stored: Stored, lines: Iterable[CreditLine]) -> Iterator[tuple[AccountKey, int]]:
    for line in lines:
        yield line.account, line.carried - line.carried_before
    for then in stored.facts["credits"]:
        key = AccountKey(OwnerKind(then["owner"]), then["owner_id"], AccountKind(then["kind"]), then["unit"])
        yield key, then["carried_before"] - then["carried"]
