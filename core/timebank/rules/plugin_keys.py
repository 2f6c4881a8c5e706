"""Whether a plugin's keys are a JSON Schema and explained: staff meet them in editors and messages, beside core's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft7Validator, FormatChecker

from timebank.rules.faults import dotted
from timebank.rules.schema_file import written_out
from timebank.rules.suggestions import shown

_REGEX = FormatChecker(formats=["regex"])
_LATIN = re.compile(r"[A-Za-z]{2}")


def nonsense_in(schema: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return where a plugin's keys are no JSON Schema, and what stands there; None where they are one.

    The metaschema of draft 7 is asked: it differs from that of 2020-12 in no keyword that slots have, and is five times
    as quick, which a check in a new process notices.

    Args:
        schema: the JSON Schema of a plugin's slot.
    """
    own = schema.get("$defs", {})
    if not isinstance(own, Mapping):
        return "$defs", shown(own)
    for name in _references(schema):
        if name.removeprefix("#/$defs/") not in own:
            return "$ref", shown(name)
    try:
        error = next(
            Draft7Validator(Draft7Validator.META_SCHEMA, format_checker=_REGEX).iter_errors(
                written_out(schema)
            ),
            None,
        )
    except RecursionError:
        return "$defs", "$ref → $ref → …"
    return None if error is None else (dotted(tuple(error.absolute_path)) or "{}", shown(error.instance))


def _references(node: Any) -> Iterator[str]:
    for key, inner in node.items() if isinstance(node, Mapping) else ():
        if key == "$ref":
            yield str(inner)
    for inner in node.values() if isinstance(node, Mapping) else node if isinstance(node, list) else ():
        yield from _references(inner)


def silent_keys(schema: Mapping[str, Any], slot: str) -> list[str]:
    """Return the dotted paths of the keys that lack their meaning in Chinese or in English.

    Args:
        schema: the JSON Schema of a plugin's slot.
        slot: where the slot stands, such as ``extensions.nanjing``.
    """
    return [path for path, part in _keys(written_out(schema), slot) if not _is_explained(part)]


def _keys(schema: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield every key that a schema knows, with its part; * stands for a name that the file chooses."""
    if not isinstance(schema, Mapping):
        return
    properties = schema.get("properties")
    for key, inner in properties.items() if isinstance(properties, Mapping) else ():
        yield f"{path}.{key}", inner
        yield from _keys(inner, f"{path}.{key}")
    for part in ("additionalProperties", "items"):
        yield from _keys(schema.get(part), f"{path}.*")


def _is_explained(part: Any) -> bool:
    zh, en = (part.get("x-zh"), part.get("x-en")) if isinstance(part, Mapping) else (None, None)
    return isinstance(zh, str) and isinstance(en, str) and _has_chinese(zh) and bool(_LATIN.search(en))


def _has_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)  # an expression takes long to compile
