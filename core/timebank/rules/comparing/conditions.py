"""Conditions compared as logic: whether whoever meets one also meets the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from timebank.rules.amounts import minutes_of

_NO_AGE = (0, 150)


class Condition:
    """Any of several alternatives, each a list of traits that all hold."""

    def __init__(self, alternatives: Any, trees: tuple[Mapping[str, Any], Mapping[str, Any]]) -> None:
        """Take a condition.

        Args:
            alternatives: the list that stands under ``any``.
            trees: the two rule files that are compared; a trait is the one that both of them say it is, or either.
        """
        self.alternatives = [frozenset(alternative["all"]) for alternative in alternatives]
        self.trees = trees

    def implies(self, other: Condition) -> bool:
        """Say whether whoever meets this condition is bound to meet the other."""
        return all(
            any(self._covers(mine, theirs) for theirs in other.alternatives) for mine in self.alternatives
        )

    def _covers(self, mine: frozenset[str], theirs: frozenset[str]) -> bool:
        return all(any(self._includes(trait, wanted) for trait in mine) for wanted in theirs)

    def _includes(self, trait: str, wanted: str) -> bool:
        """Say whether who has a trait is bound to have another: 80 or over is 60 or over, in both files."""
        if trait == wanted:
            return True
        found = [(_trait(tree, trait), _trait(tree, wanted)) for tree in self.trees]
        either = [
            (mine or found[1 - place][0], theirs or found[1 - place][1])
            for place, (mine, theirs) in enumerate(found)
        ]
        return all(mine and theirs and _narrower(mine, theirs) for mine, theirs in either)


def _trait(tree: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    found: Mapping[str, Any] | None = tree.get("traits", {}).get(name)
    return found


def _narrower(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> bool:
    if "age" in mine and "age" in theirs:
        (least, most), (from_age, to_age) = _ages(mine["age"]), _ages(theirs["age"])
        return from_age <= least and most <= to_age
    if "served" in mine and "served" in theirs:
        return minutes_of(mine["served"]["at_least"]) >= minutes_of(theirs["served"]["at_least"])
    return False


def _ages(age: Mapping[str, int]) -> tuple[int, int]:
    return age.get("from", _NO_AGE[0]), age.get("to", _NO_AGE[1])
