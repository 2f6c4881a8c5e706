"""What a story tells while it is played, one thing at a time, for whoever wants to hear it."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from timebank.domain.words import Words


class ToldKind(enum.StrEnum):
    """What is told."""

    SAID = "said"
    DONE = "done"
    REFUSED = "refused"
    POSTED = "posted"
    SENT = "sent"
    REPORTED = "reported"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that a story tells.

    Attributes:
        at: the city's local time.
        who: who did it, or to whom it was sent; empty for the narrator.
        words: the sentence.
        transfer_id: for what was posted, the transfer, whose stored decision explains it.
    """

    kind: ToldKind
    at: datetime
    words: Words
    who: Words = field(default_factory=lambda: Words("", ""))
    transfer_id: str | None = None


Tell = Callable[[Told], None]


def in_silence(_: Told) -> None:
    """Hear a story without telling it on."""
