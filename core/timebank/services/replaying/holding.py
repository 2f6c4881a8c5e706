"""What a draft would have held for one place of an order: from the stored holds where it changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row

from timebank.domain.account import AccountKey, AccountKind, Hold, HoldState, OwnerKind
from timebank.domain.member import MemberFacts
from timebank.domain.order import Origin
from timebank.rules import RuleSet, RulesInForce
from timebank.services.order_funding import free_class, held_for, paying_kinds
from timebank.services.replaying.compared_rules import Changed
from timebank.services.replaying.stored import Stored
from timebank.services.rounding import spread


@dataclass(frozen=True, slots=True)
class Held:
    """What would be held.

    Attributes:
        holds: in the order in which they pay.
        more: whether it is more than was held, so that nobody knows whether the balance would have sufficed.
    """

    holds: tuple[Hold, ...]
    more: bool = False


def held_under(
    rules: RulesInForce,
    then: RuleSet,
    changed: Changed,
    stored: Stored,
    row: Row[Any],
    recipient: Callable[[], MemberFacts],
) -> Held:
    """Return what the draft would have held for a settled visit.

    Args:
        rules: the draft, for the day of placing.
        then: the file that decided the charge.
        changed: what the draft changes.
        stored: the settlement.
        row: its order.
        recipient: facts about the elder on that day.

    Raises:
        NotKept: whether the elder pays depends on what is not kept.
    """
    origin = Origin(row.origin)
    paths = changed.once(("held", then.digest, origin), lambda: _paths(then, rules.rule_set, origin))
    if not changed.among(then, paths):
        return Held(stored.holds)
    path = f"charge.{origin.value}"
    if rules.text(f"{path}.payer") != "recipient" or row.recipient_id is None:
        return Held(())
    if rules.has(f"{path}.free_for") and free_class(rules, origin, recipient()) is not None:
        return Held(())
    due, before = held_for(rules, row.planned_minutes), stored.holds
    held = sum(hold.minutes for hold in before)
    if due <= held:
        return Held(tuple(replace(hold, minutes=minutes) for hold, minutes in spread(due, before) if minutes))
    first, *rest = before or (_nothing(rules, path, row),)
    return Held((replace(first, minutes=first.minutes + due - held), *rest), more=True)


def _nothing(rules: RulesInForce, path: str, row: Row[Any]) -> Hold:
    """Return a hold of nothing on the account that the draft uses first."""
    first = AccountKind(paying_kinds(rules, path)[0])
    key = AccountKey(OwnerKind.MEMBER, row.recipient_id, first, rules.text("charge.unit"))
    return Hold("", key, "", row.id, 1, 0, HoldState.OPEN)


def _paths(then: RuleSet, draft: RuleSet, origin: Origin) -> tuple[str, ...]:
    """Return what decides how much is held, the classes that pay nothing with their traits among it."""
    path = f"charge.{origin.value}"
    found = [*(f"charge.{name}" for name in ("unit", "rate", "quantum", "rounding")), path]
    for rules in (then, draft):
        for name in rules.by_path.get(f"{path}.free_for", ()):
            block = rules.by_path.get(f"recipient_classes.{name}.when")
            found.append(f"recipient_classes.{name}.when")
            ways = block["any"] if block is not None else ()
            found += [f"traits.{trait}" for way in ways for trait in way["all"]]
    return tuple(dict.fromkeys(found))
