"""The outbox: what was committed leaves for plugins and people, at least once, with a stable delivery id.

A worker claims a batch for as long as a lease, then takes each delivery anew, for a lease of its own, just before it
goes out: so nobody else hands it over meanwhile. One who dies, or takes longer than the lease, leaves the delivery to
the next worker, under the same id; the receiver knows it by that. No order is promised.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, Row

from timebank.domain.event import Event
from timebank.domain.refusal import BadInput, TimeBankError
from timebank.domain.words import Words
from timebank.hooks.city import City
from timebank.services.desk import Bank
from timebank.services.messages import message_for
from timebank.services.retrying import persistently
from timebank.storage import outbox_rows
from timebank.storage.engine import WRITES

Result = TypeVar("Result")
LEASE = timedelta(minutes=2)
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=1)
MOST_JITTER = 0.25
ATTEMPTS = 12
MESSAGE = "message."
LONGEST_ERROR = 2000
_ENDED = Words(
    f"送出它的程序 {ATTEMPTS} 次都中途结束，不再自动送出。",
    f"Whoever handed it over ended midway {ATTEMPTS} times; it is no longer tried.",
)


def deliver(bank: Bank, city: str, many: int = 100) -> dict[str, int]:
    """Deliver what is due and return how many were sent, put off, or given up.

    One failing delivery is tried again later with the same id and stops no other. Events of a city that has no
    plugin to hear them are done with at once.
    """
    done = {"sent": 0, "put_off": 0, "dead": 0}
    running = bank.city(city)
    while _deliver_batch(bank, running, many, done):
        pass
    return done


def _deliver_batch(bank: Bank, city: City, many: int, done: dict[str, int]) -> bool:
    """Deliver up to so many and count what came of them; False where nothing is due."""
    now = bank.clock()
    lease = now + LEASE
    claimed, unheard = in_writing(bank, lambda connection: _claim(connection, city, now, lease, many))
    done["sent"] += len(unheard)
    for row in claimed:
        outcome = None if row.id in unheard else _deliver_one(bank, city, row, lease)
        if outcome is not None:
            done[outcome] += 1
    return bool(claimed)


def in_writing(bank: Bank, act: Callable[[Connection], Result]) -> Result:
    """Do something to the outbox in a write transaction, again while others are in its way."""

    def attempt() -> Result:
        with bank.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            return act(connection)

    return persistently(attempt)


def is_message(kind: str) -> bool:
    """Say whether what is in the outbox is a text to a person, not an event for plugins."""
    return kind.startswith(MESSAGE)


def _claim(
    connection: Connection, city: City, now: datetime, lease: datetime, many: int
) -> tuple[list[Row[Any]], set[str]]:
    """Take what is due; return it, and the ids of those done with already, for nobody hears them."""
    claimed = outbox_rows.claim(connection, city.code, now, lease, many)
    unheard = [row.id for row in claimed if not is_message(row.kind) and not city.hears_events]
    outbox_rows.mark_sent(connection, city.code, unheard, now)
    return list(claimed), set(unheard)


def _deliver_one(bank: Bank, city: City, row: Row[Any], lease: datetime) -> str | None:
    """Hand one delivery over and return what came of it; None where another worker has it."""
    if row.attempts >= ATTEMPTS:
        return _give_up(bank, city, row, lease, f"{_ENDED.zh} {_ENDED.en}")
    own_lease = bank.clock() + LEASE
    if not in_writing(bank, lambda on: outbox_rows.begin_attempt(on, city.code, row.id, lease, own_lease)):
        return None
    try:
        _hand_over(bank, city, row)
    except Exception as problem:  # noqa: BLE001 - whatever the outside does, the outbox goes on
        error = _told(problem, row)
        if row.attempts + 1 >= ATTEMPTS:
            return _give_up(bank, city, row, own_lease, error)
        due = bank.clock() + wait_after(row.attempts)
        waiting = outbox_rows.WAITING
        put_back = in_writing(
            bank, lambda on: outbox_rows.put_back(on, city.code, row.id, own_lease, waiting, due, error)
        )
        return "put_off" if put_back else None
    in_writing(bank, lambda on: _sent(on, city.code, row, bank.clock()))
    return "sent"


def wait_after(earlier: int) -> timedelta:
    """Return how long to wait after a failed attempt that had so many before it: longer each time, up to a bound.

    What failed together is spread over a quarter of the wait, so that it does not come back all at once.
    """
    wait: timedelta = min(LONGEST_WAIT, FIRST_WAIT * 2**earlier)
    return wait + wait * MOST_JITTER * random.random()  # noqa: S311


def _sent(connection: Connection, city: str, row: Row[Any], now: datetime) -> None:
    # Whoever holds the lease by now: it has gone out.
    outbox_rows.mark_sent(connection, city, [row.id], now)
    _forget_the_token(connection, city, row)


def _give_up(bank: Bank, city: City, row: Row[Any], lease: datetime, error: str) -> str | None:
    def bury(connection: Connection) -> str | None:
        dead, now = outbox_rows.DEAD, bank.clock()
        if not outbox_rows.put_back(connection, city.code, row.id, lease, dead, now, error):
            return None
        _forget_the_token(connection, city.code, row)
        return "dead"

    return in_writing(bank, bury)


def _forget_the_token(connection: Connection, city: str, row: Row[Any]) -> None:
    """Forget what a message says once it has gone, or never will: its token opens a door."""
    if is_message(row.kind):
        outbox_rows.forget_body(connection, city, row.id)


def _told(problem: Exception, row: Row[Any]) -> str:
    """Return what went wrong. A message's sender may quote the message, and it is a person's: only known words stay."""
    kind, told = type(problem).__name__, str(problem)
    if is_message(row.kind) and not isinstance(problem, TimeBankError):
        told = getattr(problem, "strerror", None) or ""
    return (f"{kind}: {told}" if told else kind)[:LONGEST_ERROR]


def _hand_over(bank: Bank, city: City, row: Row[Any]) -> None:
    if not is_message(row.kind):
        city.tell(Event(row.id, row.kind, row.body, row.created_at))
        return
    message = message_for(bank, city, row)
    sender = bank.senders.get(message.channel)
    if sender is None:
        name = f"senders.{message.channel.value}"
        zh = f"规则文件（orders.offer.message）要用的消息发送方没有配置。请在 config/timebank.yaml 里设置 {name}。"
        en = f"The sender that the rules name (orders.offer.message) is not there. Set {name} in config/timebank.yaml."
        raise BadInput(Words(zh, en))
    sender.send(message)
