"""What the start page shows of a city: its figures, its tree, its latest decisions."""

from __future__ import annotations

from typing import Any

from timebank.domain.organisation import Organisation, Tree
from timebank.services.desk import Bank, local_day
from timebank.services.explain import explain_transfer, latest
from timebank.services.transfer_words import TRANSFERS
from timebank.storage.organisation_rows import tree_on

WIDEST = 8
DEEPEST = 3


def city_overview(bank: Bank, code: str, language: str) -> dict[str, Any]:
    """Return what the start page shows of one city, in one language."""
    city = bank.city(code)
    day = local_day(city, bank.clock())
    rules = city.rules_on(day)
    with bank.reading() as connection:
        tree = tree_on(connection, code, day)
    labels = {
        level: rules.words(f"levels.{level}.label").in_language(language) for level in rules.names("levels")
    }
    roots = sorted(node.id for node in tree.nodes.values() if node.parent_id is None)
    return {
        "code": code,
        "brand": rules.words("brand.name").in_language(language),
        "file": rules.file,
        "figures": [],
        "tree": [_node(tree, tree.nodes[root], labels, 1) for root in roots],
        "decisions": _decisions(bank, code, language),
    }


def _node(tree: Tree, node: Organisation, labels: dict[str, str], depth: int) -> dict[str, Any]:
    below = tree.children(node.id)
    shown = below[:WIDEST] if depth < DEEPEST else ()
    return {
        "name": node.name,
        "level": labels.get(node.level, node.level),
        "below": [_node(tree, child, labels, depth + 1) for child in shown],
        "more": len(below) - len(shown),
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
