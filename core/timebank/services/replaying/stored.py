"""Settlements as they stand in the database, each with what it was decided from; nothing is read before it is needed."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row

from timebank.domain.account import Hold
from timebank.domain.order import OrderState
from timebank.domain.settlement import VisitToSettle
from timebank.domain.visit import VisitState
from timebank.services.settlement_facts import hold_of, to_settle
from timebank.storage import replay_rows, settlement_rows
from timebank.storage.replay_rows import Line, Span

# From so many visits of a page on that have to be read whole, all of the page are, in one statement.
READ_SINGLY = 5
HOOK = "timebank_credit_visit"


class Stored:
    """One settlement as it stands.

    Attributes:
        id: of the transfer.
        day: the service date.
        decision: as stored; facts: what stands in it.
        lines: its postings in order, with the keys of both accounts.
    """

    __slots__ = (
        "day", "decision", "facts", "id", "lines", "page", "team_id", "team_level", "visit_id", "volunteer_id"
    )  # fmt: skip

    def __init__(self, page: Page, row: Any) -> None:
        self.page = page
        self.id: str = row[0]
        self.day: date = row[1]
        self.decision: Mapping[str, Any] = row[2]
        self.visit_id: str = row[3]
        self.volunteer_id: str = row[4]
        self.team_id: str | None = row[5]
        self.team_level: str | None = row[6]
        self.facts: Mapping[str, Any] = self.decision["facts"]
        self.lines: list[Line] = []

    @property
    def charge_day(self) -> date:
        """Return the day whose file decided the charge."""
        return date.fromisoformat(self.facts["charge_day"])

    @property
    def answer(self) -> Sequence[Any]:
        """Return (hook, plugin, version, answer) of who said what comes of the visit."""
        (said,) = (said for said in self.decision["hooks"] if said[0] == HOOK)
        return said  # type: ignore[no-any-return]

    @property
    def holds(self) -> tuple[Hold, ...]:
        """Return the holds it resolved, in the order in which they pay."""
        return self.page.holds(self.id) if self.facts["held"] else ()

    def fact(self, name: str) -> Hashable:
        """Return one fact of the visit, from what is at hand where it is."""
        at_hand = _AT_HAND.get(name)
        if at_hand is not None:
            return at_hand(self)
        found: Hashable = attrgetter(name)(self.whole())
        return found

    def whole(self) -> VisitToSettle:
        """Return the visit with everything its rules may need, as it was when it was settled."""
        return self.page.whole(self)


def _holds_alike(stored: Stored) -> Hashable:
    return tuple((hold.account.kind, hold.account.unit, hold.minutes) for hold in stored.holds)


_AT_HAND: dict[str, Callable[[Stored], Hashable]] = {
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
    "holds": _holds_alike,
}


class Page:
    """Some settlements that follow each other, and what is read for all of them at once."""

    def __init__(self, connection: Connection, city: str, rows: Sequence[Row[Any]]) -> None:
        self.connection, self.city = connection, city
        self.settlements = [Stored(self, row) for row in rows]
        self._ends = rows[0][0], rows[-1][0]
        self._holds: dict[str, list[Row[Any]]] | None = None
        self._whole: dict[str, VisitToSettle] = {}
        self._singly = 0
        self._read_lines()

    def _read_lines(self) -> None:
        by_id = {stored.id: stored.lines for stored in self.settlements}
        for line in replay_rows.lines_between(self.connection, self.city, *self._ends):
            lines = by_id.get(line[0])
            if lines is not None:
                lines.append(line)

    def holds(self, transfer_id: str) -> tuple[Hold, ...]:
        """Return the holds that a settlement resolved."""
        if self._holds is None:
            self._holds = replay_rows.holds_of(self.connection, self.city, *self._ends)
        return tuple(map(hold_of, self._holds.get(transfer_id, ())))

    def whole(self, stored: Stored) -> VisitToSettle:
        """Return a visit of the page as it was when it was settled."""
        if stored.visit_id not in self._whole:
            self._singly += 1
            few = self._singly < READ_SINGLY
            self._read_whole([stored] if few else self.settlements)
        return self._whole[stored.visit_id]

    def _read_whole(self, wanted: Sequence[Stored]) -> None:
        ids = [stored.visit_id for stored in wanted]
        rows = settlement_rows.facts(self.connection, self.city, ids)
        found = {ready.visit.id: ready.facts for ready in to_settle(rows)}
        for stored in wanted:
            self._whole[stored.visit_id] = _as_it_was(found[stored.visit_id], stored)


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


def pages(connection: Connection, city: str, span: Span) -> Iterator[Page]:
    """Yield the settlements of some days of service, page by page, in the order in which they were posted."""
    for rows in replay_rows.settled(connection, city, span):
        yield Page(connection, city, rows)
