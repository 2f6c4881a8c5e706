"""How the past is told where it does not come out again: the transfer, what differs, and both values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from timebank.services.redeciding.rules_read import UNREADABLE


def faults_of(transfer_id: str, found: Iterator[str]) -> Iterator[str]:
    """Yield what was found about a transfer under its id; that it cannot be read is found as well, and hides no other."""
    try:
        for fault in found:
            yield f"{transfer_id} {fault}"
    except UNREADABLE as error:
        yield f"{transfer_id} decision: {type(error).__name__} {error}"


def differs(what: str, stored: Any, again: Any) -> Iterator[str]:
    """Yield both values where what is stored is not what comes out again."""
    if stored != again:
        yield f"{what}: {stored} ≠ {again}"
