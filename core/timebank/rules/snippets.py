"""What an editor offers to write for a key: a duration, a text in both languages, a new entry of a map."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any

_Resolve = Callable[[Mapping[str, Any]], Mapping[str, Any]]
_DURATIONS = ("${1:30} min", "${1:1} h", "${1:7} d")


def snippets(node: Mapping[str, Any], resolve: _Resolve, language: str) -> list[dict[str, Any]]:
    """Return the snippets of one part of a schema, in the form editors know (``defaultSnippets``).

    Args:
        node: the part, as written.
        resolve: gives a part together with what its reference names.
        language: ``zh`` or ``en``, for the labels.
    """
    if node.get("format") == "whole-minutes":
        return [{"label": _without_marks(body), "body": body} for body in _DURATIONS]
    entry = node.get("additionalProperties")
    if isinstance(entry, Mapping) and "required" in (whole := resolve(entry)):
        numbers = count(1)
        key = f"${{{next(numbers)}:name}}"
        return [{"label": whole.get(f"x-{language}", "…"), "body": {key: _body(whole, resolve, numbers)}}]
    return []


def _body(node: Mapping[str, Any], resolve: _Resolve, numbers: Iterator[int]) -> Any:
    """Return what must be written for a part, with a numbered place for everything that is yet to be said."""
    whole = resolve(node)
    if "const" in whole:
        return whole["const"]
    if "enum" in whole:
        return f"${{{next(numbers)}|{','.join(map(str, whole['enum']))}|}}"
    if whole.get("type") == "array":
        return [_body(whole["items"], resolve, numbers)]
    if "properties" in whole:
        keys = [*whole.get("required", ()), *(["source"] if "source" in whole["properties"] else [])]
        return {key: _body(whole["properties"][key], resolve, numbers) for key in keys}
    return f"${{{next(numbers)}}}"


def _without_marks(body: str) -> str:
    return body.replace("${1:", "").replace("}", "")
