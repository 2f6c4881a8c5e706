"""A sender that writes messages to the log: for trying out, and for cities whose staff telephone."""

from __future__ import annotations

import logging

from timebank.domain.message import Message

LOG = logging.getLogger("timebank.messages")


class LogSender:
    """Writes one line a message, a warning, which Python shows on standard error unless logging is set up otherwise.

    The telephone number is masked and the single-use token left out.
    """

    def send(self, message: Message) -> None:
        """Write down that a message would have gone out: nobody gets it, so a running city should see the line."""
        tail = message.phone[-4:] if message.phone else "-"
        LOG.warning(
            "没有接通道，只写在这里 · no channel is connected, written here alone: %s %s to %s (…%s)",
            *(message.delivery_id, message.template, message.member_id, tail),
        )
