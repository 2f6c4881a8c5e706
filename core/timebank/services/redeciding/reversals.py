"""I-13: every reversal worked out again from the transfer it undoes.

Each posting comes back with its sides swapped, from the account it went to or from what that account's owner owes; the
city owes nothing, and of what went to its pool that part alone may be missing which the decision notes as spent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row

from timebank.hooks.city import City
from timebank.services.redeciding.differences import differs, faults_of
from timebank.storage import redeciding_rows

Account = tuple[str, str, str, str]  # owner kind, owner, kind, unit
Owner = tuple[str, str, str]  # owner kind, owner, unit
Ways = Counter[tuple[Account, Account]]
Owed = Counter[tuple[Owner, Account]]
OWED, POOL = "owed", "pool"


def reversals_come_out_again(connection: Connection, city: City) -> Iterator[str]:
    """Yield each reversal that does not give back what it reverses, and what differs."""
    reversals = redeciding_rows.decided(connection, city.code, "reversal")
    while page := list(islice(reversals, redeciding_rows.PAGE)):
        originals = redeciding_rows.lines_of(connection, city.code, [row.reverses for row, _ in page])
        for reversal, lines in page:
            yield from faults_of(reversal.id, _faults(reversal, lines, originals.get(reversal.reverses, [])))


def _faults(reversal: Row[Any], lines: Sequence[Row[Any]], original: Sequence[Row[Any]]) -> Iterator[str]:
    facts = reversal.decision["facts"]
    yield from differs("reverses", (reversal.cause_id, facts["reverses"]), (reversal.reverses,) * 2)
    missing = Counter({(there, back): minutes for (back, there), minutes in _ways(original).items()})
    owed: Owed = Counter()
    for (source, target), minutes in _ways(lines).items():
        if source[2] == OWED:
            owed[_owner(source), target] += minutes
        else:
            missing[source, target] -= minutes
    yield from _back_faults(missing, owed, facts["spent_by_pool"])
    yield from differs("owed", facts["owed"], sum(line.minutes for line in lines if line.debit_kind == OWED))


def _back_faults(missing: Ways, owed: Owed, spent_by_pool: int) -> Iterator[str]:
    """Yield what came back otherwise than it went: more than went, from elsewhere, or less than all of it."""
    spent = 0
    for (source, target), minutes in missing.items():
        if source[2] == POOL and minutes >= 0:
            spent += minutes
        elif source[0] == "city" or minutes < 0:
            yield from differs(_told("missing", source, target), minutes, 0)
        else:
            owed[_owner(source), target] -= minutes
    yield from differs("spent_by_pool", spent_by_pool, spent)
    for (owner, target), minutes in owed.items():
        yield from differs(_told("owed beyond what is missing", owner, target), minutes, 0)


def _ways(lines: Sequence[Row[Any]]) -> Ways:
    """Return minutes by the accounts they went from and to."""
    ways: Ways = Counter()
    for line in lines:
        debit = (line.debit_owner_kind, line.debit_owner_id, line.debit_kind, line.unit)
        credit = (line.credit_owner_kind, line.credit_owner_id, line.credit_kind, line.unit)
        ways[debit, credit] += line.minutes
    return ways


def _owner(account: Account) -> Owner:
    """Return whose account it is, and in which unit."""
    return account[0], account[1], account[3]


def _told(what: str, source: Sequence[str], target: Sequence[str]) -> str:
    return f"{what}: {' '.join(source)} > {' '.join(target)}"
