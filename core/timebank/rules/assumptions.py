"""What a rule file assumes because no document says it, and which of it is new since the version before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from timebank.domain.words import Words
from timebank.rules.basis import BASIS_KEYS, in_both_languages
from timebank.rules.faults import Path, dotted
from timebank.rules.rule_set import RuleSet


@dataclass(frozen=True, slots=True)
class Assumption:
    """One block that rests on no document.

    Attributes:
        path: dotted path of the block.
        reason: why.
        line: where the reason stands, from 1.
        column: likewise.
        covers: the block, without the blocks in it that state a basis of their own.
    """

    path: str
    reason: Words
    line: int
    column: int
    covers: Any


def assumptions(rule_set: RuleSet) -> list[Assumption]:
    """Return every assumption of a rule file, in the order of the file."""
    return sorted(_found(rule_set, (), rule_set.tree), key=lambda found: (found.line, found.column))


def new_assumptions(rule_set: RuleSet, before: RuleSet | None) -> list[Assumption]:
    """Return the assumptions that a version before does not hold: of another block, reason or value.

    Args:
        rule_set: the later rules.
        before: the rules they follow or correct; None where they are the first.
    """
    held = {} if before is None else {old.path: old.covers for old in assumptions(before)}
    return [new for new in assumptions(rule_set) if held.get(new.path) != new.covers]


def _found(rule_set: RuleSet, path: Path, node: Any) -> Iterator[Assumption]:
    if isinstance(node, Mapping):
        reason = node.get("assumed")
        if isinstance(reason, str):
            line, column = rule_set.positions[*path, "assumed"].value
            yield Assumption(dotted(path), in_both_languages(reason), line, column, _covered(node))
    if isinstance(node, Mapping | tuple):
        for step, inner in node.items() if isinstance(node, Mapping) else enumerate(node):
            yield from _found(rule_set, (*path, step), inner)


def _covered(node: Any) -> Any:
    """Return a block as plain values, leaving out what has a basis of its own."""
    if isinstance(node, Mapping):
        return {key: _covered(inner) for key, inner in node.items() if not _has_own_basis(inner)}
    if isinstance(node, tuple):
        return [_covered(inner) for inner in node if not _has_own_basis(inner)]
    return node


def _has_own_basis(node: Any) -> bool:
    return isinstance(node, Mapping) and any(key in node for key in BASIS_KEYS)
