"""Caps of the rule file, tested under the owner's lock: what is too much is donated or not credited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from sqlalchemy import Connection

from timebank.domain.account import Account, AccountKey
from timebank.rules import RulesInForce
from timebank.services.rounding import CreditLine
from timebank.storage import transfer_rows


@dataclass
class CapCounter:
    """What accounts were credited in a period: what the books say, and what this transaction adds.

    The owner's account row is locked by the caller, so no other settlement of the same owner runs meanwhile.
    """

    connection: Connection
    city: str
    _added: list[tuple[str, date, int]] = field(default_factory=list)

    def add(self, account_id: str, day: date, minutes: int) -> None:
        """Note a credit that is not yet in the books."""
        self._added.append((account_id, day, minutes))

    def credited(self, account_id: str, first: date, last: date) -> int:
        """Return minutes credited to an account for service dates from first to last."""
        booked = transfer_rows.credited_between(self.connection, self.city, account_id, first, last)
        return booked + sum(
            minutes for added, day, minutes in self._added if added == account_id and first <= day <= last
        )


def apply_caps(
    line: CreditLine, accounts: Mapping[AccountKey, Account], counter: CapCounter, rules: RulesInForce
) -> CreditLine:
    """Apply every cap of the file that speaks of this account's kind and unit, in the order written."""
    if line.credited == 0 or not rules.has("caps"):
        return line
    for cap in rules.names("caps"):
        path = f"caps.{cap}"
        of_unit = rules.text(f"{path}.unit") == line.account.unit
        if of_unit and rules.text(f"{path}.account") == line.account.kind:
            line = _apply(line, path, accounts[line.account], counter, rules)
    counter.add(accounts[line.account].id, rules.day, line.credited)
    return line


def _apply(
    line: CreditLine, path: str, account: Account, counter: CapCounter, rules: RulesInForce
) -> CreditLine:
    kept = line.credited - line.donated
    if rules.text(f"{path}.on") == "balance":
        so_far = account.posted
    else:
        first, last = period_of(rules.day, rules.text(f"{path}.per"))
        so_far = counter.credited(account.id, first, last)
    too_much = min(kept, max(0, so_far + kept - rules.minutes(f"{path}.limit")))
    if too_much == 0:
        return line
    if rules.text(f"{path}.over") == "donate":
        return replace(line, donated=line.donated + too_much)
    return replace(line, credited=line.credited - too_much, cut=line.cut + too_much)


def period_of(day: date, per: str) -> tuple[date, date]:
    """Return first and last day of the day, month or year a date lies in."""
    if per == "day":
        return day, day
    if per == "month":
        first = day.replace(day=1)
        return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return date(day.year, 1, 1), date(day.year, 12, 31)
