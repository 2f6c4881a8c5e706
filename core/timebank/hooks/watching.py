"""Facts that note which of them a hook looked at: what nobody looked at cannot have decided anything."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any, ClassVar

from timebank.domain.account import AccountKey, AccountKind, OwnerKind
from timebank.domain.order import Order
from timebank.domain.settlement import VisitToSettle
from timebank.domain.visit import Visit
from timebank.rules import RulesInForce
from timebank.rules.rule_set import RuleSet

Looked = set[str]


class _Noting:
    """Notes the name of every fact that is read, after the name of what it belongs to.

    A copy that a plugin makes notes nothing: to make it, every fact was read.
    """

    __slots__ = ()
    noted: ClassVar[frozenset[str]]
    before: ClassVar[str]

    def __getattribute__(self, name: str) -> Any:
        kind = type(self)
        if name in kind.noted:
            _looked(self).add(kind.before + name)
        return object.__getattribute__(self, name)


def _looked(watched: object) -> Looked:
    try:
        looked: Looked = object.__getattribute__(watched, "looked")
    except AttributeError:
        return set()
    return looked


def _names(kind: Any, *without: str) -> frozenset[str]:
    return frozenset(field.name for field in fields(kind)) - set(without)


class _WatchedVisit(_Noting, Visit):
    __slots__ = ("looked",)
    noted = _names(Visit)
    before = "visit."


class _WatchedOrder(_Noting, Order):
    __slots__ = ("looked",)
    noted = _names(Order)
    before = "order."


class _WatchedFacts(_Noting, VisitToSettle):
    """A visit to settle; whose account a credit goes to is no look at the person, only that there is a team is one."""

    __slots__ = ("looked", "real")
    noted = _names(VisitToSettle, "visit", "order")
    before = ""

    def volunteer_account(self, kind: AccountKind | str, unit: str) -> AccountKey:
        return _real(self).volunteer_account(kind, unit)

    def team_account(self, kind: AccountKind | str, unit: str) -> AccountKey:
        _looked(self).add("team")
        return _real(self).team_account(kind, unit)

    @property
    def served(self) -> frozenset[tuple[OwnerKind, str | None]]:
        return _real(self).served


def _real(watched: VisitToSettle) -> VisitToSettle:
    """Return what is watched; of a copy, the same facts without watching."""
    try:
        real: VisitToSettle = object.__getattribute__(watched, "real")
    except AttributeError:
        return VisitToSettle(watched.visit, watched.order, watched.day)
    return real


class _WatchedRules(_Noting, RulesInForce):
    """Rules for one decision. Their values are the file's; only the day can differ from one decision to the next."""

    noted = frozenset({"day"})
    before = "rules."

    def __init__(self, rule_set: RuleSet, day: date, looked: Looked) -> None:
        self.looked = looked
        super().__init__(rule_set, day)


class _WatchedChargeRules(_WatchedRules):
    before = "charge_rules."


def watched_visit(visit: VisitToSettle, looked: Looked) -> VisitToSettle:
    """Return a visit to settle that adds to a set what of it is read, as ``order.service`` or ``holds``.

    The identifiers of holds, and whose accounts credits go to, are not noted: they decide nothing.
    """
    copied: VisitToSettle = _copy(_WatchedFacts, visit, looked)
    object.__setattr__(copied, "real", visit)
    object.__setattr__(copied, "visit", _copy(_WatchedVisit, visit.visit, looked))
    object.__setattr__(copied, "order", _copy(_WatchedOrder, visit.order, looked))
    return copied


def watched_rules(
    rules: RuleSet, day: date, charge_rules: RuleSet, charge_day: date, looked: Looked
) -> tuple[RulesInForce, RulesInForce]:
    """Return readings of the rules of a credit and of a charge that note where their day is read."""
    return _WatchedRules(rules, day, looked), _WatchedChargeRules(charge_rules, charge_day, looked)


def _copy(kind: Any, value: Any, looked: Looked) -> Any:
    copied = object.__new__(kind)
    for field in fields(value):
        object.__setattr__(copied, field.name, getattr(value, field.name))
    object.__setattr__(copied, "looked", looked)
    return copied
