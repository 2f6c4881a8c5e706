"""Moves that change the letters of a condition and nobody who meets it: whoever is over 70 is over 60 as well."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from timebank.rules.comparing.conditions import Condition
from timebank.rules.notching.move import Move, edited

_ALTERNATIVES = "any"


def says_the_same(tree: Mapping[str, Any], move: Move) -> bool:
    """Say whether a condition means after a move what it meant before, so that no case could notice it.

    Args:
        tree: the rule file as plain data.
        move: one of its moves.
    """
    if _ALTERNATIVES not in move.path:
        return False
    above = move.path[: move.path.index(_ALTERNATIVES) + 1]
    before, after = (_at(whole, above) for whole in (tree, edited(tree, move.path, move.now)))
    if not before or not after:
        return False
    was, now = (Condition(alternatives, (tree, tree)) for alternatives in (before, after))
    return was.implies(now) and now.implies(was)


def _at(node: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        node = node[step]
    return node
