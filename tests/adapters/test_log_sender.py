"""The sender that sends nothing: whoever runs it sees so, and sees neither number nor token."""

import subprocess
import sys

SENDS_ONE = """
from timebank.adapters.log_sender import LogSender
from timebank.domain.command import Channel
from timebank.domain.message import Message
from timebank.domain.words import Words

LogSender().send(Message("d-1", "m-1", "13812345678", "offer", Words("口令 secret", "token secret"), Channel.SMS))
"""


def test_a_message_that_nobody_gets_is_told_without_any_logging_set_up():
    said = subprocess.run(
        [sys.executable, "-c", SENDS_ONE], capture_output=True, text=True, check=True
    ).stderr

    assert (
        "没有接通道，只写在这里 · no channel is connected, written here alone: d-1 offer to m-1 (…5678)"
        in said
    )
    assert "1381234" not in said
    assert "secret" not in said
