"""Settlements as they stand in the database, each with what it was decided from; nothing is read before it is needed."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection

from timebank.domain.account import Hold, HoldState
from timebank.domain.order import OrderState
from timebank.domain.settlement import VisitToSettle
from timebank.domain.visit import VisitState
from timebank.services.replaying.accounts import MOST_REMEMBERED, AccountKeys, Line
from timebank.services.replaying.decision_text import read_decision
from timebank.services.settlement_facts import to_settle
from timebank.storage import replay_rows, settlement_rows
from timebank.storage.replay_rows import Span, with_dashes

# From so many visits of a page on that have to be read whole, all of the page are: about as long as so many alone.
READ_SINGLY = 60
HOOK = "timebank_credit_visit"


class Stored:
    """One settlement as it stands.

    Attributes:
        day, charge_day: the service date, and the day whose file decided the charge.
        decision: as stored, but for its facts; facts: what stands in it.
        answer: (hook, plugin, version, answer) of who said what comes of the visit.
        lines: its postings in order.
    """

    __slots__ = (
        "_holds", "answer", "charge_day", "day", "decision", "facts", "lines", "page", "place", "raw_id", "team_id",
        "team_level", "visit_id", "volunteer_id",
    )  # fmt: skip

    def __init__(self, page: Page, row: Any, lines: list[Line]) -> None:
        self.page, self.lines = page, lines
        self.raw_id, self.day, text, self.visit_id, volunteer, self.team_id, self.team_level, self.place = row
        self.volunteer_id = with_dashes(volunteer)
        self.decision, self.facts = read_decision(text)
        self.charge_day = date.fromisoformat(self.facts["charge_day"])
        (self.answer,) = [said for said in self.decision["hooks"] if said[0] == HOOK]
        self._holds: tuple[Hold, ...] | None = None

    @property
    def id(self) -> str:
        """Return the transfer's identifier."""
        return with_dashes(self.raw_id)

    @property
    def holds(self) -> tuple[Hold, ...]:
        """Return the holds it resolved, in the order in which they pay, without identifiers: they decide nothing."""
        if self._holds is None:
            self._holds = self.page.holds(self) if self.facts["held"] else ()
        return self._holds

    def facts_named(self, names: tuple[str, ...]) -> tuple[Hashable, ...]:
        """Return facts of the visit by their names, from what is at hand where it is."""
        return tuple([fact(self) for fact in _getters(names)])

    def whole(self) -> VisitToSettle:
        """Return the visit with everything its rules may need, as it was when it was settled."""
        return self.page.whole(self)


def alike(holds: Sequence[Hold]) -> Hashable:
    """Return what of holds may decide something: everything but identifiers."""
    return tuple((hold.account.kind, hold.account.unit, hold.minutes) for hold in holds)


Fact = Callable[[Stored], Hashable]
_AT_HAND: dict[str, Fact] = {
    "visit.planned_minutes": lambda stored: stored.facts["planned"],
    "visit.measured_minutes": lambda stored: stored.facts["measured"],
    "visit.recognised_minutes": lambda stored: stored.facts["recognised"],
    "order.service": lambda stored: stored.facts["service"],
    "order.origin": lambda stored: stored.facts["origin"],
    "visit.team_id": lambda stored: stored.team_id,
    "day": lambda stored: stored.day,
    "rules.day": lambda stored: stored.day,
    "charge_rules.day": lambda stored: stored.facts["charge_day"],
    "team": lambda stored: stored.team_id is not None,
    "team_level": lambda stored: stored.team_level,
    "holds": lambda stored: alike(stored.holds),
}


@lru_cache(maxsize=256)
def _getters(names: tuple[str, ...]) -> tuple[Fact, ...]:
    return tuple(_AT_HAND.get(name) or _of_the_whole(name) for name in names)


def _of_the_whole(name: str) -> Fact:
    get = attrgetter(name)

    def fact(stored: Stored) -> Hashable:
        found: Hashable = get(stored.whole())
        return found

    return fact


