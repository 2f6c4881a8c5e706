"""What differs between two rule files, rule by rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from timebank.domain.words import Words
from timebank.rules.basis import BASIS_KEYS, Basis, nearest_basis
from timebank.rules.comparing.kinds import WORDLY, Kind, Way, kind_of
from timebank.rules.faults import Path, dotted
from timebank.rules.in_words import InWords, is_words
from timebank.rules.rule_set import RuleSet

MISSING: Any = object()
_ORDER = Words("次序", "their order")


@dataclass(frozen=True, slots=True)
class Side:
    """What a rule is in one of the two files.

    Attributes:
        plain: the value as the file has it; None where it has none.
        words: the value as people say it; None where there is none.
        basis: what the rule rests on there, or None.
        file: the file's name.
        line: where the value stands, from 1; of the nearest block around it where there is none.
    """

    plain: Any
    words: Words | None
    basis: Basis | None
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Difference:
    """One rule that is not what it was.

    Attributes:
        kind: in which way.
        path: dotted path, such as ``caps.store.limit``.
        section: the part of the rule file it belongs to, by its key.
        name: the rule in the words of its readers.
        before: what it was.
        after: what it is.
    """

    kind: Kind
    path: str
    section: str
    name: Words
    before: Side
    after: Side


def differences(before: RuleSet, after: RuleSet, schema: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Return what differs, section by section in the order of the schema, then as written.

    Args:
        before: rules that passed their check.
        after: others that did.
        schema: of rule files, with the plugins' own slots in it.
    """
    order = {section: place for place, section in enumerate(schema["properties"])}
    found = _Comparing(before, after, schema).block((), before.tree, after.tree, schema, None)
    return tuple(sorted(found, key=lambda one: (order.get(one.section, len(order)), one.kind in WORDLY)))


class _Comparing:
    """Walks two trees and one schema side by side."""

    def __init__(self, before: RuleSet, after: RuleSet, schema: Mapping[str, Any]) -> None:
        self.files = (before, after)
        self.trees = (before.tree, after.tree)
        self.words = (InWords(before.tree, schema), InWords(after.tree, schema))

    def block(
        self,
        path: Path,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
        schema: Mapping[str, Any],
        around: Way | None,
    ) -> Iterator[Difference]:
        """Yield what differs in a block; ``around`` is what a block around it says of all it holds."""
        around = schema.get("x-looser", around)
        if schema.get("x-ordered"):
            yield from self._order(path, before, after)
        if _stated(before) != _stated(after):
            yield self._basis(path, before, after)
        switched_on = not (_is_off(before, schema) or _is_off(after, schema))
        for key in dict.fromkeys(key for key in (*before, *after) if key not in BASIS_KEYS):
            inner = _schema_of(key, schema)
            if not switched_on:
                inner = {name: said for name, said in inner.items() if name not in ("default", "x-without")}
            absent = inner.get("default", MISSING)
            pair = (before.get(key, absent), after.get(key, absent))
            yield from self._pair((*path, key), pair, inner, around)

    def _pair(
        self, path: Path, pair: tuple[Any, Any], schema: Mapping[str, Any], around: Way | None
    ) -> Iterator[Difference]:
        before, after = (_by_id(value, schema) for value in pair)
        if before is MISSING or after is MISSING:
            yield self._found(self._appeared(path, pair, schema, around), path, pair)
        elif isinstance(before, Mapping) and isinstance(after, Mapping) and not is_words(before):
            yield from self.block(path, before, after, schema, around)
        else:
            kind = kind_of(schema.get("x-looser", around or "neither"), before, after, self.trees)
            if kind is not None:
                yield self._found(kind, path, pair)

    def _appeared(
        self, path: Path, pair: tuple[Any, Any], schema: Mapping[str, Any], around: Way | None
    ) -> Kind:
        """Return what it is that one of the two files does not have this at all."""
        way = schema.get("x-looser", around)
        if way in ("wording", "basis"):
            return Kind(str(way))
        kind = Kind.NEW if pair[0] is MISSING else Kind.GONE
        if "x-without" in schema:
            gone = Kind(schema["x-without"])
            kind = gone if kind is Kind.GONE else gone.mirrored
        return kind

    def _order(self, path: Path, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
        """Yield a change of the order in which the entries of both files stand, where order has a meaning."""
        was, now = [key for key in before if key in after], [key for key in after if key in before]
        if was != now:
            said = [words.in_order(path, keys) for words, keys in zip(self.words, (was, now), strict=True)]
            sides = (self._side(0, path, tuple(was), said[0]), self._side(1, path, tuple(now), said[1]))
            name = self.words[1].name(path)
            name = Words(f"{name.zh} › {_ORDER.zh}", f"{name.en} › {_ORDER.en}")
            yield Difference(Kind.CHANGED, dotted(path), str(path[0]), name, *sides)

    def _basis(self, path: Path, before: Mapping[str, Any], after: Mapping[str, Any]) -> Difference:
        """Return the change of what a block that stands in both files rests on."""
        sides = []
        for place, block in enumerate((before, after)):
            found = nearest_basis(self.files[place].tree, path) if _stated(block) else None
            sides.append(
                self._side(place, path, found.text if found else None, found.words if found else None)
            )
        return Difference(Kind.BASIS, dotted(path), str(path[0]), self.words[1].name(path), *sides)

    def _found(self, kind: Kind, path: Path, pair: tuple[Any, Any]) -> Difference:
        sides = [
            self._side(place, path, None, None)
            if value is MISSING
            else self._side(place, path, value, self.words[place].value(path, value))
            for place, value in enumerate(pair)
        ]
        name = self.words[0 if pair[1] is MISSING else 1].name(path)
        return Difference(kind, dotted(path), str(path[0]), name, *sides)

    def _side(self, place: int, path: Path, plain: Any, words: Words | None) -> Side:
        rules = self.files[place]
        return Side(plain, words, nearest_basis(rules.tree, path), rules.file, rules.line(path))


def _stated(block: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple((key, block[key]) for key in BASIS_KEYS if key in block)


def _schema_of(key: str, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    found = schema.get("properties", {}).get(key, schema.get("additionalProperties"))
    return found if isinstance(found, Mapping) else {}


def _is_off(block: Mapping[str, Any], schema: Mapping[str, Any]) -> bool:
    """Say whether a block is switched off as a whole: what it leaves out then is no looser or tighter for it."""
    return any(
        inner.get("x-switch") and block.get(key) is False
        for key, inner in schema.get("properties", {}).items()
    )


def _by_id(value: Any, schema: Mapping[str, Any]) -> Any:
    """Return a missing block whose entries stand by their ids as an empty one, so that entries are told singly."""
    entries = isinstance(schema.get("additionalProperties"), Mapping) and "x-without" not in schema
    return {} if value is MISSING and entries else value
