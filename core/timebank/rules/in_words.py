"""What stands in a rule file, in the words of its readers: names for paths, values as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from timebank.domain.words import Words, listed
from timebank.rules.amounts import DURATION
from timebank.rules.basis import BASIS_KEYS
from timebank.rules.faults import Path
from timebank.rules.references import declared_in
from timebank.rules.schema_file import schema_at

_UNITS = {"min": ("分钟", "minute"), "h": ("小时", "hour"), "d": ("天", "day")}
# What a key means, up to its first mark: the rest explains.
_REST = re.compile(r"[，：；,:;].*", re.DOTALL)
_UNSAID = frozenset({"label", *BASIS_KEYS})


class InWords:
    """One rule file, said to people."""

    def __init__(self, tree: Mapping[str, Any], schema: Mapping[str, Any]) -> None:
        """Take a whole rule file.

        Args:
            tree: its content.
            schema: of rule files, with the plugins' own slots in it.
        """
        self.tree = tree
        self.schema = schema

    def name(self, path: Path) -> Words:
        """Return what stands at a path as a heading: 服务项目 › 陪聊 › 一次最长多久."""
        above = [path[: depth + 1] for depth in range(len(path))]
        steps = [self._step(at) for at in above if not self._is_condition(at)]
        return Words(" › ".join(step.zh for step in steps), " › ".join(step.en for step in steps))

    def value(self, path: Path, value: Any) -> Words:
        """Return a value as it would be said of a path: 90 min as 90 分钟, an id by its label."""
        schema = schema_at(path, self.schema) or {}
        if is_words(value):
            return Words(value["zh"], value["en"])
        if isinstance(value, Mapping):
            return self._block(path, value)
        if self._is_condition(path):
            return self._alternatives(value)
        if isinstance(value, (list, tuple)):
            return listed([self.value((*path, place), item) for place, item in enumerate(value)])
        return self._single(path, value, schema)

    def in_order(self, path: Path, keys: Sequence[str]) -> Words:
        """Return the entries of a block in the order of their keys: 申请 → 培训."""
        steps = [self._step((*path, key)) for key in keys]
        return Words(" → ".join(step.zh for step in steps), " → ".join(step.en for step in steps))

    def _is_condition(self, path: Path) -> bool:
        return (schema_at(path, self.schema) or {}).get("x-looser") == "alternatives"

    def _step(self, path: Path) -> Words:
        step = path[-1]
        if isinstance(step, int):
            return Words(f"第 {step + 1} 项", f"item {step + 1}")
        above = schema_at(path[:-1], self.schema) or {}
        found = above.get("properties", {}).get(step)
        if found is None:
            return self._labelled(path) or Words(step, step)
        if "x-zh" not in found:
            return Words(step, step)
        return Words(_REST.sub("", found["x-zh"]), _REST.sub("", found["x-en"]))

    def _labelled(self, path: Path) -> Words | None:
        """Return the label of an entry, or that of what an entry without one is named after."""
        declared = declared_in(path, self.schema)
        for where in (path, (declared or "", path[-1])):
            block = _found(self.tree, where)
            for key in ("label", "title"):
                if isinstance(block, Mapping) and is_words(block.get(key)):
                    return Words(block[key]["zh"], block[key]["en"])
        return None

    def _single(self, path: Path, value: Any, schema: Mapping[str, Any]) -> Words:
        if isinstance(value, bool):
            return Words("是", "yes") if value else Words("否", "no")
        if isinstance(value, (int, Decimal)):
            counted = schema.get("type") == "integer" and "x-unit-zh" in schema
            unit = Words(f" {schema['x-unit-zh']}", f" {schema['x-unit-en']}") if counted else Words("", "")
            return Words(f"{value}{unit.zh}", f"{value}{unit.en}")
        text = str(value)
        if text in schema.get("x-values", {}):
            return Words(*schema["x-values"][text])
        if found := DURATION.fullmatch(text):
            return _duration(found[1], found[2])
        block = declared_in(path, self.schema)
        return (self._labelled((block, text)) if block else None) or Words(text, text)

    def _block(self, path: Path, block: Mapping[str, Any]) -> Words:
        """Return what a block holds; its own label is its name, and is not repeated."""
        parts = list(self._parts(path, block))
        return Words("；".join(part.zh for part in parts), "; ".join(part.en for part in parts))

    def _parts(self, path: Path, block: Mapping[str, Any]) -> Iterator[Words]:
        for key, inner in block.items():
            if key in _UNSAID:
                continue
            name, value = self._step((*path, key)), self.value((*path, key), inner)
            if self._is_condition((*path, key)):
                yield value
            elif isinstance(inner, Mapping) and not is_words(inner):
                yield Words(f"{name.zh}（{value.zh}）", f"{name.en} ({value.en})") if value.zh else name
            else:
                yield Words(f"{name.zh}：{value.zh}", f"{name.en}: {value.en}")

    def _alternatives(self, alternatives: Any) -> Words:
        """Return a condition: 年满80周岁；或 60至79周岁且低收入."""
        said = []
        for alternative in alternatives:
            traits = [
                self._labelled(("traits", trait)) or Words(trait, trait) for trait in alternative["all"]
            ]
            said.append(
                Words("且".join(trait.zh for trait in traits), " and ".join(trait.en for trait in traits))
            )
        return Words("；或 ".join(one.zh for one in said), "; or ".join(one.en for one in said))


def is_words(value: Any) -> bool:
    """Say whether a value is a text in both languages."""
    return isinstance(value, Mapping) and set(value) == {"zh", "en"}


def _duration(number: str, unit: str) -> Words:
    zh, en = _UNITS[unit]
    return Words(f"{number} {zh}", f"{number} {en}{'' if number == '1' else 's'}")


def _found(tree: Any, path: Path) -> Any:
    for step in path:
        if not isinstance(tree, Mapping) or step not in tree:
            return None
        tree = tree[step]
    return tree
