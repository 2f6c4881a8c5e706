"""Trying again what somebody else was in the way of: so many times and no more, with a pause that differs for each."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError

Result = TypeVar("Result")
ATTEMPTS = 8
FIRST_PAUSE_SECONDS = 0.01
LONGEST_PAUSE_SECONDS = 0.5
PATIENCE_SECONDS = 60
_COLLISIONS = frozenset({"40001", "40P01"})  # serialization_failure, deadlock_detected


def persistently(act: Callable[[], Result]) -> Result:
    """Do something whole, and do it again while others are in its way.

    Args:
        act: opens its own transaction and leaves nothing behind when it fails; its effect is there once, for
            only the attempt that commits has one.

    Raises:
        DBAPIError: what stopped the last attempt, or what no other attempt can mend.
    """
    begun = time.monotonic()
    for attempt in range(1, ATTEMPTS):
        try:
            return act()
        except DBAPIError as error:
            # A database that makes every attempt wait long is not asked eight times.
            if not worth_retrying(error) or time.monotonic() - begun > PATIENCE_SECONDS:
                raise
        time.sleep(pause_seconds(attempt))
    return act()


def pause_seconds(attempt: int) -> float:
    """Return how long to pause after an attempt (1 is the first): anything from nothing to a bound that doubles.

    Those who collided draw differently, so they do not meet again at the same moment.
    """
    return random.uniform(0, min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** (attempt - 1)))  # noqa: S311


def worth_retrying(error: Exception) -> bool:
    """Say whether another attempt can succeed: somebody else was at the same row or the same operation."""
    return isinstance(error, IntegrityError) or collided(error)


def collided(error: Exception) -> bool:
    """Say whether the database only gave way to somebody else; what was asked is not at fault."""
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    return state in _COLLISIONS or "database is locked" in str(error)
