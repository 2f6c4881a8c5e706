"""How the contract's texts are read: patterns to their very end, days and instants as RFC 3339 writes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.validators import extend

from timebank.domain.refusal import BadInput
from timebank.domain.words import Words

T = TypeVar("T")
FORMATS = FormatChecker(formats=["uuid"])
FIRST_YEAR, LAST_YEAR = 1800, 2199
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(_DAY.pattern + "T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})")


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    # In JSON Schema `$` is the very end; in Python a line feed may still follow it.
    return re.compile(re.sub(r"(?<!\\)[$]$", r"\\Z", pattern))


def _matches(_validator: Any, pattern: str, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not _pattern(pattern).search(instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


Validator: Any = extend(Draft202012Validator, {"pattern": _matches})  # type: ignore[no-untyped-call]


@FORMATS.checks("date-time")
def is_instant(text: object) -> bool:
    """Say whether a text is an instant with a time zone, as RFC 3339 writes it."""
    return not isinstance(text, str) or _read(_INSTANT, datetime.fromisoformat, text.upper()) is not None


@FORMATS.checks("date")
def is_day(text: object) -> bool:
    """Say whether a text is a day, as RFC 3339 writes it."""
    return not isinstance(text, str) or _read(_DAY, date.fromisoformat, text) is not None


def _read(form: re.Pattern[str], read: Callable[[str], T], text: str) -> T | None:
    try:
        return read(text) if form.fullmatch(text) else None
    except ValueError:
        return None


def read_text(form: str | None, text: str) -> Any:
    """Return a validated text as the services take it: a day, an aware instant, or the text.

    Raises:
        BadInput: it lies in a year that no calendar of ours reaches.
    """
    if form == "date":
        day = date.fromisoformat(text)
        return _in_time(day, day.year)
    if form == "date-time":
        instant = datetime.fromisoformat(text.upper())
        return _in_time(instant, instant.year)
    return text


def _in_time(value: T, year: int) -> T:
    """Refuse a year so far away that adding hours to it could leave the years that there are."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        zh = f"日期须在 {FIRST_YEAR} 至 {LAST_YEAR} 年之间，不能是 {year} 年。"
        raise BadInput(Words(zh, f"A day lies in the years {FIRST_YEAR} to {LAST_YEAR}, not in {year}."))
    return value
