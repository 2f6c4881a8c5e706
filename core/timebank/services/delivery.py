"""The outbox: what was committed leaves for plugins and people, at least once, with a stable delivery id."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row

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
LONGEST_ERROR = 2000


def deliver(bank: Bank, city: str, many: int = 100) -> dict[str, int]:
    """Deliver what is due and return how many were sent, put off, or given up.

    One failing delivery is tried again later with the same id and stops no other. Events of a city that has no
    plugin to hear them are done with at once.
    """
    done = {"sent": 0, "put_off": 0, "dead": 0}
    running = bank.city(city)
    while True:
        now = bank.clock()
        with _writing(bank) as connection:
            claimed = outbox_rows.claim(connection, city, now, now + LEASE, many)
            unheard = [row.id for row in claimed if not _is_message(row) and not running.hears_events]
            outbox_rows.mark_sent(connection, city, unheard, now)
        if not claimed:
            return done
        done["sent"] += len(unheard)
        for row in claimed:
            if row.id not in unheard:
                done[_deliver_one(bank, running, row)] += 1


@contextmanager
def _writing(bank: Bank) -> Iterator[Connection]:
    with bank.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        yield connection


def _is_message(row: Row[Any]) -> bool:
    kind: str = row.kind
    return kind.startswith(MESSAGE)


def _deliver_one(bank: Bank, city: City, row: Row[Any]) -> str:
    error: str | None = None
    try:
        _hand_over(bank, city, row)
    except Exception as problem:  # noqa: BLE001 - whatever the outside does, the outbox goes on
        error = _told(problem, row)
    now = bank.clock()
    if error is None:
        state, due, outcome = outbox_rows.SENT, now, "sent"
    elif row.attempts + 1 >= ATTEMPTS:
        state, due, outcome = outbox_rows.DEAD, now, "dead"
    else:
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2**row.attempts)
        state, due, outcome = outbox_rows.WAITING, now + wait, "put_off"
    with _writing(bank) as connection:
        outbox_rows.mark(connection, city.code, row.id, state, due, error)
        if state != outbox_rows.WAITING and _is_message(row):
            # A token opens a door: once the message has gone, or never will, nobody needs to read it here.
            outbox_rows.forget_body(connection, city.code, row.id)
    return outcome


def _told(problem: Exception, row: Row[Any]) -> str:
    """Return what went wrong, without the token that a sender may have put into its complaint."""
    told = f"{type(problem).__name__}: {problem}"
    token = row.body.get("token")
    return (told.replace(token, "…") if token else told)[:LONGEST_ERROR]


def _hand_over(bank: Bank, city: City, row: Row[Any]) -> None:
    if not _is_message(row):
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
