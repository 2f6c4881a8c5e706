"""Statements on the outbox."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from timebank.storage.envelope import outbox

WAITING, SENT, DEAD = "waiting", "sent", "dead"


def rows(
    city: str, now: datetime, events: Iterable[tuple[str, str, Mapping[str, Any]]]
) -> list[dict[str, Any]]:
    """Return the rows of new events (id, kind, body), due at once."""
    return [
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
            .values(due_at=leased_until)
        )
    return rows


def begin_attempt(
    connection: Connection, city: str, event_id: str, lease: datetime, leased_until: datetime
) -> bool:
    """Count one more attempt and lease the event for it alone; False where the earlier lease is no longer ours."""
    ours = outbox.c.state == WAITING, outbox.c.due_at == lease
    begun = connection.execute(
        update(outbox)
        .where(outbox.c.city == city, outbox.c.id == event_id, *ours)
        .values(due_at=leased_until, attempts=outbox.c.attempts + 1)
    )
    return begun.rowcount == 1


def put_back(
    connection: Connection,
    city: str,
    event_id: str,
    lease: datetime,
    state: str,
    due_at: datetime,
    error: str,
) -> bool:
    """Write down a failed attempt; False where its lease had ended: then whoever holds the event now decides."""
    ours = outbox.c.state == WAITING, outbox.c.due_at == lease
    changed = connection.execute(
        update(outbox)
        .where(outbox.c.city == city, outbox.c.id == event_id, *ours)
        .values(state=state, due_at=due_at, last_error=error)
    )
    return changed.rowcount == 1


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


def page(connection: Connection, city: str, state: str, after: str | None, many: int) -> Sequence[Any]:
    """Return a page of events in one state, in order of id; never what they say, which may open a door."""
    shown = (
        outbox.c.id,
        outbox.c.kind,
        outbox.c.state,
        outbox.c.attempts,
        outbox.c.created_at,
        outbox.c.due_at,
        outbox.c.last_error.label("error"),
    )
    statement = select(*shown).where(outbox.c.city == city, outbox.c.state == state)
    if after is not None:
        statement = statement.where(outbox.c.id > after)
    return connection.execute(statement.order_by(outbox.c.id).limit(many)).all()


def lock(connection: Connection, city: str, event_ids: Sequence[str]) -> Sequence[Any]:
    """Lock events and return id, kind and state of those there are."""
    wanted = select(outbox.c.id, outbox.c.kind, outbox.c.state).where(
        outbox.c.city == city, outbox.c.id.in_(list(event_ids))
    )
    return connection.execute(wanted.order_by(outbox.c.id).with_for_update()).all()


def make_due(connection: Connection, city: str, event_ids: Sequence[str], now: datetime) -> None:
    """Let events be delivered at once, with all their attempts before them."""
    connection.execute(
        update(outbox)
        .where(outbox.c.city == city, outbox.c.id.in_(list(event_ids)))
        .values(state=WAITING, due_at=now, attempts=0)
    )


def counts(connection: Connection, city: str) -> dict[str, int]:
    """Return how many events are in each state."""
    found = connection.execute(
        select(outbox.c.state, func.count().label("many"))
        .where(outbox.c.city == city)
        .group_by(outbox.c.state)
    )
    return {row.state: row.many for row in found}
