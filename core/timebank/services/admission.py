"""Coming into a role: a member applies, the file's steps are passed in order, and then they are admitted."""

from __future__ import annotations

from datetime import date
from typing import Any

from timebank.domain.admission import (
    ADMISSION_STATES,
    STEP_STATES,
    AdmissionEvent,
    AdmissionState,
    StepBy,
    StepEvent,
    StepState,
)
from timebank.domain.identity import new_id
from timebank.domain.member import MemberFacts, Role
from timebank.domain.organisation import Power, Tree
from timebank.domain.refusal import refuse
from timebank.domain.words import Words
from timebank.rules import RulesInForce
from timebank.services import authority, inputs
from timebank.services.admission_progress import Progress, load, step_names
from timebank.services.admission_steps import (
    advance,
    fail_one,
    imported_decision,
    locked,
    pass_one,
    require_progress,
)
from timebank.services.admitted import require_admitted
from timebank.services.applying import judge
from timebank.services.closing import require_open
from timebank.services.desk import Answer, Desk, Writing
from timebank.services.look_ups import look_up, resume_look_ups
from timebank.services.members import party_of
from timebank.services.proofs import certifier
from timebank.storage import admission_rows, member_rows

__all__ = [
    "apply",
    "fail_step",
    "imported_row",
    "look_up",
    "pass_step",
    "require_admitted",
    "resume",
    "resume_look_ups",
    "suspend",
]

ROLE = Words("角色", "role")
EVIDENCE = Words("办理依据", "evidence")
REASON = Words("原因", "reason")


def apply(desk: Desk, member_id: str, role: str) -> Answer:
    """Apply to be admitted in a role; the first step passes by it if it is the member's own.

    Args:
        desk: the command; by the member, proved kin, or staff of the member's home.
        member_id: who would be admitted.
        role: ``volunteer`` or ``recipient``.

    Raises:
        Refused: the gate of the rule file or a plugin says no, or an admission is under way or given already.
    """
    part = Role(inputs.one_of(ROLE, role, [each.value for each in Role]))
    rules = desk.rules_on(desk.today)
    with desk.reading() as connection:
        tree, member = party_of(desk, connection, member_id)
        require_open(member_rows.find(connection, desk.city.code, member_id))
        _check_again(load(connection, desk.city, member_id, role))
    authority.require_party(desk, tree, member)
    decision = judge(desk.city, member, part, rules, tree)
    with desk.writing() as write:
        earlier = load(write.connection, desk.city, member_id, role, lock=True)
        _check_again(earlier)
        _write(write, member_id, role, earlier, decision)
        progress = locked(write, member_id, role)
        _add_missing_steps(write, rules, progress, role)
        progress = _take_first(write, locked(write, member_id, role))
        return write.answer(admission_id=progress.row.id, member_id=member_id, role=role)


def _check_again(earlier: Progress | None) -> None:
    if earlier is not None:
        ADMISSION_STATES.next(earlier.state, AdmissionEvent.APPLY_AGAIN)


def _write(
    write: Writing, member_id: str, role: str, earlier: Progress | None, decision: dict[str, Any]
) -> None:
    city, today = write.desk.city.code, write.desk.today
    row = {"state": AdmissionState.APPLIED.value, "applied_on": today, "decision": decision}
    if earlier is not None:
        admission_rows.change(write.connection, city, earlier.row.id, row)
        failed = (step for step in earlier.steps if step.state is StepState.FAILED)
        for step in failed:
            state = STEP_STATES.next(step.state, StepEvent.RETRY)
            admission_rows.change_step(write.connection, city, step.id, {"state": state.value})
        return
    ids = {"city": city, "id": new_id(), "member_id": member_id, "role": role}
    admission_rows.add(write.connection, [ids | row | {"imported": False}], [])


def _add_missing_steps(write: Writing, rules: RulesInForce, progress: Progress, role: str) -> None:
    city, there = write.desk.city.code, {step.name for step in progress.steps}
    common = {"city": city, "admission_id": progress.row.id, "state": StepState.TODO.value}
    rows = [common | {"id": new_id(), "step": name} for name in step_names(rules, role) if name not in there]
    admission_rows.add(write.connection, [], rows)


def _take_first(write: Writing, progress: Progress) -> Progress:
    first = progress.steps[0]
    if first.by is StepBy.MEMBER and not first.is_done(write.desk.today):
        return pass_one(write, progress, first, "", write.desk.command.actor.organisation_id)
    return advance(write, progress)


