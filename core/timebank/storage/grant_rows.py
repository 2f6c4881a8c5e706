"""Statements of grants."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

from timebank.storage.books import transfers
from timebank.storage.people import admissions, members


def granted(connection: Connection, city: str, cause_id: str) -> bool:
    """Say whether the grant of a plan, member and period was already made and stands."""
    undone = transfers.alias("undone")
    found = connection.execute(
        select(transfers.c.id)
        .outerjoin(undone, (undone.c.city == transfers.c.city) & (undone.c.reverses == transfers.c.id))
        .where(
            transfers.c.city == city,
            transfers.c.cause_kind == "grant_plan",
            transfers.c.cause_id == cause_id,
            undone.c.id.is_(None),
        )
    ).first()
    return found is not None


def ever_granted(connection: Connection, city: str, cause_ids: Iterable[str]) -> set[str]:
    """Return those of the causes for which a grant was made, whether it stands or was reversed."""
    found = connection.execute(
        select(transfers.c.cause_id).where(
            transfers.c.city == city,
            transfers.c.cause_kind == "grant_plan",
            transfers.c.cause_id.in_(list(cause_ids)),
        )
    )
    return set(found.scalars())


def admitted_after(connection: Connection, city: str, role: str, after: str, many: int) -> list[str]:
    """Return ids of admitted members of a role, in order of id, after a given one ("" for the first)."""
    statement = (
        select(admissions.c.member_id)
        .join(members, (members.c.city == admissions.c.city) & (members.c.id == admissions.c.member_id))
        .where(
            admissions.c.city == city,
            admissions.c.role == role,
            admissions.c.state == "admitted",
            members.c.closed_on.is_(None),
        )
        .order_by(admissions.c.member_id)
        .limit(many)
    )
    if after:
        statement = statement.where(admissions.c.member_id > after)
    return list(connection.execute(statement).scalars())
