"""Statements on who proposed, signed and published which draft."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, inspect, select

from timebank.storage.envelope import publishing_steps

PROPOSED, SIGNED, PUBLISHED = "proposed", "signed", "published"


def ready(connection: Connection) -> bool:
    """Say whether the database has the table."""
    return inspect(connection).has_table(publishing_steps.name)


def steps_of_file(connection: Connection, city: str, file: str) -> list[Any]:
    """Return (digest, step, path, person, recorded_at) of every step about a file name, the oldest first."""
    table = publishing_steps
    columns = (table.c.digest, table.c.step, table.c.path, table.c.person, table.c.recorded_at)
    return list(
        connection.execute(
            select(*columns)
            .where(table.c.city == city, table.c.file == file)
            .order_by(table.c.recorded_at, table.c.path)
        )
    )


def proposal_of(connection: Connection, city: str, digest: str) -> Any | None:
    """Return (file, person) of who proposed these very bytes, under whatever file name, or None."""
    table = publishing_steps
    mine = (table.c.city == city, table.c.digest == digest, table.c.step == PROPOSED)
    return connection.execute(select(table.c.file, table.c.person).where(*mine)).first()


def add(  # noqa: PLR0913 - one row
    connection: Connection,
    city: str,
    digest: str,
    step: str,
    *,
    file: str,
    person: str,
    recorded_at: datetime,
    path: str = "",
    number: int | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Write one step down; the same step of the same draft fails on its key, and so does a number given twice."""
    connection.execute(
        insert(publishing_steps),
        {
            "city": city,
            "digest": digest,
            "step": step,
            "path": path,
            "file": file,
            "person": person,
            "number": number,
            "details": dict(details or {}),
            "recorded_at": recorded_at,
        },
    )
