"""Caps of the rule file, tested under the owner's lock: what is too much is not credited, or donated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from typing import Protocol

from sqlalchemy import Connection

from timebank.domain.account import SPENDABLE, Account, AccountKey, AccountKind
from timebank.domain.words import Words
from timebank.rules import RulesInForce
from timebank.services.rounding import CreditLine, owed_account
from timebank.services.rulings import ruled_out
from timebank.storage import transfer_rows

DONATE = "donate"


class Counts(Protocol):
    """Knows what owners were credited in a period."""

    def add(self, account: AccountKey, day: date, minutes: int) -> None:
        """Note a credit that is not yet in the books."""

    def credited(self, owner: AccountKey, kinds: frozenset[AccountKind], first: date, last: date) -> int:
        """Return minutes credited to an owner's accounts of some kinds for service dates from first to last."""


class Stands(Protocol):
    """An account, as far as caps look at it."""

    @property
    def posted(self) -> int:
        """Return whole minutes credited less whole minutes debited."""


class Standing(Protocol):
    """Knows what stands on accounts."""

    def __getitem__(self, key: AccountKey) -> Stands:
        """Return an account as it is before what is to be credited."""


@dataclass(frozen=True, slots=True)
class Cap:
    """One cap of a rule file.

    Attributes:
        on: ``balance`` or ``credit``; per: the period in which credit is counted, ``""`` for a balance.
        kinds: accounts that count.
        limit: whole minutes.
    """

    over: str
    on: str
    kinds: frozenset[AccountKind]
    per: str
    limit: int


@dataclass
class CapCounter:
    """What owners were credited in a period: what the books say, and what this transaction adds.

    The owner's accounts are locked by the caller, so no other settlement of the same owner runs meanwhile.

    Attributes:
        before: count as the books stood before this transfer, for asking again; None for what they say now.
    """

    connection: Connection
    city: str
    before: str | None = None
    _booked: dict[tuple[AccountKey, frozenset[AccountKind], date, date], int] = field(default_factory=dict)
    _added: list[tuple[AccountKey, date, int]] = field(default_factory=list)

    def add(self, account: AccountKey, day: date, minutes: int) -> None:
        """Note a credit that is not yet in the books."""
        self._added.append((account, day, minutes))

    def credited(self, owner: AccountKey, kinds: frozenset[AccountKind], first: date, last: date) -> int:
        """Return minutes credited to an owner's accounts of some kinds for service dates from first to last."""
        asked = (owner, kinds, first, last)
        if asked not in self._booked:
            self._booked[asked] = transfer_rows.credited_between(
                self.connection, self.city, owner, kinds | {AccountKind.OWED}, first, last, self.before
            )
        return self._booked[asked] + sum(
            minutes
            for account, day, minutes in self._added
            if account.kind in kinds and replace(account, kind=owner.kind) == owner and first <= day <= last
        )


def capped(
    rounded: Iterable[CreditLine],
    accounts: Standing,
    counter: Counts,
    rules: RulesInForce,
) -> list[CreditLine]:
    """Return the rounded credits of one visit, capped; a debt that one of them pays is not paid again by the next."""
    lines = []
    repaid: dict[AccountKey, int] = {}
    for line in rounded:
        if line.credited:
            owed = owed_account(line.account)
            debt = -accounts[owed].posted - (repaid.get(owed, 0) if repaid else 0)
            line = apply_caps(line, accounts[line.account].posted, debt, counter, rules)  # noqa: PLW2901
            if line.repaid:
                repaid[owed] = repaid.get(owed, 0) + line.repaid
        lines.append(line)
    return lines


