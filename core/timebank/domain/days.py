"""Days, first and last: when a dated fact holds, and how old somebody is."""

from __future__ import annotations

from datetime import date


def in_force(valid_from: date, valid_until: date | None, day: date) -> bool:
    """Say whether a dated fact holds on a day; both ends belong to it."""
    return valid_from <= day and (valid_until is None or day <= valid_until)


def age_on(born_on: date, day: date) -> int:
    """Return age in whole years; who is born on 29 February turns a year older on 1 March of common years."""
    before_birthday = (day.month, day.day) < (born_on.month, born_on.day)
    return day.year - born_on.year - int(before_birthday)
