"""An outside register for the conformance kit: it remembers what it was asked and told, and answers as set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from timebank.domain.registry import Answer, LookedUp


class NotTaken(ConnectionError):
    """What a register raises that cannot be reached when it is told something."""


class KitRegistry:
    """A register that answers as it was set.

    Attributes:
        asked: (kind, key) of every question.
        told: (delivery id, kind) of everything it was told, taken or not.
    """

    def __init__(self, answer: Answer, *, fails: bool = False) -> None:
        self.answer = answer
        self.fails = fails
        self.asked: list[tuple[str, str]] = []
        self.told: list[tuple[str, str]] = []

    def anew(self) -> KitRegistry:
        """Return a register set the same way that has heard nothing yet."""
        return KitRegistry(self.answer, fails=self.fails)

    def ask(self, kind: str, key: str) -> LookedUp:
        """Answer as set."""
        self.asked.append((kind, key))
        return LookedUp(self.answer, "kit")

    def tell(self, delivery_id: str, kind: str, body: Mapping[str, Any]) -> None:
        """Take it, or raise as a register does that cannot be reached."""
        self.told.append((delivery_id, kind))
        if self.fails:
            raise NotTaken("the register of the kit takes nothing")