class Page:
    """Some settlements that follow each other, and what is read for all of them at once.

    Attributes:
        rows: the settlements as they are read; ``open`` one when its turn comes.
        ends: the first and the last of their ids.
    """

    def __init__(self, connection: Connection, city: str, rows: Sequence[Any], keys: AccountKeys) -> None:
        """Read the postings of some settlements, and whose accounts they move."""
        self.connection, self.city, self.rows, self._keys = connection, city, rows, keys
        self.ends = with_dashes(rows[0].raw_id), with_dashes(rows[-1].raw_id)
        moved = replay_rows.lines_between(connection, city, *self.ends)
        keys.read({row[1] for row in moved} | {row[2] for row in moved})
        self._lines = _by_settlement(moved)
        self._held: dict[Any, list[Any]] | None = None
        self._whole: dict[str, VisitToSettle] = {}
        self._singly = 0

    def __iter__(self) -> Iterator[Stored]:
        """Yield the settlements, each opened when its turn comes."""
        return map(self.open, self.rows)

    def open(self, row: Any) -> Stored:
        """Return a settlement with all it was decided from.

        Raises:
            LookupError, TypeError, ValueError: somebody altered what is stored, and it cannot be read.
        """
        keys, moved = self._keys, self._lines.get(row.raw_id, ())
        lines = [
            Line(keys[debit], keys[credit], minutes, debit_after, credit_after)
            for _, debit, credit, minutes, debit_after, credit_after in moved
        ]
        return Stored(self, row, lines)

    def holds(self, stored: Stored) -> tuple[Hold, ...]:
        """Return the holds that a settlement resolved, in the order in which they pay.

        Where a place was held again in the instant in which it was let go, those placed last make up what was held.
        """
        if self._held is None:
            found = replay_rows.holds_between(self.connection, self.city, *self.ends)
            self._keys.read({row[2] for row in found})
            self._held = _by_settlement(found)
        holds, left = [], stored.facts["held"]
        for _, place, account, rank, minutes in reversed(self._held.get(stored.raw_id, ())):
            if place == stored.place and left > 0:
                holds.append(Hold("", self._keys[account], "", "", rank, minutes, HoldState.OPEN))
                left -= minutes
        if len(holds) > 1:
            holds.sort(key=attrgetter("rank"))
        return tuple(holds)

    def whole(self, stored: Stored) -> VisitToSettle:
        """Return a visit of the page as it was when it was settled."""
        if stored.visit_id not in self._whole:
            self._singly += 1
            few = self._singly < READ_SINGLY
            self._read_whole([stored.visit_id] if few else [row.visit_id for row in self.rows])
        return _as_it_was(self._whole[stored.visit_id], stored)

    def _read_whole(self, visit_ids: Sequence[str]) -> None:
        rows = settlement_rows.facts(self.connection, self.city, visit_ids)
        self._whole.update({ready.visit.id: ready.facts for ready in to_settle(rows)})


def _as_it_was(now: VisitToSettle, stored: Stored) -> VisitToSettle:
    """Return a visit as it stood before it was settled: confirmed, its holds open, its minutes as decided."""
    facts = stored.facts
    visit = replace(
        now.visit,
        state=VisitState.CONFIRMED,
        measured_minutes=facts["measured"],
        recognised_minutes=facts["recognised"],
    )
    order = replace(now.order, state=OrderState.FINISHED)
    return replace(now, visit=visit, order=order, day=stored.day, holds=stored.holds)


def _by_settlement(rows: Iterable[Any]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return found


def pages(connection: Connection, city: str, span: Span) -> Iterator[Page]:
    """Yield the settlements of some days of service, page by page, in the order in which they were posted."""
    keys = AccountKeys(connection, city)
    for rows in replay_rows.settled(connection, city, span):
        if len(keys) >= MOST_REMEMBERED:
            keys.clear()
        yield Page(connection, city, rows, keys)
