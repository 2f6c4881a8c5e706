"""A message to a person, and whoever can send one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from timebank.domain.command import Channel
from timebank.domain.words import Words


@dataclass(frozen=True, slots=True)
class Message:
    """One message.

    Attributes:
        delivery_id: stable; a sender that has seen it does not send it twice.
        member_id: to whom.
        phone: where to, or None where the member has no phone (staff call instead).
        template: which kind of message, such as ``offer``.
        words: the text.
        channel: through which it goes, as the city's rules say.
    """

    delivery_id: str
    member_id: str
    phone: str | None
    template: str
    words: Words
    channel: Channel


class Sender(Protocol):
    """A way to reach people, named in ``config/timebank.yaml``."""

    def send(self, message: Message) -> None:
        """Send a message; raises when it was not taken, and is tried again."""
