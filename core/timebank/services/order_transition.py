"""What becomes of open orders when a new rule file drops their service or ends what is under way."""

from __future__ import annotations

from collections.abc import Iterator

from timebank.domain.words import Words
from timebank.rules import RuleSet, RulesInForce
from timebank.services.desk import Bank, local_day
from timebank.storage import order_rows

CANCEL = "cancel"


def ended_orders(bank: Bank, city_code: str) -> list[tuple[str, str, str]]:
    """Return (order id, digest of the file, reason) of orders that a file's ``transition`` ends.

    A dropped service ends as soon as the file is known, for planned days from its first day on. ``open_orders:
    cancel`` counts from the file's first day on, for what was placed before it.
    """
    city = bank.city(city_code)
    today = local_day(city, bank.clock())
    found: dict[str, tuple[str, str, str]] = {}
    for rule_set in _with_transition([city.book.on(day) for day in _first_days(city.book.versions)]):
        rules = rule_set.reading(rule_set.effective_from)
        with bank.reading() as connection:
            rows = order_rows.not_started_from(connection, city_code, rules.effective_from)
        everything = rules.text("transition.open_orders") == CANCEL and rules.effective_from <= today
        for row in rows:
            path = _ending(rules, row.service)
            if path is None and everything and row.placed_on < rules.effective_from:
                path = "transition.open_orders"
            if path is not None:
                found.setdefault(row.id, (row.id, rules.digest, _reason(rules, path)))
    return list(found.values())


def _first_days(versions: tuple[RuleSet, ...]) -> list:  # type: ignore[type-arg]
    return sorted({version.effective_from for version in versions})


def _with_transition(rule_sets: list[RuleSet]) -> Iterator[RuleSet]:
    return (rule_set for rule_set in rule_sets if "transition" in rule_set.tree)


def _ending(rules: RulesInForce, service: str) -> str | None:
    path = f"transition.dropped_services.{service}"
    return path if rules.has(path) and rules.text(f"{path}.then") == CANCEL else None


def _reason(rules: RulesInForce, path: str) -> str:
    cited = rules.cite(path)
    words = Words(
        f"{rules.effective_from} 起施行的规则不再让这个订单继续：{cited.zh}。",
        f"The rules in force from {rules.effective_from} end this order: {cited.en}.",
    )
    return f"{words.zh} {words.en}"
