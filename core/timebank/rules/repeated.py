"""Whether a list holds something twice: judged in one walk, for the validator's own way grows with the square."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend


def repeated(items: list[Any]) -> Iterator[int]:
    """Yield the index of every item that stood in the list before, as JSON Schema compares: 1 is 1.0 and not true."""
    seen: set[Hashable] = set()
    for index, item in enumerate(items):
        same = _comparable(item)
        if same in seen:
            yield index
        seen.add(same)


def _comparable(value: Any) -> Hashable:
    if isinstance(value, dict):
        return ("block", frozenset((key, _comparable(inner)) for key, inner in value.items()))
    if isinstance(value, list):
        return ("list", tuple(map(_comparable, value)))
    return (isinstance(value, bool), value)


def _unique(_validator: Any, wanted: Any, items: Any, _schema: Any) -> Iterator[ValidationError]:
    if wanted is True and isinstance(items, list) and next(repeated(items), None) is not None:
        yield ValidationError("something stands twice in the list")


Validator: Any = extend(Draft202012Validator, {"uniqueItems": _unique})  # type: ignore[no-untyped-call]
