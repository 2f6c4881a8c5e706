"""Facts that have been committed, as plugins and the outside hear of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, delivered from the outbox at least once.

    Attributes:
        id: stable delivery id; the same event always carries the same one.
        kind: such as ``order.published`` or ``visit.settled``.
        body: identifiers and figures.
        at: instant of the commit, UTC.
    """

    id: str
    kind: str
    body: Mapping[str, Any]
    at: datetime
