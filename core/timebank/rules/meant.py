"""What a value of another form was probably meant to be: ``500小时`` is ``500 h``, ``2027年1月1日`` is ``2027-01-01``.

Only told, never put in place of what stands in the file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date

from timebank.rules.scalars import trap_in, typed

_UNITS = {
    "min": ("分钟", "分", "min", "mins", "minute", "minutes", "m"),
    "h": ("个小时", "小时", "个钟头", "时", "h", "hr", "hrs", "hour", "hours"),
    "d": ("天", "日", "d", "day", "days"),
}
_UNIT_OF = {name: unit for unit, names in _UNITS.items() for name in names}
_DURATION = re.compile(r"([0-9]{1,9}(?:,[0-9]{3})*(?:\.[0-9]{1,4})?) *([^\s0-9.,-]+(?<!\.))", re.ASCII)
_DATE = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?", re.ASCII)
_NUMERALS = {"两": 2} | {numeral: number for number, numeral in enumerate("一二三四五六七八九十", start=1)}
_SPOKEN = re.compile(f"([半{''.join(_NUMERALS)}]) *([^ ]+)")
_COUNT = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,4})?) *(?:周?岁|人|名|次|个|元)?", re.ASCII)
_LONGEST = 40  # characters; whatever is longer is neither


def meant_by(text: str, pattern: str) -> str | None:
    """Return the duration or day that a text of another form was probably meant to be, or None.

    Args:
        text: as it stands in the file.
        pattern: what the schema asks for; a guess that does not fit it is none.
    """
    if len(text) > _LONGEST:
        return None
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    for guess in (_duration(plain), _day(plain)):
        if guess is not None and re.search(pattern, guess):
            return guess
    return None


def value_labelled(label: str, values: Mapping[str, Sequence[str]]) -> str | None:
    """Return the one value whose Chinese or English label is, or holds, what was written in its place.

    Args:
        label: as it stands in the file, such as ``实测``.
        values: the labels by value, in Chinese and English: the schema's ``x-values``.
    """
    same = [value for value, labels in values.items() if label in labels]
    held = [value for value, labels in values.items() if any(label in told for told in labels)]
    found = same or (held if len(label) > 1 else [])
    return found[0] if len(found) == 1 else None


def unquoted(value: object, wanted: object) -> str | None:
    """Return a number, true or false that stands in quotes, without them; None where something else stands there.

    Args:
        value: as it stands in the file.
        wanted: the kind that the schema asks for, such as ``number``.
    """
    if not isinstance(value, str) or wanted not in ("number", "integer", "boolean") or trap_in(value.strip()):
        return None
    meant = typed(value.strip())
    if isinstance(meant, str) or isinstance(meant, bool) != (wanted == "boolean"):
        return None
    return value.strip()


def number_in(value: object) -> str | None:
    """Return the number that a text of another form was probably meant to be: ``60`` of ``60周岁`` or of ``６０``."""
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    found = _COUNT.fullmatch(unicodedata.normalize("NFKC", value).strip())
    return None if found is None else found[1]


def _duration(text: str) -> str | None:
    spoken = _SPOKEN.fullmatch(text)
    if spoken is not None and spoken[2] in _UNIT_OF:
        unit = _UNIT_OF[spoken[2]]
        if spoken[1] == "半":
            return "30 min" if unit == "h" else None
        return f"{_NUMERALS[spoken[1]]} {unit}"
    found = _DURATION.fullmatch(text)
    if found is None or found[2] not in _UNIT_OF:
        return None
    return f"{found[1].replace(',', '')} {_UNIT_OF[found[2]]}"


def _day(text: str) -> str | None:
    found = _DATE.fullmatch(text)
    try:
        return None if found is None else date(int(found[1]), int(found[2]), int(found[3])).isoformat()
    except ValueError:
        return None
