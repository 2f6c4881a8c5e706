"""Every move of a rule file, found along the schema, so that a key that is added is moved from that day on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from timebank.rules.basis import BASIS_KEYS
from timebank.rules.faults import Path
from timebank.rules.notching.move import REMOVED, Move, MoveKind
from timebank.rules.notching.same import says_the_same
from timebank.rules.notching.steps import number_steps, others
from timebank.rules.references import declared_in
from timebank.rules.rule_set import RuleSet, thawed
from timebank.rules.schema_file import schema_at, with_slots

# What names, explains or files a rule file away. It decides nothing that a case could notice.
NOT_MOVED = frozenset(
    {
        "format", "city", "title", "timezone", "review_by", "replaces", "corrects", "reason", "sources", "brand",
        "categories",
    }
)  # fmt: skip
# The headings under which a catalogue is shown are names as well.
_HEADINGS = "categories"

Valid = Callable[[Move], bool]


@dataclass
class Listed:
    """The moves of one rule file.

    Attributes:
        moves: those that ``check`` lets through, in the order of the file.
        refused: how many others it would not have let through.
    """

    moves: list[Move] = field(default_factory=list)
    refused: int = 0


def list_moves(rule_set: RuleSet, plugin_schema: Mapping[str, Mapping[str, Any]], valid: Valid) -> Listed:
    """Return the moves of a rule file.

    Args:
        rule_set: the file.
        plugin_schema: the JSON Schemas of the plugins' slots, by plugin.
        valid: says whether the file would still pass every check after a move.
    """
    listed = Listed()
    walk = _Walk(rule_set, plugin_schema)
    for choice in walk.choices():
        changing = [move for move in choice if not says_the_same(walk.tree, move)]
        found = next((move for move in changing if valid(move)), None)
        if not changing:
            continue
        if found is None:
            listed.refused += 1
        else:
            listed.moves.append(found)
    return listed


# Moves of which one is enough: a value with several others has one neighbour, whichever is the first to pass the check.
_Choice = Sequence[Move]


class _Walk:
    """Walks the file and its schema side by side."""

    def __init__(self, rule_set: RuleSet, plugin_schema: Mapping[str, Mapping[str, Any]]) -> None:
        self.rule_set = rule_set
        self.tree: Mapping[str, Any] = thawed(rule_set.tree)
        self.schema: Mapping[str, Any] = with_slots(plugin_schema)

    def choices(self) -> Iterator[_Choice]:
        """Yield every move, as a choice where several would serve."""
        for key, value in self.tree.items():
            if key == "extensions":
                for plugin, slot in value.items():  # its plugin needs the slot: it is not taken out
                    yield from self._block((key, plugin), slot, schema_at((key, plugin), self.schema) or {})
            elif key not in NOT_MOVED:
                yield from self._entry((), key, value, self.schema)

    def _entry(self, above: Path, key: str, value: Any, schema: Mapping[str, Any]) -> Iterator[_Choice]:
        described = schema.get("properties", {}).get(key, schema.get("additionalProperties"))
        if key in BASIS_KEYS or not isinstance(described, Mapping) or _is_words(described):
            return
        path = (*above, key)
        if declared_in(path, self.schema) == _HEADINGS:
            return
        yield from self._value(path, value, described)
        if key not in schema.get("required", ()) and isinstance(value, dict | list):
            yield [self._move(path, MoveKind.GONE, value, REMOVED)]

    def _block(self, path: Path, block: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[_Choice]:
        for key, value in block.items():
            yield from self._entry(path, key, value, schema)

    def _value(self, path: Path, value: Any, schema: Mapping[str, Any]) -> Iterator[_Choice]:
        if isinstance(value, dict):
            yield from self._block(path, value, schema)
        elif isinstance(value, list):
            yield from self._list(path, value, schema)
        elif isinstance(value, bool) and schema.get("type") == "boolean":
            yield [self._move(path, MoveKind.OTHER, value, not value)]
        else:
            for kind, now in number_steps(value, schema):
                yield [self._move(path, kind, value, now)]
            neighbours = others(value, self._options(path, schema))
            if neighbours:
                yield [self._move(path, MoveKind.OTHER, value, now) for now in neighbours]

    def _list(self, path: Path, items: list[Any], schema: Mapping[str, Any]) -> Iterator[_Choice]:
        described = schema.get("items", {})
        for place, item in enumerate(items):
            if isinstance(item, dict):
                yield from self._block((*path, place), item, described)
        for place, item in enumerate(items):
            rest = [*items[:place], *items[place + 1 :]]
            yield [self._move(path, MoveKind.WITHOUT, items, rest, item, (*path, place))]
        options = self._options((*path, 0), described)
        fresh = [option for option in others(items[-1] if items else None, options) if option not in items]
        if fresh:
            yield [self._move(path, MoveKind.WITH, items, [*items, item], item) for item in fresh]

    def _options(self, path: Path, schema: Mapping[str, Any]) -> list[Any]:
        """Return what may stand at a path: what the schema lists, or what the file declares of that kind."""
        if "enum" in schema:
            return list(schema["enum"])
        kind = declared_in(path, self.schema)
        return list(self.tree.get(kind, ())) if kind is not None else []

    def _move(
        self, path: Path, kind: MoveKind, was: Any, now: Any, item: Any = None, at: Path | None = None
    ) -> Move:
        place = self.rule_set.positions.get(at or path)
        return Move(path, kind, was, now, item, place.key_line if place is not None else 1)


def _is_words(schema: Mapping[str, Any]) -> bool:
    """Say whether a schema describes a sentence in both languages: a name, a reason, a note."""
    return set(schema.get("properties", ())) == {"zh", "en"}
