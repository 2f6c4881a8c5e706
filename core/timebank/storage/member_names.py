"""Names of members and organisations, for sentences."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy import Connection, select

from timebank.storage.people import members, organisations


def names(connection: Connection, city: str, owner_ids: Iterable[str]) -> dict[str, str]:
    """Return the names of those owners that are members or organisations."""
    owners = set(owner_ids)
    people = [owner for owner in owners if _is_id(owner)]
    found: dict[str, str] = {}
    if people:
        rows = connection.execute(
            select(members.c.id, members.c.name).where(members.c.city == city, members.c.id.in_(people))
        )
        found.update((row.id, row.name) for row in rows)
    others = owners - found.keys()
    if others:
        rows = connection.execute(
            select(organisations.c.id, organisations.c.name).where(
                organisations.c.city == city, organisations.c.id.in_(sorted(others))
            )
        )
        found.update((row.id, row.name) for row in rows)
    return found


def _is_id(owner: str) -> bool:
    try:
        uuid.UUID(owner)
    except ValueError:
        return False
    return True
