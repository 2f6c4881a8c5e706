"""The outside as a plugin and an adapter see it: registers that may be asked and told."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


class Answer(enum.StrEnum):
    """What an outside register says."""

    YES = "yes"
    NO = "no"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class LookedUp:
    """An outside answer, stored with its date.

    Attributes:
        answer: yes, no, or later (ask again).
        note: the register's own reference, never personal data.
        reached: False where the register itself said nothing: not connected, unreachable, broken.
    """

    answer: Answer
    note: str = ""
    reached: bool = True


class Registry(Protocol):
    """One outside register, as ``config/timebank.yaml`` names and an adapter reaches it."""

    def ask(self, kind: str, key: str) -> LookedUp:
        """Ask whether the register knows the key. Unreachable counts as later, never as no."""

    def tell(self, delivery_id: str, kind: str, body: Mapping[str, Any]) -> None:
        """Deliver a fact; raises when it was not taken, and is then tried again with the same delivery id."""
