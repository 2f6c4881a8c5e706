"""Statements that verification needs beside the laws themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, and_, select

from timebank.storage.bulk_rows import in_parts
from timebank.storage.envelope import commands, rule_files
from timebank.storage.work import orders, visits


def rule_file_texts(connection: Connection, city: str) -> Iterator[Any]:
    """Yield (file, digest, text) of every kept rule file."""
    yield from connection.execute(
        select(rule_files.c.file, rule_files.c.digest, rule_files.c.text).where(rule_files.c.city == city)
    )


def visits_of(connection: Connection, city: str, visit_ids: Iterable[str]) -> list[Any]:
    """Return (id, service, service_date, recognised_minutes) of visits."""
    here = and_(orders.c.city == visits.c.city, orders.c.id == visits.c.order_id)
    found: list[Any] = []
    for some in in_parts(visit_ids):
        found += connection.execute(
            select(visits.c.id, orders.c.service, visits.c.service_date, visits.c.recognised_minutes)
            .join(orders, here)
            .where(visits.c.city == city, visits.c.id.in_(some))
        )
    return found


def posted_nothing(connection: Connection, city: str, operation_ids: Iterable[str]) -> set[str]:
    """Return those of the operations of settlement whose stored answer says that there was nothing to post."""
    found: set[str] = set()
    for some in in_parts(operation_ids):
        rows = connection.execute(
            select(commands.c.operation_id, commands.c.answer).where(
                commands.c.city == city, commands.c.operation_id.in_(some)
            )
        )
        found.update(row.operation_id for row in rows if row.answer.get("transfer_id") is None)
    return found
