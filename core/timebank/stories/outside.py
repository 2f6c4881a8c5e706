"""What a story has in place of the outside: a clock that moves on, registers that answer as written, a letter box."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from timebank.domain.message import Message
from timebank.domain.registry import Answer, LookedUp
from timebank.services.desk import Bank
from timebank.storage.envelope import outbox


@dataclass
class StoryClock:
    """The instant a story has reached; it stands still until the story moves it on."""

    now: datetime

    def __call__(self) -> datetime:
        """Return the instant."""
        return self.now


@dataclass
class StoryRegistry:
    """One outside register: it answers what the story says, later where the story says nothing.

    Attributes:
        heard: called with the kind and body of every fact it is told.
    """

    name: str
    answers: dict[str, str]
    heard: Callable[[str, str, Mapping[str, Any]], None]

    def ask(self, kind: str, key: str) -> LookedUp:
        """Answer as the story says."""
        return LookedUp(Answer(self.answers.get(key, Answer.LATER)))

    def tell(self, delivery_id: str, kind: str, body: Mapping[str, Any]) -> None:
        """Take note of a fact."""
        self.heard(self.name, kind, body)


@dataclass
class LetterBox:
    """Takes every message to a person, and keeps the token of the last offer.

    Attributes:
        received: called with every message.
        tokens: the last offer token by member id.
    """

    city: str
    received: Callable[[Message], None]
    bank: Bank | None = None
    tokens: dict[str, str] = field(default_factory=dict)

    def send(self, message: Message) -> None:
        """Take a message; its token stands in the outbox until it has been taken."""
        if self.bank is None:
            raise RuntimeError("the letter box belongs to no bank yet")
        with self.bank.reading() as connection:
            body = connection.execute(
                select(outbox.c.body).where(outbox.c.city == self.city, outbox.c.id == message.delivery_id)
            ).scalar_one()
        if "token" in body:
            self.tokens[message.member_id] = str(body["token"])
        self.received(message)
