"""Statements on the commands table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from timebank.domain.command import Command
from timebank.storage.envelope import commands

_EARLIER = select(commands.c.body_digest, commands.c.answer).where(
    commands.c.city == bindparam("city"),
    commands.c.actor_id == bindparam("actor_id"),
    commands.c.operation_id == bindparam("operation_id"),
)


def earlier(connection: Connection, command: Command) -> Any | None:
    """Return the stored command (body_digest, answer) of the same city, actor and operation id, or None."""
    given = {"city": command.city, "actor_id": command.actor.id, "operation_id": command.operation_id}
    return connection.execute(_EARLIER, given).one_or_none()


def row(command: Command, kind: str, digest: str, answer: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return the row of a command."""
    return {
        "city": command.city,
        "actor_id": command.actor.id,
        "operation_id": command.operation_id,
        "kind": kind,
        "body_digest": digest,
        "answer": dict(answer),
        "actor_organisation": command.actor.organisation_id,
        "party_id": command.party_id,
        "channel": command.channel.value,
        "recorded_at": now,
    }
