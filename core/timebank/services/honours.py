"""Which honour somebody has reached by the hours they served."""

from __future__ import annotations

from timebank.rules import RulesInForce


def honour_reached(rules: RulesInForce, served_minutes: int) -> str | None:
    """Return the highest honour reached, by its name in the rule file; None for none, or where the city has none.

    Args:
        rules: the rules in force today.
        served_minutes: all that was served and settled so far.
    """
    if not rules.has("honours"):
        return None
    reached = [
        name for name in rules.names("honours") if rules.minutes(f"honours.{name}.from") <= served_minutes
    ]
    return reached[-1] if reached else None
