"""What one rule file says about taking over history, read once for the many rows that it decides."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from timebank.domain.order import Shape
from timebank.rules import RuleBook, RuleSet, RulesInForce
from timebank.services.visit_clock import EARLY, GRACE


@dataclass(frozen=True, slots=True)
class ServiceRule:
    """A service of the catalogue; durations in minutes, None for no bound."""

    shapes: tuple[str, ...]
    least: int | None
    most: int | None
    only_in: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The rules of one file that rows of history must keep.

    Attributes:
        only_in: organisations to which all orders are confined, or None.
        early, grace: minutes by which a clock may begin before the plan, and end after it.
        measured: whether measured time counts, else the planned.
        quanta: by unit, the minutes and the rate of which planned time must give whole multiples.
        confirmed_by, proofs: who may confirm, and with what; no proofs means any.
        settles_imports: whether the file says who pays for imported service.
    """

    digest: str
    effective_from: date
    services: dict[str, ServiceRule]
    only_in: frozenset[str] | None
    early: int
    grace: int
    measured: bool
    quanta: dict[str, tuple[int, str]]
    confirmed_by: tuple[str, ...]
    proofs: tuple[str, ...]
    settles_imports: bool


@dataclass
class Rules:
    """The rule book of a city, each file read once."""

    book: RuleBook
    _catalogues: dict[str, Catalogue] = field(default_factory=dict)

    @property
    def first_day(self) -> date:
        """Return the first day for which the city has rules."""
        return self.book.versions[0].effective_from

    def at(self, day: date) -> RuleSet:
        """Return the rules of a day, or the first there are for an earlier one."""
        return self.book.on(max(day, self.first_day))

    def catalogue(self, day: date) -> Catalogue:
        """Return what the file of a day says."""
        rule_set = self.book.on(day)
        if rule_set.digest not in self._catalogues:
            self._catalogues[rule_set.digest] = read_catalogue(rule_set.reading(day))
        return self._catalogues[rule_set.digest]


def read_catalogue(rules: RulesInForce) -> Catalogue:
    """Return what a rule file says about taking over history."""
    return Catalogue(
        digest=rules.digest,
        effective_from=rules.effective_from,
        services={service: _service(rules, f"services.{service}") for service in rules.names("services")},
        only_in=_only_in(rules, "orders"),
        early=rules.minutes(EARLY if rules.has(EARLY) else GRACE),
        grace=rules.minutes(GRACE),
        measured=rules.text("credit.basis") == "measured",
        quanta={unit: _quantum(rules, f"credit.units.{unit}") for unit in rules.names("credit.units")},
        confirmed_by=rules.names("orders.confirmation.by"),
        proofs=_names(rules, "orders.confirmation.proof"),
        settles_imports=rules.has("charge.import"),
    )


def _service(rules: RulesInForce, path: str) -> ServiceRule:
    return ServiceRule(
        shapes=_names(rules, f"{path}.shapes") or (Shape.ONE_TO_ONE.value,),
        least=rules.minutes(f"{path}.least") if rules.has(f"{path}.least") else None,
        most=rules.minutes(f"{path}.most") if rules.has(f"{path}.most") else None,
        only_in=_only_in(rules, path),
    )


def _quantum(rules: RulesInForce, path: str) -> tuple[int, str]:
    return rules.minutes(f"{path}.quantum"), str(rules.decimal(f"{path}.rate"))


def _only_in(rules: RulesInForce, path: str) -> frozenset[str] | None:
    return frozenset(rules.names(f"{path}.only_in")) if rules.has(f"{path}.only_in") else None


def _names(rules: RulesInForce, path: str) -> tuple[str, ...]:
    return rules.names(path) if rules.has(path) else ()
