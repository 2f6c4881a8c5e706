"""The rule file as it would be after a move, and whether it would pass every check."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from timebank.rules.check import faults_of_data
from timebank.rules.faults import Path
from timebank.rules.loader import Check
from timebank.rules.notching.move import Move, edited
from timebank.rules.rule_set import RuleSet, frozen, thawed
from timebank.rules.versions import faults_between_versions

_START: Path = ("effective", "from")


def is_start(move: Move) -> bool:
    """Say whether a move is of the day from which the rules hold: it decides which file is asked at all."""
    return move.path == _START


def moved(rule_set: RuleSet, move: Move) -> RuleSet:
    """Return a rule set after a move. It keeps its digest: it stands in for the file, and is never written down."""
    tree = edited(thawed(rule_set.tree), move.path, move.now)
    start = date.fromisoformat(tree["effective"]["from"])
    file = rule_set.file if not is_start(move) else f"{start}.yaml"
    return replace(rule_set, tree=frozen(tree), effective_from=start, file=file)


def validity(
    rule_set: RuleSet,
    others: Sequence[RuleSet],
    plugin_schema: Mapping[str, Mapping[str, Any]],
    check: Check | None = None,
) -> Callable[[Move], bool]:
    """Return what says whether a file would still pass every check after a move.

    Args:
        rule_set: the file.
        others: the city's other rule files.
        plugin_schema: the JSON Schemas of the plugins' slots, by plugin.
        check: a plugin's own check.
    """

    def valid(move: Move) -> bool:
        after = moved(rule_set, move)
        data = thawed(after.tree)
        if faults_of_data(data, after.positions, after.file, plugin_schema, after.city):
            return False
        # Where a version begins on another day, the one that follows names it by that day.
        if not is_start(move) and faults_between_versions([*others, after]):
            return False
        return check is None or not list(check(after.reading()))

    return valid
