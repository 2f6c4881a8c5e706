"""What the start page shows of a city: its figures, its tree, its latest decisions."""

from __future__ import annotations

from typing import Any

from timebank.domain.words import Words
from timebank.rules import RulesInForce
from timebank.services.amounts import in_units
from timebank.services.desk import Bank, local_day
from timebank.services.explain import explain_transfer, latest
from timebank.services.stats import Branch, Figures, stats
from timebank.services.transfer_words import TRANSFERS

WIDEST = 8
DEEPEST = 3
COUNTED = {
    "volunteers": Words("志愿者", "volunteers"),
    "recipients": Words("服务对象", "recipients"),
    "stations": Words("服务点", "stations"),
    "orders": Words("已结算订单", "settled orders"),
    "visits": Words("服务记录", "visits"),
    "person_times": Words("受益人次", "person-times"),
}
CREDITED = Words("服务所得", "credited for service")


def city_overview(bank: Bank, code: str, language: str) -> dict[str, Any]:
    """Return what the start page shows of one city, in one language."""
    city = bank.city(code)
    rules = city.rules_on(local_day(city, bank.clock()))
    whole = stats(bank, code)
    labels = {
        level: rules.words(f"levels.{level}.label").in_language(language) for level in rules.names("levels")
    }
    return {
        "code": code,
        "brand": rules.words("brand.name").in_language(language),
        "file": rules.file,
        "figures": _figures(whole.total, rules, language),
        "tree": [_node(whole, labels, rules, language, 1)],
        "decisions": _decisions(bank, code, language),
    }


def _figures(total: Figures, rules: RulesInForce, language: str) -> list[tuple[str, str]]:
    counted = [(COUNTED[name].in_language(language), f"{getattr(total, name):,}") for name in COUNTED]
    return counted + [
        (CREDITED.in_language(language), in_units(minutes, unit, rules).in_language(language))
        for unit, minutes in total.minutes.items()
    ]


def _node(
    branch: Branch, labels: dict[str, str], rules: RulesInForce, language: str, depth: int
) -> dict[str, Any]:
    shown = branch.below[:WIDEST] if depth < DEEPEST else ()
    credit = [
        in_units(minutes, unit, rules).in_language(language) for unit, minutes in branch.total.minutes.items()
    ]
    return {
        "name": branch.name,
        "level": labels.get(branch.level, branch.level),
        "credit": " · ".join(credit),
        "below": [_node(child, labels, rules, language, depth + 1) for child in shown],
        "more": len(branch.below) - len(shown),
    }


def _decisions(bank: Bank, code: str, language: str) -> list[dict[str, Any]]:
    found = []
    for transfer_id in latest(bank, bank.city(code), 5):
        said = explain_transfer(bank, code, transfer_id)
        found.append(
            {
                "kind": TRANSFERS[said.kind].in_language(language),
                "lines": [words.in_language(language) for words in said.lines],
            }
        )
    return found
