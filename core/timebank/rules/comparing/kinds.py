"""In which way one value differs from another, by what the schema says of their key."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from timebank.domain.words import Words
from timebank.rules.amounts import DURATION, minutes_of
from timebank.rules.comparing.conditions import Condition
from timebank.rules.comparing.levels import is_above


class Kind(enum.StrEnum):
    """In which way a rule differs from what it was.

    Looser means: more people may, more time or more ways are allowed, more is credited, less is asked.
    """

    LOOSER = "looser"
    TIGHTER = "tighter"
    NEW = "new"
    GONE = "gone"
    CHANGED = "changed"
    WORDING = "wording"
    BASIS = "basis"

    @property
    def mirrored(self) -> Kind:
        """Return what the same difference is the other way round."""
        return _MIRRORED.get(self, self)

    @property
    def words(self) -> Words:
        """Return what people call it."""
        return _WORDS[self]


_MIRRORED = {
    Kind.LOOSER: Kind.TIGHTER,
    Kind.TIGHTER: Kind.LOOSER,
    Kind.NEW: Kind.GONE,
    Kind.GONE: Kind.NEW,
}
_WORDS = {
    Kind.LOOSER: Words("放宽", "looser"),
    Kind.TIGHTER: Words("收紧", "tighter"),
    Kind.NEW: Words("新增", "new"),
    Kind.GONE: Words("取消", "gone"),
    Kind.CHANGED: Words("改变", "changed"),
    Kind.WORDING: Words("措辞", "wording"),
    Kind.BASIS: Words("依据", "basis"),
}
# What a key may say under x-looser, beside a list of its values from the tightest to the loosest.
WAYS = frozenset(
    {
        "more",
        "less",
        "true",
        "false",
        "longer",
        "shorter",
        "alternatives",
        "higher",
        "neither",
        "wording",
        "basis",
    }
)
WORDLY = frozenset({Kind.WORDING, Kind.BASIS})

Way = str | Sequence[str]
Tree = Mapping[str, Any]


def kind_of(way: Way, before: Any, after: Any, trees: tuple[Tree, Tree]) -> Kind | None:
    """Return in which way a value differs from another, or None where both mean the same.

    Args:
        way: what the schema says under ``x-looser``: one of ``WAYS``, or the values from tightest to loosest.
        before: the value as it was.
        after: the value as it is.
        trees: the two whole rule files.
    """
    if _same(way, before, after):
        return None
    if way in ("wording", "basis"):
        return Kind(str(way))
    looser, tighter = _goes(way, before, after, trees), _goes(way, after, before, trees)
    if looser and tighter:
        return None if way == "alternatives" else Kind.CHANGED
    if looser or tighter:
        return Kind.LOOSER if looser else Kind.TIGHTER
    return Kind.CHANGED


def _same(way: Way, before: Any, after: Any) -> bool:
    if way in ("longer", "shorter") and _is_list(before) and _is_list(after):
        return set(before) == set(after)
    if _is_duration(before) and _is_duration(after):
        return minutes_of(before) == minutes_of(after)
    return bool(before == after)


def _goes(way: Way, tight: Any, loose: Any, trees: tuple[Tree, Tree]) -> bool:
    """Say whether going from one value to the other is looser."""
    if not isinstance(way, str):
        return tight in way and loose in way and way.index(tight) < way.index(loose)
    match way:
        case "more":
            return _is_amount(tight, loose) and _amount(tight) < _amount(loose)
        case "less":
            return _is_amount(tight, loose) and _amount(tight) > _amount(loose)
        case "true" | "false":
            return loose is (way == "true") and tight is (way == "false")
        case "longer" | "shorter":
            fewer, more = (tight, loose) if way == "longer" else (loose, tight)
            return _is_list(fewer) and _is_list(more) and set(fewer) < set(more)
        case "alternatives":
            return Condition(tight, trees).implies(Condition(loose, trees))
        case "higher":
            return is_above(loose, tight, trees)
    return False


def _is_list(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value)


def _is_duration(value: Any) -> bool:
    return isinstance(value, str) and DURATION.fullmatch(value) is not None


def _is_amount(*values: Any) -> bool:
    return all(_is_duration(v) or (isinstance(v, (int, Decimal)) and not isinstance(v, bool)) for v in values)


def _amount(value: Any) -> int | Decimal:
    return minutes_of(value) if isinstance(value, str) else value