def apply_caps(line: CreditLine, posted: int, owed: int, counter: Counts, rules: RulesInForce) -> CreditLine:
    """Apply every cap of the file that speaks of this account's kind and unit.

    First what may not be credited is cut; of the rest what is owed is paid; of what then reaches the account the
    overflow is donated.

    Args:
        line: the rounded credit, above zero.
        posted: what stands on the locked account it goes to.
        owed: minutes the same owner owes in this unit, not below zero.
        counter: what was credited in a period.
        rules: the rules of the service date.
    """
    caps = rules.once(_caps_of, line.account.kind, line.account.unit)
    for cap in caps:
        if cap.over != DONATE:
            above = _above(line, posted, owed, cap, counter, rules.day)
            if above:
                line = replace(line, credited=line.credited - above, cut=line.cut + above)
    repaid = min(line.credited, owed)
    overflow = 0
    for cap in caps:
        if cap.over == DONATE:
            overflow = max(overflow, _above(line, posted, owed, cap, counter, rules.day))
    counter.add(line.account, rules.day, line.credited)
    overflow = min(overflow, line.credited - repaid)
    return replace(line, repaid=repaid, donated=overflow) if repaid or overflow else line


def check_room(account: Account, minutes: int, rules: RulesInForce) -> None:
    """Refuse what somebody else would put on a locked account above a cap on what it holds: the giver keeps it."""
    for path in _caps_on(account.key.kind, account.key.unit, rules):
        limit = rules.minutes(f"{path}.limit")
        if rules.text(f"{path}.on") == "balance" and account.posted + minutes > limit:
            room = max(0, limit - account.posted)
            zh = f"受赠人的账户最多存 {limit} 分钟，还能存 {room} 分钟，存不下 {minutes} 分钟。请少赠一些。"
            en = f"The receiver's account holds at most {limit} minutes: {room} more, not {minutes}. Give less."
            raise ruled_out(rules, "receiver_full", Words(zh, en), path)


def _caps_on(kind: str, unit: str, rules: RulesInForce) -> Iterator[str]:
    for cap in rules.names("caps") if rules.has("caps") else ():
        if cap_speaks_of(f"caps.{cap}", kind, unit, rules):
            yield f"caps.{cap}"


def _caps_of(rules: RulesInForce, kind: str, unit: str) -> tuple[Cap, ...]:
    """Return the caps on accounts of a kind and unit, those that donate last, as they are applied."""
    found = [(path, rules.text(f"{path}.over")) for path in _caps_on(kind, unit, rules)]
    found.sort(key=lambda cap: cap[1] == DONATE)
    return tuple(_cap(path, over, rules) for path, over in found)


def _cap(path: str, over: str, rules: RulesInForce) -> Cap:
    on = rules.text(f"{path}.on")
    per = "" if on == "balance" else rules.text(f"{path}.per")
    return Cap(over, on, _kinds(path, rules), per, rules.minutes(f"{path}.limit"))


def cap_speaks_of(path: str, kind: str, unit: str, rules: RulesInForce) -> bool:
    """Say whether a cap counts an account of a kind and unit; one that names no kind counts every kind."""
    return rules.text(f"{path}.unit") == unit and kind in _kinds(path, rules)


def _kinds(path: str, rules: RulesInForce) -> frozenset[AccountKind]:
    return _only(rules.text(f"{path}.account")) if rules.has(f"{path}.account") else SPENDABLE


@cache
def _only(kind: str) -> frozenset[AccountKind]:
    return frozenset({AccountKind(kind)})


def _above(line: CreditLine, posted: int, owed: int, cap: Cap, counter: Counts, day: date) -> int:
    """Return how many of the credited minutes lie above one cap; what pays a debt never fills the account."""
    if cap.on == "balance":
        reaching, so_far = line.credited - min(line.credited, owed), posted
    else:
        reaching = line.credited
        so_far = counter.credited(line.account, cap.kinds, *period_of(day, cap.per))
    room = max(0, cap.limit - so_far)
    return max(0, reaching - room)


def period_of(day: date, per: str) -> tuple[date, date]:
    """Return first and last day of the day, month or year a date lies in."""
    if per == "day":
        return day, day
    if per == "month":
        first = day.replace(day=1)
        return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return date(day.year, 1, 1), date(day.year, 12, 31)
