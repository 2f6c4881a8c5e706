"""A visit as a draft would see it: other minutes may count, and other minutes may be held."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

from timebank.domain.account import Hold
from timebank.domain.refusal import Refused
from timebank.domain.settlement import VisitToSettle
from timebank.rules import RuleSet
from timebank.services.recognition import recognise
from timebank.services.replaying.compared_rules import Changed
from timebank.services.replaying.facts_then import NotKept
from timebank.services.replaying.stored import Stored, alike

RECOGNITION = ("credit.basis", "credit.at_most")


class Otherwise:
    """A visit as the draft would see it: other minutes may count, and other minutes may be held."""

    def __init__(self, stored: Stored, recognised: int, holds: tuple[Hold, ...]) -> None:
        """Take the visit, the minutes that count, and the holds in the order in which they pay."""
        self._stored, self._recognised, self._holds = stored, recognised, holds
        self.day, self.charge_day = stored.day, stored.charge_day

    def facts_named(self, names: tuple[str, ...]) -> tuple[Hashable, ...]:
        """Return facts by their names."""
        mine = {"visit.recognised_minutes": self._recognised, "holds": alike(self._holds)}
        found = zip(names, self._stored.facts_named(names), strict=True)
        return tuple(mine.get(name, fact) for name, fact in found)

    def whole(self) -> VisitToSettle:
        """Return all of it."""
        whole = self._stored.whole()
        visit = replace(whole.visit, recognised_minutes=self._recognised)
        return replace(whole, visit=visit, holds=self._holds)


def recognised_under(draft: RuleSet, then: RuleSet, changed: Changed, stored: Stored) -> int:
    """Return the minutes that would count; where staff had said less than the rules gave, no more than that.

    Raises:
        NotKept: the draft counts what nobody measured.
    """
    facts = stored.facts
    recognised: int = facts["recognised"]
    if not changed.among(then, RECOGNITION):
        return recognised
    clocks = facts["planned"], facts["measured"]
    try:
        before = recognise(then.reading(stored.day), *clocks, None).minutes
        now = recognise(draft.reading(stored.day), *clocks, None).minutes
    except Refused as not_measured:
        raise NotKept("measured") from not_measured
    return now if recognised == before else min(recognised, now)
