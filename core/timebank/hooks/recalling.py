"""What a city says of visits, asked once for all visits that look the same to it.

``timebank_credit_visit`` is pure: the same facts and rules get the same answer. The first time, the facts note which
of them were looked at; a visit that is the same in all of these is not asked about again. A plugin that looks at
the hour of the day, or at a person, is asked accordingly more often, and is never answered for.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, Protocol

from timebank.domain.account import AccountKind, OwnerKind
from timebank.domain.settlement import Charge, Proposal, VisitToSettle
from timebank.hooks.city import City
from timebank.hooks.watching import watched_rules, watched_visit
from timebank.rules.rule_set import RuleSet

# Beyond so many different answers all are forgotten, so that memory stays flat however odd a plugin.
MOST_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class CreditSaid:
    """A credit to whoever served: the volunteer, or the team the visit was for."""

    owner: OwnerKind
    kind: AccountKind
    unit: str
    minutes: Fraction
    rule_path: str


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """One answer to “what comes of this visit?”, without who served.

    Attributes:
        plugin: who answered; version: of which version.
        plain: the answer as decisions store it.
    """

    plugin: str
    version: str
    plain: list[list[str]]
    credits: tuple[CreditSaid, ...]
    charge: Charge | None


class Asks(Protocol):
    """A visit that somebody wants to know about: its facts one by one, or whole.

    Attributes:
        day, charge_day: local days for which the rules of the credit and of the charge are read.
    """

    day: date

    @property
    def charge_day(self) -> date:
        """Return the day whose file decides the charge."""

    def facts_named(self, names: tuple[str, ...]) -> tuple[Hashable, ...]:
        """Return facts by their names, such as ``visit.recognised_minutes``, ``rules.day`` or ``team``."""

    def whole(self) -> VisitToSettle:
        """Return all of it; asked for only where nothing is remembered."""


@dataclass(slots=True)
class _Remembered:
    """What was said under one pair of rule files."""

    looked: set[str] = field(default_factory=set)
    names: tuple[str, ...] = ()
    said: dict[tuple[Hashable, ...], Said] = field(default_factory=dict)


class Recall:
    """The answers of one city's plugins as far as they were given."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._by_rules: dict[tuple[str, str], _Remembered] = {}

    def credit_visit(self, asks: Asks, rules: RuleSet, charge_rules: RuleSet) -> Said:
        """Return what the city says of a visit under two rule files.

        Args:
            asks: the visit.
            rules: those of the credit.
            charge_rules: those of the charge.

        Raises:
            PluginFailed: asked, a plugin broke its promise.
        """
        digests = (rules.digest, charge_rules.digest)
        known = self._by_rules.get(digests)
        if known is None:
            known = self._by_rules[digests] = _Remembered()
        said = known.said.get(asks.facts_named(known.names))
        if said is None:
            said = self._ask(known, asks, rules, charge_rules)
        return said

    def _ask(self, known: _Remembered, asks: Asks, rules: RuleSet, charge_rules: RuleSet) -> Said:
        looked = set(known.looked)
        readings = watched_rules(rules, asks.day, charge_rules, asks.charge_day, looked)
        asked = self._city.credit_visit(watched_visit(asks.whole(), looked), *readings)
        said = _said(asked.value, asked.answers[0].plugin, asked.answers[0].version)
        if looked != known.looked or len(known.said) >= MOST_REMEMBERED:
            known.looked, known.names, known.said = looked, tuple(sorted(looked)), {}
        known.said[asks.facts_named(known.names)] = said
        return said


def _said(proposal: Proposal, plugin: str, version: str) -> Said:
    lines = tuple(
        CreditSaid(c.account.owner_kind, c.account.kind, c.account.unit, Fraction(c.minutes), c.rule_path)
        for c in proposal.credits
    )
    return Said(plugin, version, proposal.plain(), lines, proposal.charge)


def said_before(plugin: str, version: str, plain: list[list[Any]], owners: Sequence[str]) -> Said:
    """Return a stored answer as it was given.

    Args:
        plugin: who answered then.
        version: of which version of the plugin.
        plain: the answer as the decision stores it.
        owners: the kind of owner of each credit, in order.
    """
    credited = [line for line in plain if line[0] == "credit"]
    charged = [line for line in plain if line[0] == "charge"]
    return Said(
        plugin,
        version,
        plain,
        tuple(
            CreditSaid(OwnerKind(owner), AccountKind(kind), unit, Fraction(minutes), path)
            for owner, (_, kind, unit, minutes, path) in zip(owners, credited, strict=True)
        ),
        next((Charge(unit, Fraction(minutes), path) for _, _, unit, minutes, path in charged), None),
    )