def pass_step(desk: Desk, member_id: str, role: str, step: str, evidence: str = "") -> Answer:
    """Pass a step, or renew one that expires; after the last one the member is admitted.

    Args:
        desk: the command; a member's own step is done by the member, proved kin or staff of their home, an
            organisation's step by staff with the step's power over where the member belongs.
        member_id: whose admission.
        role: ``volunteer`` or ``recipient``.
        step: a step id of the rule file under which the member applied.
        evidence: what was seen.

    Raises:
        NotFound: the member never applied.
        Refused: an earlier step is missing, the step is a register's, it is passed already, or the actor may not.
    """
    note = inputs.note(EVIDENCE, evidence, inputs.LONGEST_NAME)
    _require_may(desk, member_id, role, step)
    with desk.writing() as write:
        progress = locked(write, member_id, role)
        after = pass_one(write, progress, progress.step(step), note, desk.command.actor.organisation_id)
        admitted = after.pending(desk.today) is None
        return write.answer(admission_id=progress.row.id, step=step, admitted=admitted)


def fail_step(desk: Desk, member_id: str, role: str, step: str, reason: str) -> Answer:
    """Fail a step: the admission is rejected; the member may apply again.

    Raises:
        NotFound: the member never applied.
        Refused: an earlier step is missing, the step is a register's or passed already, or the actor may not.
    """
    why = inputs.name(REASON, reason)
    _require_may(desk, member_id, role, step)
    with desk.writing() as write:
        progress = locked(write, member_id, role)
        fail_one(write, progress, progress.step(step), why, desk.command.actor.organisation_id)
        return write.answer(admission_id=progress.row.id, step=step)


def _require_may(desk: Desk, member_id: str, role: str, name: str) -> None:
    """Refuse whoever may not do a step; nothing is locked yet."""
    with desk.reading() as connection:
        tree, member = party_of(desk, connection, member_id)
        require_open(member_rows.find(connection, desk.city.code, member_id))
        progress = require_progress(load(connection, desk.city, member_id, role))
    step = progress.step(name)
    if step.by is StepBy.MEMBER:
        authority.require_party(desk, tree, member)
    elif step.by is StepBy.ORGANISATION:
        _require_power(desk, tree, member, progress.power(step))
    else:
        zh = f"“{step.label.zh}”由外部登记系统答复，不能人工办理。请查询登记系统。"
        en = f"“{step.label.en}” is answered by an outside register, not by hand. Ask the register."
        raise refuse("look_up_step", zh, en)


def _require_power(desk: Desk, tree: Tree, member: MemberFacts, power: Power) -> None:
    rules = desk.rules_on(desk.today)
    authority.require_any(desk, tree, rules, power, authority.belongs_to(member))


def suspend(desk: Desk, member_id: str, role: str, reason: str) -> Answer:
    """Suspend an admission until it is resumed; needs a power over the member's home.

    Raises:
        NotFound: the member never applied.
        Refused: the member is not admitted, or the actor has no power to.
    """
    entry = {"reason": inputs.name(REASON, reason)}
    return _interrupt(desk, member_id, role, AdmissionEvent.SUSPEND, entry)


def resume(desk: Desk, member_id: str, role: str) -> Answer:
    """Let a suspended admission count again; needs the same power.

    Raises:
        NotFound: the member never applied.
        Refused: the admission is not suspended, or the actor has no power to.
    """
    return _interrupt(desk, member_id, role, AdmissionEvent.RESUME, {})


def _interrupt(desk: Desk, member_id: str, role: str, event: AdmissionEvent, entry: dict[str, str]) -> Answer:
    with desk.reading() as connection:
        tree, member = party_of(desk, connection, member_id)
    authority.require(desk, tree, desk.rules_on(desk.today), Power.SUSPEND_MEMBER, member.home_id)
    with desk.writing() as write:
        progress = locked(write, member_id, role)
        state = ADMISSION_STATES.next(progress.state, event)
        decision = dict(progress.row.decision or {})
        said = {"event": event.value, "on": desk.today.isoformat(), "by": certifier(desk)} | entry
        decision["interruptions"] = [*decision.get("interruptions", []), said]
        changes = {"state": state.value, "decision": decision}
        admission_rows.change(write.connection, desk.city.code, progress.row.id, changes)
        write.tell(f"member.{event.value}d", member_id=member_id, role=role)
        return write.answer(admission_id=progress.row.id, member_id=member_id, role=role)


def imported_row(
    city: str, member_id: str, role: str, admitted_on: date, rules: RulesInForce
) -> dict[str, Any]:
    """Return the row of an admission taken over from an earlier system, for ``admission_rows.add``.

    Its gates and steps were not asked, and its decision says so.

    Args:
        city: the city's code.
        member_id: the member.
        role: ``volunteer`` or ``recipient``.
        admitted_on: first day in the role.
        rules: the rules in force when it is imported.
    """
    return {
        "city": city,
        "id": new_id(),
        "member_id": member_id,
        "role": role,
        "state": AdmissionState.ADMITTED.value,
        "applied_on": admitted_on,
        "admitted_on": admitted_on,
        "imported": True,
        "decision": imported_decision(rules.digest, rules.effective_from),
    }
