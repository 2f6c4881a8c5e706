"""Statements on stored answers of outside registers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from timebank.domain.identity import new_id
from timebank.domain.registry import LookedUp
from timebank.storage.people import looked_up


def find(connection: Connection, city: str, kind: str, key: str) -> Row[Any] | None:
    """Return the stored answer of a register about a number, or None where it was never asked."""
    return connection.execute(_one(city, kind, key)).one_or_none()


def _one(city: str, kind: str, key: str) -> Select[Any]:
    return select(looked_up).where(
        looked_up.c.city == city, looked_up.c.kind == kind, looked_up.c.lookup_key == key
    )


def attempts_of(connection: Connection, city: str, member_ids: Iterable[str]) -> dict[str, int]:
    """Return how often registers were asked about each of several members."""
    statement: Select[Any] = (
        select(looked_up.c.member_id, func.sum(looked_up.c.attempts).label("attempts"))
        .where(looked_up.c.city == city, looked_up.c.member_id.in_(list(set(member_ids))))
        .group_by(looked_up.c.member_id)
    )
    return {row.member_id: int(row.attempts) for row in connection.execute(statement)}


def store(
    connection: Connection, city: str, kind: str, key: str, member_id: str, said: LookedUp, now: datetime
) -> None:
    """Store an answer with its instant, in place of the one before; attempts are counted."""
    answer = {"answer": said.answer.value, "note": said.note[:2000], "answered_at": now}
    earlier = connection.execute(_one(city, kind, key).with_for_update()).one_or_none()
    if earlier is None:
        row = {"city": city, "id": new_id(), "kind": kind, "lookup_key": key, "member_id": member_id}
        connection.execute(insert(looked_up), [row | answer | {"attempts": 1}])
        return
    connection.execute(
        update(looked_up)
        .where(looked_up.c.city == city, looked_up.c.id == earlier.id)
        .values(**answer, attempts=earlier.attempts + 1)
    )
