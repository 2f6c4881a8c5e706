"""Whether a plugin explains its keys: staff meet them in editors and messages, beside core's own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from timebank.rules.schema_file import written_out

_LATIN = re.compile(r"[A-Za-z]{2}")


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
