"""I-08: every cap tested again over the whole history, under the rule file that each credit was decided by.

What is held is tested posting by posting. What was credited in a period, and what was given in a year, is summed
anew for one owner after the other: of standing transfers, whose sum was never above the highest limit of the
files that decided them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row

from timebank.hooks.city import City
from timebank.services.redeciding.rules_read import UNREADABLE, Library, RulesRead
from timebank.storage import redeciding_rows


def balance_faults(rules: RulesRead, credit: Mapping[str, Any], lines: Sequence[Row[Any]]) -> Iterator[str]:
    """Yield what of one credit of a settlement lies above a cap on what is held, or was taken away without a cap."""
    caps = rules.caps_on(credit["kind"], credit["unit"])
    if credit["cut"] and all(cap.donates for cap in caps):
        yield f"cut: {credit['cut']} without a cap that says so"
    if credit["donated"] and not any(cap.donates for cap in caps):
        yield f"donated: {credit['donated']} without a cap that says so"
    limits = [cap.limit for cap in caps if not cap.per]
    if not limits or credit["credited"] == credit["repaid"]:
        return
    (reached,) = (line for line in lines if line.debit_kind == "issuance" and _is_of(credit, line))
    before = reached.credit_after - reached.minutes
    after = before + credit["credited"] - credit["repaid"] - credit["donated"]
    if after > max(min(limits), before):
        yield f"balance: {after} > {min(limits)}"
    if (credit["cut"] or credit["donated"]) and len(limits) == len(caps) and after < min(limits):
        yield f"balance: {after} < {min(limits)} though a cap took some away"


def _is_of(credit: Mapping[str, Any], line: Row[Any]) -> bool:
    whose = (line.credit_owner_kind, line.credit_owner_id, line.credit_kind, line.unit)
    return whose == (credit["owner"], credit["owner_id"], credit["kind"], credit["unit"])


@dataclass
class _Sum:
    """What one owner was credited or gave in a period, and the highest limit of the files that decided it."""

    minutes: int = 0
    limit: int = 0

    def add(self, minutes: int, limit: int) -> None:
        self.minutes += minutes
        self.limit = max(self.limit, limit)


Sums = dict[tuple[str, ...], _Sum]


def caps_hold(connection: Connection, city: City) -> Iterator[str]:
    """Yield every owner, period and sum above a cap on what may be credited in a period or given in a year."""
    library = Library(connection, city)
    if library.caps_a_period():
        rows = redeciding_rows.credited(connection, city.code)
        for (_, owner), found in groupby(rows, key=lambda row: (row.owner_kind, row.owner_id)):
            yield from _over(owner, found, partial(_credited, library))
    for owner, found in groupby(redeciding_rows.gifts(connection, city.code), key=lambda row: row.owner_id):
        yield from _over(owner, found, partial(_given, library))


def _over(
    owner: str, found: Iterable[Row[Any]], summed: Callable[[Iterable[Row[Any]]], Sums]
) -> Iterator[str]:
    try:
        sums = summed(found)
    except UNREADABLE as error:
        yield f"{owner} decision: {type(error).__name__} {error}"
        return
    for period, total in sums.items():
        if total.minutes > total.limit:
            yield f"{owner} {' '.join(period)} {total.minutes} > {total.limit}"


def _credited(library: Library, found: Iterable[Row[Any]]) -> Sums:
    """Sum one owner's credits by cap and period; what pays a debt or is donated on does not count where a cap donates."""
    sums: Sums = defaultdict(_Sum)
    for _, (row, *_) in groupby(found, key=lambda row: row.id):
        rules = library.of(row.decision["rules"])
        for credit in row.decision["facts"]["credits"]:
            if credit["owner_id"] != row.owner_id:
                continue
            for cap in rules.caps_on(credit["kind"], credit["unit"]):
                if cap.per:
                    kept = credit["donated"] + credit["repaid"] if cap.donates else 0
                    key = (cap.unit, "+".join(sorted(cap.kinds)), _period(row.day, cap.per))
                    sums[key].add(credit["credited"] - kept, cap.limit)
    return sums


def _given(library: Library, found: Iterable[Row[Any]]) -> Sums:
    sums: Sums = defaultdict(_Sum)
    unlimited = set()
    for row in found:
        year, limit = (row.unit, str(row.day.year)), library.of(row.rules).gifts_per_year
        if limit is None:
            unlimited.add(year)
        sums[year].add(row.minutes, limit or 0)
    return {year: total for year, total in sums.items() if year not in unlimited}


def _period(day: date, per: str) -> str:
    """Return the name of the day, month or year."""
    return day.isoformat()[: {"day": 10, "month": 7, "year": 4}[per]]
