"""Statements on admissions and their steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, insert, select, update

from timebank.domain.admission import AdmissionState, StepState
from timebank.domain.identity import is_id
from timebank.storage.people import admission_steps, admissions, members

_STEPS = and_(admission_steps.c.city == admissions.c.city, admission_steps.c.admission_id == admissions.c.id)


def find(connection: Connection, city: str, member_id: str, role: str) -> Row[Any] | None:
    """Return the admission of a member in a role, without locking it."""
    if not is_id(member_id):
        return None
    return connection.execute(_one(city, member_id, role)).one_or_none()


def lock(connection: Connection, city: str, member_id: str, role: str) -> Row[Any] | None:
    """Return the admission of a member in a role, locked; whoever holds it may touch its steps."""
    return connection.execute(_one(city, member_id, role).with_for_update()).one_or_none()


def _one(city: str, member_id: str, role: str) -> Any:
    return select(admissions).where(
        admissions.c.city == city, admissions.c.member_id == member_id, admissions.c.role == role
    )


def steps(connection: Connection, city: str, admission_id: str) -> Sequence[Row[Any]]:
    """Return the steps of an admission in the order in which they were written."""
    return connection.execute(
        select(admission_steps)
        .where(admission_steps.c.city == city, admission_steps.c.admission_id == admission_id)
        .order_by(admission_steps.c.id)
    ).all()


def waiting_look_ups(connection: Connection, city: str) -> Sequence[Row[Any]]:
    """Return (member_id, role, step, registry_keys) of every step that waits for an outside register, oldest first."""
    statement: Select[Any] = (
        select(admissions.c.member_id, admissions.c.role, admission_steps.c.step, members.c.registry_keys)
        .join(admission_steps, _STEPS)
        .join(members, and_(members.c.city == admissions.c.city, members.c.id == admissions.c.member_id))
        .where(
            admissions.c.city == city,
            admissions.c.state == AdmissionState.APPLIED.value,
            admission_steps.c.state == StepState.WAITING.value,
            members.c.closed_on.is_(None),
        )
        .order_by(admissions.c.id)
    )
    return connection.execute(statement).all()


def add(connection: Connection, rows: list[dict[str, Any]], step_rows: list[dict[str, Any]]) -> None:
    """Add admissions with their steps: one statement each, however many."""
    if rows:
        connection.execute(insert(admissions), rows)
    if step_rows:
        connection.execute(insert(admission_steps), step_rows)


def change(connection: Connection, city: str, admission_id: str, changes: dict[str, Any]) -> None:
    """Change the state of a locked admission and what goes with it."""
    connection.execute(
        update(admissions).where(admissions.c.city == city, admissions.c.id == admission_id).values(**changes)
    )


def change_step(connection: Connection, city: str, step_id: str, changes: dict[str, Any]) -> None:
    """Change the state of a step of a locked admission and what goes with it."""
    connection.execute(
        update(admission_steps)
        .where(admission_steps.c.city == city, admission_steps.c.id == step_id)
        .values(**changes)
    )
