"""The outbox: what was committed leaves for plugins and people, at least once, with a stable delivery id."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from timebank.domain.event import Event
from timebank.domain.refusal import BadInput
from timebank.domain.words import Words
from timebank.hooks.city import City
from timebank.services.desk import Bank
from timebank.services.messages import message_for
from timebank.storage import outbox_rows
from timebank.storage.engine import WRITES

LEASE = timedelta(minutes=2)
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=1)
ATTEMPTS = 12
MESSAGE = "message."


def deliver(bank: Bank, city: str, many: int = 100) -> dict[str, int]:
    """Deliver what is due and return how many were sent, put off, or given up.

    One failing delivery is tried again later with the same id and stops no other.
    """
    done = {"sent": 0, "put_off": 0, "dead": 0}
    while True:
        now = bank.clock()
        with bank.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            claimed = outbox_rows.claim(connection, city, now, now + LEASE, many)
        if not claimed:
            return done
        for row in claimed:
            done[_deliver_one(bank, bank.city(city), row)] += 1


def _deliver_one(bank: Bank, city: City, row: Row[Any]) -> str:
    error: str | None = None
    try:
        _hand_over(bank, city, row)
    except Exception as problem:  # whatever the outside does, the outbox goes on
        error = f"{type(problem).__name__}: {problem}"[:2000]
    now = bank.clock()
    if error is None:
        state, due, outcome = outbox_rows.SENT, now, "sent"
    elif row.attempts + 1 >= ATTEMPTS:
        state, due, outcome = outbox_rows.DEAD, now, "dead"
    else:
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2**row.attempts)
        state, due, outcome = outbox_rows.WAITING, now + wait, "put_off"
    with bank.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        outbox_rows.mark(connection, city.code, row.id, state, due, error)
        if state == outbox_rows.SENT and row.kind.startswith(MESSAGE):
            # A token opens a door: once the message has gone, nobody needs to be able to read it here.
            outbox_rows.forget_body(connection, city.code, row.id)
    return outcome


def _hand_over(bank: Bank, city: City, row: Row[Any]) -> None:
    if not row.kind.startswith(MESSAGE):
        city.tell(Event(row.id, row.kind, row.body, row.created_at))
        return
    sender = bank.senders.get("sms")
    if sender is None:
        raise BadInput(
            Words(
                "没有配置短信发送方。请在 config/timebank.yaml 的 senders 下设置 sms。",
                "No message sender is configured. Set senders.sms in config/timebank.yaml.",
            )
        )
    sender.send(message_for(bank, city, row))
