"""Amounts of time in rule files: durations, rates, and rounding to a quantum, all exact."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from timebank.domain.refusal import BadInput
from timebank.domain.words import Words

DURATION = re.compile(r"((?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,4})?) (min|h|d)", re.ASCII)
_MINUTES_PER = {"min": 1, "h": 60, "d": 24 * 60}
# More digits before the point than these are over a thousand years; any date and what fits still make a date.
_MOST_DIGITS = {"min": 9, "h": 7, "d": 6}
ROUNDINGS = ("floor", "nearest", "ceil")


@lru_cache(maxsize=1024)
def minutes_of(text: str) -> int:
    """Return a duration in whole minutes: ``90 min`` is 90, ``1.5 h`` is 90, ``365 d`` is 525600.

    A day is 24 hours; it is used for deadlines, never for counting calendar days.

    Raises:
        BadInput: the text is no duration, not a whole number of minutes, or far more than a thousand years.
    """
    found = DURATION.fullmatch(text)
    if found is None:
        raise BadInput(
            Words(
                f"“{text}”不是时长。请写数字、空格、单位（min 分、h 时、d 天），如 90 min。",
                f"'{text}' is no duration. Write number, space, unit (min, h, d), such as 90 min.",
            )
        )
    exact = Decimal(found[1]) * _MINUTES_PER[found[2]]
    if exact != exact.to_integral_value():
        raise BadInput(
            Words(
                f"“{text}”合不成整分钟。请改用整分钟，如 90 min。",
                f"'{text}' is not a whole number of minutes. Write whole minutes, such as 90 min.",
            )
        )
    if len(found[1].partition(".")[0]) > _MOST_DIGITS[found[2]]:
        zh, en = (
            f"“{text}”超过一千年。请写实际的时长。",
            f"'{text}' is more than a thousand years. Write a real one.",
        )
        raise BadInput(Words(zh, en))
    return int(exact)


def quantise(minutes: int | Decimal | Fraction, quantum: int, rounding: str) -> int:
    """Return minutes as a whole multiple of the quantum.

    Args:
        minutes: an exact amount, not below zero.
        quantum: whole minutes, above zero.
        rounding: ``floor`` (down), ``ceil`` (up) or ``nearest`` (half a quantum goes up).

    Raises:
        ValueError: an amount below zero, a quantum of zero or less, or an unknown rounding.
    """
    if minutes < 0 or quantum <= 0:
        raise ValueError(f"cannot round {minutes} min to multiples of {quantum} min")
    amount, parts = minutes.as_integer_ratio()
    whole, rest = divmod(amount, parts * quantum)
    if rounding == "ceil":
        up = rest > 0
    elif rounding == "nearest":
        up = 2 * rest >= parts * quantum
    elif rounding == "floor":
        up = False
    else:
        raise ValueError(f"rounding is one of {', '.join(ROUNDINGS)}, not {rounding!r}")
    return (whole + int(up)) * quantum


def scaled(minutes: int, rate: Decimal | int, quantum: int = 1, rounding: str = "floor") -> int:
    """Return minutes times rate as a multiple of the quantum, in whole minutes.

    The product stays an exact fraction until the one and only rounding: 50 min at rate 1.2 to
    multiples of 30 is 60, and never 59.999 rounded down. Without a quantum it is rounded to minutes.
    """
    return quantise(Fraction(minutes) * Fraction(rate), quantum, rounding)
