"""The JSON Schema of rule files: read once, references written out, asked for help by path."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache, lru_cache
from pathlib import Path as FilePath
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from timebank.domain.refusal import BadInput
from timebank.domain.words import Words
from timebank.rules.amounts import DURATION, minutes_of
from timebank.rules.faults import Path
from timebank.rules.repeated import Validator
from timebank.rules.scalars import looks_like_a_date

_FILE = FilePath(__file__).parent / "schema" / "rules.json"
DATE_FORMATS = ("date", "rule-file")
_FORMATS = {"date": "date", "rule-file": "stem", "whole-minutes": "duration"}  # and the parts that say them


@lru_cache(maxsize=1)
def rules_schema() -> dict[str, Any]:
    """Return the schema of rule files with every reference replaced by what it names."""
    return written_out(raw_schema())


def written_out(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema with every reference to its own ``$defs`` replaced by what it names.

    A key with the format ``date``, ``rule-file`` or ``whole-minutes`` and no pattern gets the exact one.
    """
    definitions = schema.get("$defs", {})

    @cache
    def named(name: str) -> Any:
        return _written_out(definitions.get(name, {}), named)

    return dict(_written_out({key: value for key, value in schema.items() if key != "$defs"}, named))


def with_slots(plugin_schema: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the schema of rule files with the plugins' own slots in it.

    Args:
        plugin_schema: JSON Schemas of the slots, by plugin.
    """
    return slotted(rules_schema(), {name: written_out(slot) for name, slot in plugin_schema.items()})


def slotted(schema: Mapping[str, Any], slots: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return a schema of rule files with the slots of plugins in it; one that has keys to be written is itself required.

    Args:
        schema: of rule files.
        slots: schemas of the slots, by plugin, their references written out.
    """
    extensions = {**schema["properties"]["extensions"], "properties": slots}
    whole = {**schema, "properties": {**schema["properties"], "extensions": extensions}}
    if needed := list(needed_slots(slots)):
        extensions["required"] = needed
        whole["required"] = [*schema["required"], "extensions"]
    return whole


def needed_slots(slots: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
    """Return the keys that have to be written in each slot that has such keys: without the slot, they are missing.

    Args:
        slots: schemas of the slots, by plugin, their references written out.
    """
    required = {name: list(slot.get("required", ())) for name, slot in slots.items()}
    return {name: keys for name, keys in required.items() if keys}


@lru_cache(maxsize=1)
def raw_schema() -> dict[str, Any]:
    """Return the schema of rule files as it was written, its references and ``$defs`` in place."""
    return dict(json.loads(_FILE.read_text(encoding="utf-8")))


@lru_cache(maxsize=1)
def rules_validator() -> Draft202012Validator:
    """Return the one validator of rule files."""
    return Validator(rules_schema(), format_checker=formats())  # type: ignore[no-any-return]


def plugin_validator(schema: Mapping[str, Any]) -> Draft202012Validator:
    """Return a validator for a plugin's own slot, its references written out."""
    return Validator(schema, format_checker=formats())  # type: ignore[no-any-return]


@lru_cache(maxsize=1)
def formats() -> FormatChecker:
    """Return the formats by name: they tell a day that does not exist from what is no day at all.

    The patterns of the schema are exact without them, so that any other validator comes to the same verdict.
    """
    checker = FormatChecker(formats=())
    checker.checks("date", raises=ValueError)(_is_a_day)
    checker.checks("rule-file", raises=ValueError)(_names_a_rule_file)
    checker.checks("whole-minutes", raises=BadInput)(_is_whole_minutes)
    return checker


def schema_at(path: Path, schema: Mapping[str, Any] | None = None) -> Mapping[str, Any] | None:
    """Return the part of a schema that describes a path, or None where it knows no such path.

    Args:
        path: a path into a rule file.
        schema: where to look; the schema of rule files unless given.
    """
    node: Any = rules_schema() if schema is None else schema
    for step in path:
        if not isinstance(node, Mapping):
            return None
        inner = node.get("items") if isinstance(step, int) else node.get("properties", {}).get(step)
        node = inner if inner is not None or isinstance(step, int) else node.get("additionalProperties")
    return node if isinstance(node, Mapping) else None


def help_for(path: Path, schema: Mapping[str, Any] | None = None) -> Words | None:
    """Return what a key means, in both languages, or None where the schema does not say."""
    found = schema_at(path, schema)
    if found is None or "x-zh" not in found:
        return None
    return Words(found["x-zh"], found["x-en"])


def _written_out(node: Any, named: Callable[[str], Any]) -> Any:
    """Replace references, which never form a circle here, so that a check follows none."""
    if isinstance(node, list):
        return [_written_out(item, named) for item in node]
    if not isinstance(node, dict):
        return node
    rest = {key: _written_out(value, named) for key, value in node.items() if key != "$ref"}
    kind = rest.get("format")
    if isinstance(kind, str) and kind in _FORMATS and "pattern" not in rest:
        rest = {**raw_schema()["$defs"][_FORMATS[kind]], **rest}
    if isinstance(rest.get("pattern"), str):
        rest["pattern"] = exact(rest["pattern"])
    if "$ref" not in node:
        return rest
    name = str(node["$ref"]).removeprefix("#/$defs/")
    return {**named(name), **rest}


def exact(pattern: str) -> str:
    r"""Return a pattern whose end is the end in every language; in Python, ``$`` lets one ``\n`` through."""
    return pattern + r"(?!\n)" if pattern.endswith("$") else pattern


def _is_a_day(value: object) -> bool:
    return not isinstance(value, str) or not looks_like_a_date(value) or bool(date.fromisoformat(value))


def _names_a_rule_file(value: object) -> bool:
    return not isinstance(value, str) or _is_a_day(value[:10])


def _is_whole_minutes(value: object) -> bool:
    return not isinstance(value, str) or DURATION.fullmatch(value) is None or minutes_of(value) >= 0
