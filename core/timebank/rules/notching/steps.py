"""How far one step is, for each kind of value that a schema describes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from timebank.rules.amounts import minutes_of
from timebank.rules.notching.move import MoveKind

Step = tuple[MoveKind, Any]
_UP, _DOWN = (MoveKind.MORE, 1), (MoveKind.LESS, -1)


def number_steps(value: Any, schema: Mapping[str, Any]) -> Iterator[Step]:
    """Yield the values one step above and below a number, a duration or a date; nothing for any other kind."""
    for kind, way in (_UP, _DOWN):
        stepped = _stepped(value, way, schema)
        if stepped is not None:
            yield kind, stepped


def others(value: Any, options: Sequence[Any]) -> list[Any]:
    """Return the other options, the one after this value first: any one of them is a move."""
    place = options.index(value) if value in options else -1
    return [option for option in (*options[place + 1 :], *options[: max(place, 0)]) if option != value]


def _stepped(value: Any, way: int, schema: Mapping[str, Any]) -> Any:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Decimal):
        return _number(value, way, schema)
    if schema.get("format") == "whole-minutes":
        minutes = minutes_of(value) + way
        return f"{minutes} min" if minutes >= 0 else None
    if schema.get("format") == "date":
        return (date.fromisoformat(value) + timedelta(days=way)).isoformat()
    return None


def _number(value: int | Decimal, way: int, schema: Mapping[str, Any]) -> int | Decimal:
    if schema.get("type") == "integer":
        return int(value) + way
    exponent = Decimal(value).as_tuple().exponent
    return Decimal(value) + way * Decimal(1).scaleb(int(exponent))
