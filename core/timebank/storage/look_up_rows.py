"""Statements on stored answers of outside registers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, insert, select, update

from timebank.domain.identity import new_id
from timebank.domain.registry import LookedUp
from timebank.storage.given import among
from timebank.storage.people import looked_up


def find(connection: Connection, city: str, kind: str, key: str) -> Row[Any] | None:
    """Return the stored answer of a register about a number, or None where it was never asked."""
    return connection.execute(_one(city, kind, key)).one_or_none()


def _one(city: str, kind: str, key: str) -> Select[Any]:
    return select(looked_up).where(
        looked_up.c.city == city, looked_up.c.kind == kind, looked_up.c.lookup_key == key
    )


def asked_about(connection: Connection, city: str, keys: Iterable[str]) -> dict[tuple[str, str], Row[Any]]:
    """Return attempts and answered_at of each number that a register was asked about, by register and number."""
    given = {"city": city, "keys": sorted(set(keys))}
    rows = connection.execute(_asked(connection.dialect.name), given)
    return {(row.kind, row.lookup_key): row for row in rows}


@cache
def _asked(dialect: str) -> Select[Any]:
    return select(
        looked_up.c.kind, looked_up.c.lookup_key, looked_up.c.attempts, looked_up.c.answered_at
    ).where(looked_up.c.city == bindparam("city"), among(dialect, looked_up.c.lookup_key, "keys"))


def store(
    connection: Connection, city: str, kind: str, key: str, member_id: str, said: LookedUp, now: datetime
) -> None:
    """Store an answer with its instant, in place of the one before; attempts are counted, whoever's number it is."""
    answer = {"answer": said.answer.value, "note": said.note[:2000], "answered_at": now}
    earlier = connection.execute(_one(city, kind, key).with_for_update()).one_or_none()
    if earlier is None:
        row = {"city": city, "id": new_id(), "kind": kind, "lookup_key": key, "member_id": member_id}
        connection.execute(insert(looked_up), [row | answer | {"attempts": 1}])
        return
    connection.execute(
        update(looked_up)
        .where(looked_up.c.city == city, looked_up.c.id == earlier.id)
        .values(**answer, member_id=member_id, attempts=earlier.attempts + 1)
    )
