"""Statements on the rule files the bank ever ran with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, func, inspect, select

from timebank.storage.conflicts import insert_new
from timebank.storage.envelope import rule_files


def ready(connection: Connection) -> bool:
    """Say whether the database has been set up."""
    return inspect(connection).has_table(rule_files.name)


def take_turn(connection: Connection, city: str) -> None:
    """Wait until nobody else is adding rule files of a city, and keep others waiting until the transaction ends.

    PostgreSQL alone has to be asked: on SQLite whoever writes is alone anyway.
    """
    if connection.dialect.name == "postgresql":
        key = int.from_bytes(sha256(f"timebank rule files of {city}".encode()).digest()[:8], signed=True)
        connection.execute(select(func.pg_advisory_xact_lock(key)))


def digests(connection: Connection, city: str) -> set[str]:
    """Return the digests that are kept."""
    return set(connection.execute(select(rule_files.c.digest).where(rule_files.c.city == city)).scalars())


def recorded(connection: Connection, city: str) -> dict[str, list[str]]:
    """Return the digests that were recorded under each file name, the newest last; one each, as a rule."""
    rows = connection.execute(
        select(rule_files.c.file, rule_files.c.digest)
        .where(rule_files.c.city == city)
        .order_by(rule_files.c.recorded_at, rule_files.c.digest)
    )
    found: dict[str, list[str]] = {}
    for file, digest in rows:
        found.setdefault(file, []).append(digest)
    return found


def kept(connection: Connection, city: str, digest: str) -> Any | None:
    """Return the kept copy (file, text) of a rule file, or None."""
    return connection.execute(
        select(rule_files.c.file, rule_files.c.text).where(
            rule_files.c.city == city, rule_files.c.digest == digest
        )
    ).one_or_none()


def row(
    city: str, digest: str, file: str, effective_from: date, text: str, recorded_at: datetime
) -> dict[str, Any]:
    """Return the row of a rule file."""
    return {
        "city": city,
        "digest": digest,
        "file": file,
        "effective_from": effective_from,
        "text": text,
        "recorded_at": recorded_at,
    }


def add(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Keep rule files; those already kept stay as they are."""
    insert_new(connection, rule_files, rows)
