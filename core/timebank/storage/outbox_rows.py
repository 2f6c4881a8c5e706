"""Statements on the outbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from timebank.storage.envelope import outbox

WAITING, SENT, DEAD = "waiting", "sent", "dead"


def add(
    connection: Connection, city: str, now: datetime, events: Sequence[tuple[str, str, Mapping[str, Any]]]
) -> None:
    """Add events (id, kind, body), due at once."""
    if not events:
        return
    rows = [
        {
            "city": city,
            "id": event_id,
            "kind": kind,
            "body": dict(body),
            "created_at": now,
            "due_at": now,
            "state": WAITING,
            "attempts": 0,
        }
        for event_id, kind, body in events
    ]
    connection.execute(insert(outbox), rows)


def claim(
    connection: Connection, city: str, now: datetime, leased_until: datetime, many: int
) -> Sequence[Row[Any]]:
    """Take up to ``many`` due events for this worker: nobody else sees them until the lease ends."""
    due = (
        select(outbox)
        .where(outbox.c.city == city, outbox.c.state == WAITING, outbox.c.due_at <= now)
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(many)
        .with_for_update(skip_locked=True)
    )
    rows = connection.execute(due).all()
    if rows:
        connection.execute(
            update(outbox)
            .where(outbox.c.city == city, outbox.c.id.in_([row.id for row in rows]))
            .values(due_at=leased_until, attempts=outbox.c.attempts + 1)
        )
    return rows


def mark(
    connection: Connection, city: str, event_id: str, state: str, due_at: datetime, error: str | None
) -> None:
    """Write down what became of one delivery."""
    connection.execute(
        update(outbox)
        .where(outbox.c.city == city, outbox.c.id == event_id)
        .values(state=state, due_at=due_at, last_error=error)
    )


def mark_sent(connection: Connection, city: str, event_ids: Sequence[str], now: datetime) -> None:
    """Write down that events were delivered, all in one statement."""
    if event_ids:
        connection.execute(
            update(outbox)
            .where(outbox.c.city == city, outbox.c.id.in_(list(event_ids)))
            .values(state=SENT, due_at=now, last_error=None)
        )


def forget_body(connection: Connection, city: str, event_id: str) -> None:
    """Forget what a delivered message said; its id, kind and time stay."""
    connection.execute(update(outbox).where(outbox.c.city == city, outbox.c.id == event_id).values(body={}))


def counts(connection: Connection, city: str) -> dict[str, int]:
    """Return how many events are in each state."""
    found = connection.execute(
        select(outbox.c.state, func.count().label("many"))
        .where(outbox.c.city == city)
        .group_by(outbox.c.state)
    )
    return {row.state: row.many for row in found}
