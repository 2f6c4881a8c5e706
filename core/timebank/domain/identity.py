"""Identifiers: time-ordered UUIDs that the engine makes itself, so no table needs a sequence."""

from __future__ import annotations

import hashlib
import os
import threading
import time
import uuid
from datetime import UTC, datetime, timedelta


class _Ticks:
    """The system's clock in ticks of 1/4096 ms, made to go forward only: no tick is given twice in a process."""

    def __init__(self) -> None:
        self._last = 0
        self._alone = threading.Lock()

    def next(self) -> int:
        """Return the present tick, or the one after the last where the clock stands still or was set back."""
        milliseconds, rest = divmod(time.time_ns(), 1_000_000)
        now = milliseconds << 12 | rest * 4096 // 1_000_000
        with self._alone:
            self._last = max(now, self._last + 1)
            return self._last


_TICKS = _Ticks()


def new_id() -> str:
    """Return a new UUID of version 7 (RFC 9562): later identifiers of a process sort after its earlier ones.

    The twelve bits beside the milliseconds hold the fraction of the millisecond (RFC 9562, method 3). Where the
    clock is set back the process goes on from where it was, so the events of an account keep their order.
    """
    milliseconds, fraction = divmod(_TICKS.next(), 4096)
    random = int.from_bytes(os.urandom(8))
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80 | 0x7 << 76 | fraction << 64
    value |= 0b10 << 62 | (random & 0x3FFF_FFFF_FFFF_FFFF)
    return dashed(f"{value:032x}")


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def first_id(instant: datetime) -> str:
    """Return the identifier before all that are made from an instant on."""
    return str(uuid.UUID(int=(instant - _EPOCH) // timedelta(milliseconds=1) << 80))


def is_id(text: str) -> bool:
    """Say whether a text can be an identifier that the engine made."""
    try:
        return str(uuid.UUID(text)) == text
    except (ValueError, AttributeError, TypeError):
        return False


_DERIVED = uuid.UUID("6f1c7a52-7d0e-5a39-9c64-2f8f0f6a1d11")


def derived_id(*parts: str) -> str:
    """Return the identifier that the same parts always give (for a job's or an import row's operation): a version 5."""
    named = hashlib.sha1(_DERIVED.bytes + "\x1f".join(parts).encode(), usedforsecurity=False)
    value = int.from_bytes(named.digest()[:16])
    value = value & ~(0xF << 76) | 0x5 << 76
    return dashed(f"{value & ~(0b11 << 62) | 0b10 << 62:032x}")


def earlier_id(identifier: str, milliseconds: int) -> str:
    """Return the smallest identifier that could have been made so long before another one."""
    made = int(identifier.replace("-", ""), 16) >> 80
    return dashed(f"{max(0, made - milliseconds) << 80:032x}")


def dashed(digits: str) -> str:
    """Write 32 hexadecimal digits as a UUID; going by way of ``uuid.UUID`` takes three times as long."""
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
