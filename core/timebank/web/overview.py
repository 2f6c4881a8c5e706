"""What the start page shows of a city: its figures, its tree, its latest decisions."""

from __future__ import annotations

from typing import Any

from timebank.domain.words import Words
from timebank.rules import RulesInForce
from timebank.services.amounts import in_units
from timebank.services.desk import Bank, local_day
from timebank.services.explain import explain_transfer
from timebank.services.stats import Branch, Figures, stats
from timebank.services.transfer_words import TRANSFERS
from timebank.storage import transfer_rows

WIDEST = 8
DEEPEST = 3
SMALL = 60  # a tree of no more organisations than this is shown whole
DECISIONS = 5
_BASIS = Words("依据：", "Basis: ")
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
    shown = (SMALL, SMALL) if sum(1 for _ in whole.walk()) <= SMALL else (DEEPEST, WIDEST)
    labels = {
        level: rules.words(f"levels.{level}.label").in_language(language) for level in rules.names("levels")
    }
    return {
        "code": code,
        "brand": rules.words("brand.name").in_language(language),
        "file": rules.file,
        "figures": _figures(whole.total, rules, language),
        "tree": [_node(whole, labels, rules, language, shown)],
        "decisions": _decisions(bank, code, language),
    }


def _figures(total: Figures, rules: RulesInForce, language: str) -> list[tuple[str, str]]:
    counted = [(COUNTED[name].in_language(language), f"{getattr(total, name):,}") for name in COUNTED]
    return counted + [
        (CREDITED.in_language(language), in_units(minutes, unit, rules).in_language(language))
        for unit, minutes in total.minutes.items()
    ]


def _node(
    branch: Branch, labels: dict[str, str], rules: RulesInForce, language: str, left: tuple[int, int]
) -> dict[str, Any]:
    deep, wide = left
    shown = branch.below[:wide] if deep > 1 else ()
    credit = [
        in_units(minutes, unit, rules).in_language(language) for unit, minutes in branch.total.minutes.items()
    ]
    return {
        "name": branch.name,
        "level": labels.get(branch.level, branch.level),
        "credit": " · ".join(credit),
        "below": [_node(child, labels, rules, language, (deep - 1, wide)) for child in shown],
        "more": len(branch.below) - len(shown),
    }


def _decisions(bank: Bank, code: str, language: str) -> list[dict[str, Any]]:
    with bank.reading() as connection:
        rows = transfer_rows.latest(connection, code, DECISIONS)
    found = []
    for row in rows:
        *lines, by = [words.in_language(language) for words in explain_transfer(bank, code, row.id).lines]
        told = {"id": row.id, "day": row.day.isoformat(), "kind": TRANSFERS[row.kind].in_language(language)}
        found.append(told | {"lines": [_split(line, language) for line in lines], "by": by})
    return found


def _split(line: str, language: str) -> tuple[str, str]:
    """Return what a sentence says and, apart from it, what it rests on."""
    mark = _BASIS.in_language(language)
    said, found, basis = line.partition(mark)
    return (said.strip(), found + basis) if said else (line, "")
