"""Our own typing of plain scalars: true, false, whole numbers and decimals; everything else is text.

YAML 1.1 reads ``no`` as false, ``010`` as 8 and ``12:30`` as 750. Nothing is guessed: such a word is a fault.
"""

from __future__ import annotations

import re
from decimal import Decimal

_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,17})", re.ASCII)
# Fifteen digits: as many as programs that read decimals as binary fractions tell apart.
_DECIMAL = re.compile(r"-?(?=[0-9.]{3,16}$)(?:0|[1-9][0-9]*)\.[0-9]+", re.ASCII)
_TRUTH = re.compile(r"(?:y|n|yes|no|on|off|true|false)", re.IGNORECASE)
_EMPTY = re.compile(r"(?:~|null|)", re.IGNORECASE)
_SEXAGESIMAL = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?", re.ASCII)
_TIMESTAMP = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ ]+)[0-9]{1,2}:.*", re.ASCII)
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ] *[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?Z?", re.ASCII
)
_NUMBER_LIKE = re.compile(
    r"[-+]?(?:0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?"
    r"|\.[0-9_]+(?:[eE][-+]?[0-9]+)?|\.(?:inf|Inf|INF))|\.(?:nan|NaN|NAN)",
    re.ASCII,
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_FIRST = frozenset("0123456789+-.~yYnNoOtTfF")
_FIRST_OF_NUMBER = frozenset("-0123456789")


def trap_in(text: str) -> str | None:
    """Return the code of the fault in a plain scalar that YAML readers disagree about, or None."""
    if text and text[0] not in _FIRST:
        return None
    if _EMPTY.fullmatch(text):
        return "Y16"
    if _TRUTH.fullmatch(text) and text not in ("true", "false"):
        return "Y15"
    if _WHOLE.fullmatch(text) or _DECIMAL.fullmatch(text):
        return None
    if _MOMENT.fullmatch(text):
        return "Y58"
    if _SEXAGESIMAL.fullmatch(text) or _TIMESTAMP.fullmatch(text):
        return "Y18"
    return "Y17" if _NUMBER_LIKE.fullmatch(text) else None


def typed(text: str) -> str | bool | int | Decimal:
    """Return a plain scalar without a trap as the value it means; 18.0 is the whole number 18, as in JSON."""
    if text in ("true", "false"):
        return text == "true"
    if not text or text[0] not in _FIRST_OF_NUMBER:
        return text
    if _WHOLE.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        number = Decimal(text)
        return int(number) if number == int(number) else number
    return text


def looks_like_a_date(text: str) -> bool:
    """Say whether text has the form YYYY-MM-DD."""
    return len(text) == len("YYYY-MM-DD") and _DATE.fullmatch(text) is not None
