"""Time zones by name; the library is imported when the first is asked for, which a check of a rule file never does."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


@cache
def time_zone(name: str) -> ZoneInfo:
    """Return a time zone.

    Raises:
        ValueError, OSError, KeyError: there is none of this name.
    """
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - takes longer to import than a rule file to check

    return ZoneInfo(name)
