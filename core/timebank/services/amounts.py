"""Minutes as people read them: in the units a city counts in."""

from __future__ import annotations

from decimal import Decimal

from timebank.domain.words import Words
from timebank.rules import RulesInForce


def in_units(minutes: int, unit: str, rules: RulesInForce) -> Words:
    """Return minutes in a unit of the rule file, exact: 60 as “1 时间币”, 90 as “1.5 时间币”."""
    label, plural = rules.words(f"units.{unit}.label"), f"units.{unit}.plural"
    amount = units_of(minutes, unit, rules)
    english = label.en if amount == "1" or not rules.has(plural) else rules.text(plural)
    return Words(f"{amount} {label.zh}", f"{amount} {english}")


def units_of(minutes: int, unit: str, rules: RulesInForce) -> str:
    """Return how many units minutes are, exact, without trailing zeros; a fraction where no decimal is exact."""
    one = rules.minutes(f"units.{unit}.one")
    if minutes * 10_000 % one:
        return f"{minutes}/{one}"
    exact = Decimal(minutes) / Decimal(one)
    return f"{exact.normalize():f}"
