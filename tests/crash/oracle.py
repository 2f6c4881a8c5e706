"""Is everything that was acknowledged there, once, as it was answered, and nothing that nobody asked for?"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from tests.banks import YUNZHOU
from tests.crash.journal import Told
from timebank.services.desk import Bank
from timebank.services.verification import verify
from timebank.storage.books import transfers
from timebank.storage.envelope import commands
from timebank.storage.work import orders

Key = tuple[str, str]
SHOWN = 10


@dataclass(frozen=True)
class Past:
    """What was there before the clients began."""

    operations: frozenset[Key]
    orders: frozenset[str]


def past(bank: Bank) -> Past:
    """Remember what is there now."""
    with bank.reading() as connection:
        keys = connection.execute(select(commands.c.actor_id, commands.c.operation_id)).all()
        ids = connection.execute(select(orders.c.id)).scalars().all()
    return Past(frozenset((actor, operation) for actor, operation in keys), frozenset(ids))


def complaints(bank: Bank, before: Past, told: Mapping[Key, Told]) -> list[str]:
    """Return every way in which the bank is not what its clients were told; an empty list is the promise kept."""
    with bank.reading() as connection:
        rows = connection.execute(select(commands.c.actor_id, commands.c.operation_id, commands.c.answer))
        stored = [((row.actor_id, row.operation_id), row.answer) for row in rows]
        by_operation = select(transfers.c.actor_id, transfers.c.operation_id, transfers.c.id)
        posted = [((row.actor_id, row.operation_id), row.id) for row in connection.execute(by_operation)]
        placed = set(connection.execute(select(orders.c.id)).scalars()) - before.orders

    new = [(key, answer) for key, answer in stored if key not in before.operations]
    posted = [(key, transfer) for key, transfer in posted if key not in before.operations]
    laws = [
        f"{law.code}: {law.faults} × {law.words.en}: {'; '.join(law.shown[:3])}"
        for law in verify(bank, YUNZHOU)
        if not law.ok
    ]
    return [*_against_journals(new, told), *_effects(new, posted, placed), *laws]


def _against_journals(stored: list[tuple[Key, Any]], told: Mapping[Key, Told]) -> list[str]:
    answers = dict(stored)
    twice = [key for key, count in Counter(key for key, _ in stored).items() if count > 1]
    lost = [key for key, one in told.items() if one.answers and key not in answers]
    other = [
        key for key, one in told.items() if key in answers and any(a != answers[key] for a in one.answers)
    ]
    refused = [
        key
        for key, one in told.items()
        if one.refused and not one.doubtful and not one.answers and key in answers
    ]
    broken = [why for one in told.values() for why in one.broken]
    return [
        *_listed("acknowledged but not stored", lost),
        *_listed("stored twice", twice),
        *_listed("stored with another answer than was given", other),
        *_listed("refused but stored", refused),
        *_listed("stored but never asked for", [key for key in answers if key not in told]),
        *_listed("answered with a fault of the program", broken),
    ]


def _effects(stored: list[tuple[Key, Any]], posted: list[tuple[Key, str]], placed: set[str]) -> list[str]:
    """Compare what took effect with what the answers name: each once, and nothing half."""
    named = [answer["transfer_id"] for _, answer in stored if answer.get("transfer_id")]
    ordered = {answer["order_id"] for _, answer in stored if "order_id" in answer}
    repeated = [key for key, count in Counter(key for key, _ in posted).items() if count > 1]
    return [
        *_listed("took effect more than once", repeated),
        *_listed("answered with a transfer that is not there", set(named) - {id_ for _, id_ in posted}),
        *_listed("a transfer that no answer names", {id_ for _, id_ in posted} - set(named)),
        *_listed("an order that no answer names", placed - ordered),
    ]


def _listed(what: str, found: Any) -> list[str]:
    some = [str(one) for one in list(found)[:SHOWN]]
    return [f"{what}: {len(found)}: {'; '.join(some)}"] if found else []
