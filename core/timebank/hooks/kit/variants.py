"""A rule file with one thing changed, as a clerk may change it: left out, one more, or another name.

Only what core's own check of shape and meaning lets pass is used: beyond that, it is for the plugin to object.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from timebank.rules import Place, RuleSet, check_text
from timebank.rules.faults import Path, dotted
from timebank.rules.rule_set import rule_set_of
from timebank.rules.schema_file import schema_at, written_out

MOST_OF_PLUGINS, MOST_OF_CORE = 14, 6
UNKNOWN = "kit_unknown"
_WHOLE = re.compile(r"[1-9][0-9]*")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_BASIS = frozenset({"source", "assumed"})


def variants(
    rule_set: RuleSet, keys: Mapping[str, Mapping[str, Any]], dice: random.Random
) -> Iterator[tuple[str, RuleSet]]:
    """Yield (what was changed, the changed rule file).

    Changes to the plugins' own keys come first, then core's blocks left out one by one, then changes within them.

    Args:
        rule_set: the file.
        keys: the JSON Schemas of the plugins' slots.
        dice: draws among the changes.
    """
    own = [path for path in rule_set.positions if path[:1] == ("extensions",) and len(path) > 2]  # noqa: PLR2004
    cores = [path for path in rule_set.positions if path[:1] != ("extensions",)]
    blocks = [path for path in cores if len(path) == 1]
    inner = [path for path in cores if 2 <= len(path) <= 3]  # noqa: PLR2004
    # Any whole block of core's may be missing in another city, so none of them is left to chance.
    for paths, most in ((own, MOST_OF_PLUGINS), (blocks, None), (inner, MOST_OF_CORE)):
        drawn = dice.sample(paths, len(paths))
        yield from islice(_of_paths(rule_set, drawn, keys), most)


def _of_paths(
    rule_set: RuleSet, paths: list[Path], keys: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, RuleSet]]:
    for path in paths:
        for what, text in _changes(rule_set, path, keys):
            changed = _passing(rule_set, text, keys)
            if changed is not None:
                yield f"{dotted(path)}: {what}", changed


def _changes(
    rule_set: RuleSet, path: Path, keys: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, str]]:
    """Yield (what, text) of each way to change what stands at a path."""
    if path[-1] in _BASIS:
        return
    place, text = rule_set.positions[path], rule_set.text
    value = _cut(text, place)
    if value is not None and _WHOLE.fullmatch(value):
        yield f"{int(value) + 1}", _replaced(text, place, str(int(value) + 1))
    elif value is not None and path[0] == "extensions" and _NAME.fullmatch(value):
        for other in ("false",) if value == "true" else ("true",) if value == "false" else (UNKNOWN,):
            yield other, _replaced(text, place, other)
    if isinstance(path[-1], str) and not _is_required(path, keys):
        without = _left_out(text, place)
        if without is not None:
            yield "left out", without


def _is_required(path: Path, keys: Mapping[str, Mapping[str, Any]]) -> bool:
    of_plugin = path[0] == "extensions" and len(path) > 2  # noqa: PLR2004
    around = schema_at(path[2:-1], written_out(keys[str(path[1])])) if of_plugin else schema_at(path[:-1])
    return around is not None and path[-1] in around.get("required", ())


def _cut(text: str, place: Place) -> str | None:
    """Return what is written at a place that lies on one line."""
    if place.line != place.end_line:
        return None
    return text.split("\n")[place.line - 1][place.column - 1 : place.end_column - 1]


def _replaced(text: str, place: Place, other: str) -> str:
    lines = text.split("\n")
    line = lines[place.line - 1]
    lines[place.line - 1] = line[: place.column - 1] + other + line[place.end_column - 1 :]
    return "\n".join(lines)


def _left_out(text: str, place: Place) -> str | None:
    """Return the text without a key and its value: whole lines, or one entry between braces."""
    lines = text.split("\n")
    head = lines[place.key_line - 1][: place.key_column - 1]
    if not head.strip():
        end = place.end_line if place.end_column > 1 else place.end_line - 1
        return "\n".join(lines[: place.key_line - 1] + lines[end:])
    if place.key_line != place.end_line or head.rstrip()[-1:] not in {",", "{"}:
        return None
    rest = lines[place.end_line - 1][place.end_column - 1 :].lstrip()
    head = head.rstrip()
    if head.endswith(",") and rest.startswith("}"):
        head = head[:-1]
    lines[place.key_line - 1] = head + (rest[1:].lstrip() if rest.startswith(",") else rest)
    return "\n".join(lines)


def _passing(rule_set: RuleSet, text: str, keys: Mapping[str, Mapping[str, Any]]) -> RuleSet | None:
    result = check_text(text, rule_set.file, keys, rule_set.city)
    if result.tree is None or any(fault.severity == "error" for fault in result.faults):
        return None
    return rule_set_of(rule_set.file, text.encode(), result.tree, result.positions)
