"""Which rules bear on a story that went otherwise than written: the nearest first, each at its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from timebank.rules import NoRulesYet, RuleSet
from timebank.rules.basis import BASIS_KEYS
from timebank.rules.suggestions import written
from timebank.stories import looking
from timebank.stories.story import RuleRead

if TYPE_CHECKING:
    from timebank.stories.stage import Stage

_NAMES = frozenset({*BASIS_KEYS, "label", "title", "note"})


def rules_named(stage: Stage, paths: Iterable[str]) -> list[RuleRead]:
    """Return every value at and below these paths in the rules of the story's day, with the traits they name."""
    rule_set = stage.rules.rule_set
    found: dict[RuleRead, None] = {}
    for path in paths:
        for leaf, value in _leaves(rule_set, path):
            found[_read(rule_set, leaf, value)] = None
            traits = (
                [item for item in value if f"traits.{item}" in rule_set.by_path] if _is_list(value) else ()
            )
            for trait in traits:
                for inner, says in _leaves(rule_set, f"traits.{trait}"):
                    found[_read(rule_set, inner, says)] = None
    return list(found)


def rules_decided(stage: Stage, member_id: str | None = None) -> list[RuleRead]:
    """Return every value that the stored decisions read, those first that moved this owner's minutes."""
    with stage.bank.reading() as connection:
        stored = looking.decisions(connection, stage.story.city, member_id)
    found: dict[RuleRead, None] = {}
    for decision in stored:
        try:
            rule_set = stage.city.book.by_digest(decision["rules"])
        except NoRulesYet:
            continue
        for path in decision["paths"]:
            value = rule_set.by_path.get(path)
            if value is not None and not isinstance(value, Mapping) and path.rpartition(".")[2] not in _NAMES:
                found[_read(rule_set, path, value)] = None
    return list(found)


def _leaves(rule_set: RuleSet, path: str) -> Iterator[tuple[str, Any]]:
    value = rule_set.by_path.get(path)
    if isinstance(value, Mapping):
        for key in value:
            if key not in _NAMES:
                yield from _leaves(rule_set, f"{path}.{key}")
    elif isinstance(value, tuple) and value and isinstance(value[0], Mapping):
        for place in range(len(value)):
            yield from _leaves(rule_set, f"{path}.{place}")
    elif value is not None:
        yield path, value


def _is_list(value: Any) -> bool:
    return isinstance(value, tuple)


def _read(rule_set: RuleSet, path: str, value: Any) -> RuleRead:
    steps = tuple(int(step) if step.isdecimal() else step for step in path.split("."))
    place = rule_set.positions.get(steps)
    return RuleRead(rule_set.file, place.line if place is not None else 1, path, written(value))
