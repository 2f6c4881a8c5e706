"""Steps of an admission done in a write transaction; after the last one the member is admitted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from timebank.domain.admission import (
    ADMISSION_STATES,
    AdmissionEvent,
    AdmissionState,
    StepBy,
    StepEvent,
    StepState,
)
from timebank.domain.decision import Decision
from timebank.domain.refusal import NotFound, refuse
from timebank.domain.words import Words
from timebank.services.admission_progress import Progress, Step, last_day, load
from timebank.services.desk import Writing
from timebank.services.engine_version import ENGINE
from timebank.storage import admission_rows


def locked(write: Writing, member_id: str, role: str) -> Progress:
    """Return a member's admission, locked.

    Raises:
        NotFound: the member never applied.
    """
    found = load(write.connection, write.desk.city, member_id, role, lock=True)
    if found is None:
        raise never_applied()
    return found


def never_applied() -> NotFound:
    """Return the exception for a member who never applied in a role."""
    zh = "这名成员没有提出过这项加入申请。请先申请。"
    return NotFound(Words(zh, "This member never applied in this role. Apply first."), "not_applied")


def pass_one(
    write: Writing, progress: Progress, step: Step, evidence: str, by_organisation: str | None
) -> Progress:
    """Pass or renew a step whose turn it is, and go on: to the register that is next, or to admission."""
    today = write.desk.today
    progress.require_turn(step, today)
    state = progress.next_state(step, step.passing())
    passed = replace(step, state=state, valid_until=last_day(progress.rules, step, today))
    answered = {"evidence": evidence, "by_organisation": by_organisation}
    _write_step(write, passed, answered | {"answered_on": today, "valid_until": passed.valid_until})
    return advance(write, progress.with_step(passed))


def fail_one(
    write: Writing, progress: Progress, step: Step, reason: str, by_organisation: str | None
) -> None:
    """Fail a step whose turn it is: the admission is rejected."""
    desk = write.desk
    progress.require_turn(step, desk.today)
    failed = replace(step, state=progress.next_state(step, StepEvent.FAIL))
    answered = {"evidence": reason, "by_organisation": by_organisation, "answered_on": desk.today}
    _write_step(write, failed, answered)
    state = ADMISSION_STATES.next(progress.state, AdmissionEvent.REJECT)
    admission_rows.change(write.connection, desk.city.code, progress.row.id, {"state": state.value})
    row = progress.row
    write.tell("member.rejected", member_id=row.member_id, role=row.role, step=step.name)


def advance(write: Writing, progress: Progress) -> Progress:
    """Go on after a step: let the next one wait for its register, or admit when none is left."""
    today = write.desk.today
    pending = progress.pending(today)
    if pending is None:
        if progress.state is AdmissionState.APPLIED:
            _admit(write, progress)
        return progress
    if pending.by is StepBy.LOOK_UP and pending.state is StepState.TODO:
        return wait_for(write, progress, pending)
    return progress


def wait_for(write: Writing, progress: Progress, step: Step) -> Progress:
    """Let a step wait for its register."""
    waiting = replace(step, state=progress.next_state(step, StepEvent.WAIT))
    _write_step(write, waiting, {})
    return progress.with_step(waiting)


def _write_step(write: Writing, step: Step, changes: dict[str, Any]) -> None:
    city = write.desk.city.code
    admission_rows.change_step(write.connection, city, step.id, {"state": step.state.value} | changes)


def _admit(write: Writing, progress: Progress) -> None:
    desk, row = write.desk, progress.row
    state = ADMISSION_STATES.next(progress.state, AdmissionEvent.ADMIT)
    decision = dict(row.decision) | {
        "outcome": "admitted",
        "paths": list(dict.fromkeys([*row.decision["paths"], *(step.path for step in progress.steps)])),
        "facts": dict(row.decision["facts"]) | {"steps": [step.name for step in progress.steps]},
        "engine": ENGINE,
    }
    changes = {"state": state.value, "admitted_on": desk.today, "decision": decision}
    admission_rows.change(write.connection, desk.city.code, row.id, changes)
    write.tell("member.admitted", member_id=row.member_id, role=row.role, admission_id=row.id)


def imported_decision(rules_digest: str, effective_from: date) -> dict[str, Any]:
    """Return the decision of an admission taken over from an earlier system: its gates were not asked."""
    return Decision("imported", rules_digest, effective_from.isoformat(), (), engine=ENGINE).stored()


def require_progress(progress: Progress | None) -> Progress:
    """Return an admission that was found and has steps, or say that there is none or that it was imported."""
    if progress is None:
        raise never_applied()
    if not progress.steps:
        zh = "这项加入是从原系统导入的，没有可办理的步骤。"
        raise refuse("imported", zh, "This admission was imported from an earlier system and has no steps.")
    return progress
