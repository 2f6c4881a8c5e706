"""What a draft would have changed: counts and minutes, by district, service and rule. No names, no ids of members."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from timebank.domain.words import Words
from timebank.rules import RuleSet
from timebank.services.replaying.facts_then import NOT_KEPT
from timebank.storage.replay_rows import Span

LARGEST = 20
STATIC = Words(
    "静态推算：同样的服务照草案重新结算，没有计入人们因规则改变而改变的行为；当时被拒绝的请求没有保存，不在其中。",
    "A static reckoning: the same service settled again under the draft. How people would behave under other rules is "
    "not modelled, and requests that were refused then are not kept and not among them.",
)

PLUGIN, NOTHING_POSTED, MORE_HELD = "plugin", "nothing_posted", "more_held"
UNKNOWN = NOT_KEPT | {
    PLUGIN: Words(
        "照草案问插件时出错，这一笔没有比较", "the plugin or a rule failed under the draft; left out"
    ),
    NOTHING_POSTED: Words(
        "已结算而当时没有记账的服务记录没有决定，不在其中",
        "visits that posted nothing have no decision and are left out",
    ),
    MORE_HELD: Words(
        "草案要预扣更多，当时余额够不够没有保存，按够计",
        "more would be held; whether the balance would have sufficed is not kept, and taken as so",
    ),
}


@dataclass(slots=True)
class Tally:
    """Settlements of one group, and what the draft would have done to them.

    Attributes:
        refused: would not have come about.
        credited_more, credited_less, charged_more, charged_less: settlements; refused ones are not among them.
        credit, charge: minutes more, or less, by unit, refused ones among them.
    """

    settlements: int = 0
    unchanged: int = 0
    refused: int = 0
    credited_more: int = 0
    credited_less: int = 0
    charged_more: int = 0
    charged_less: int = 0
    credit: Counter[str] = field(default_factory=Counter)
    charge: Counter[str] = field(default_factory=Counter)

    def add(self, change: Change) -> None:
        """Count one settlement."""
        self.settlements += 1
        if not change.is_one:
            self.unchanged += 1
            return
        self.credit.update(change.credit)
        self.charge.update(change.charge)
        if change.refused:
            self.refused += 1
            return
        self.credited_more += any(minutes > 0 for minutes in change.credit.values())
        self.credited_less += any(minutes < 0 for minutes in change.credit.values())
        self.charged_more += any(minutes > 0 for minutes in change.charge.values())
        self.charged_less += any(minutes < 0 for minutes in change.charge.values())

    @property
    def changed(self) -> int:
        """Return how many would have come out otherwise."""
        return self.settlements - self.unchanged

    def plain(self) -> dict[str, Any]:
        """Return it as plain values; minutes by unit."""
        figures = {name: getattr(self, name) for name in self.__slots__}
        return figures | {
            "credit": {unit: minutes for unit, minutes in self.credit.items() if minutes},
            "charge": {unit: minutes for unit, minutes in self.charge.items() if minutes},
        }


@dataclass(frozen=True, slots=True)
class Change:
    """What the draft would have done to one settlement.

    Attributes:
        credit, charge: minutes more or less by unit; units without a difference are left out.
        reasons: the rules that made it so.
    """

    order_id: str
    service: str
    district: str
    refused: bool = False
    credit: Mapping[str, int] = field(default_factory=dict)
    charge: Mapping[str, int] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()

    @property
    def is_one(self) -> bool:
        """Say whether anything would have been otherwise."""
        return self.refused or bool(self.credit) or bool(self.charge)

    @property
    def size(self) -> int:
        """Return how many minutes would have gone another way."""
        return sum(map(abs, self.credit.values())) + sum(map(abs, self.charge.values()))

    def plain(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "order": self.order_id,
            "service": self.service,
            "district": self.district,
            "refused": self.refused,
            "credit": dict(self.credit),
            "charge": dict(self.charge),
            "reasons": list(self.reasons),
        }


@dataclass(slots=True)
class Exchanged:
    """Gifts, donations, redemptions or grants of the days, and what the draft says of them.

    Attributes:
        unchanged: would be made as they were.
        refused: would not; other_amount: grants of another amount.
        minutes: by unit: what refused ones moved, and what grants would have moved more or less.
    """

    made: int = 0
    unchanged: int = 0
    refused: int = 0
    other_amount: int = 0
    unknown: int = 0
    minutes: Counter[str] = field(default_factory=Counter)

    def plain(self) -> dict[str, Any]:
        """Return it as plain values."""
        figures = {name: getattr(self, name) for name in self.__slots__}
        return figures | {"minutes": {unit: minutes for unit, minutes in self.minutes.items() if minutes}}


@dataclass(slots=True)
class Effect:
    """Real history under a draft.

    Attributes:
        draft: the draft's rules.
        total: all settlements but those reversed since.
        reversed_since: settlements that were reversed later; they would leave nothing either way.
        districts, services: the same by the organisation below the top, and by service.
        reasons: settlements by the rule that made the difference; one may have several.
        largest: the changes of most minutes, the largest first.
        exchanges: gifts, donations, redemptions and grants, by kind.
        unknown: what could not be judged for sure, as keys of ``UNKNOWN``, with how often.
        labels: names of districts and services.
    """

    span: Span
    draft: RuleSet
    total: Tally = field(default_factory=Tally)
    reversed_since: int = 0
    districts: dict[str, Tally] = field(default_factory=dict)
    services: dict[str, Tally] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    exchanges: dict[str, Exchanged] = field(default_factory=dict)
    unknown: Counter[str] = field(default_factory=Counter)
    labels: dict[str, Words] = field(default_factory=dict)
    _heap: list[tuple[int, str, Change]] = field(default_factory=list)

    def add(self, change: Change) -> None:
        """Count one settlement."""
        self.total.add(change)
        self.districts.setdefault(change.district, Tally()).add(change)
        self.services.setdefault(change.service, Tally()).add(change)
        if not change.is_one:
            return
        self.reasons.update(change.reasons)
        entry = (change.size, change.order_id, change)
        if len(self._heap) < LARGEST:
            heapq.heappush(self._heap, entry)
        elif entry[:2] > self._heap[0][:2]:
            heapq.heapreplace(self._heap, entry)

    @property
    def static(self) -> Words:
        """Return what no such reckoning can know."""
        return STATIC

    def why_unknown(self, what: str) -> Words:
        """Return in words what could not be judged for sure."""
        return UNKNOWN[what]

    @property
    def largest(self) -> list[Change]:
        """Return the largest changes, the largest first."""
        return [change for _, _, change in sorted(self._heap, key=lambda entry: entry[:2], reverse=True)]

    def plain(self) -> dict[str, Any]:
        """Return it as plain values, with both languages."""
        return {
            "from": self.span.first.isoformat(),
            "to": self.span.last.isoformat(),
            "draft": {"file": self.draft.file, "digest": self.draft.digest},
            "total": self.total.plain(),
            "reversed_since": self.reversed_since,
            "districts": self._labelled(self.districts),
            "services": self._labelled(self.services),
            "reasons": dict(self.reasons.most_common()),
            "largest": [change.plain() for change in self.largest],
            "exchanges": {kind: exchanged.plain() for kind, exchanged in self.exchanges.items()},
            "unknown": [
                {"what": what, "times": many, "zh": UNKNOWN[what].zh, "en": UNKNOWN[what].en}
                for what, many in self.unknown.most_common()
            ],
            "static": {"zh": STATIC.zh, "en": STATIC.en},
        }

    def _labelled(self, tallies: Mapping[str, Tally]) -> list[dict[str, Any]]:
        found = []
        for name, tally in sorted(tallies.items(), key=lambda each: (-each[1].settlements, each[0])):
            label = self.labels.get(name, Words(name, name))
            found.append({"id": name, "zh": label.zh, "en": label.en} | tally.plain())
        return found
