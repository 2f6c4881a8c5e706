"""Asking outside registers about admissions: never with a transaction open, and again until the answer comes."""

from __future__ import annotations

from sqlalchemy import Connection

from timebank.domain.admission import AdmissionState, StepBy, StepState
from timebank.domain.command import Actor, Channel, Command
from timebank.domain.identity import derived_id
from timebank.domain.refusal import TimeBankError, missing, refuse
from timebank.domain.registry import Answer as Said
from timebank.domain.registry import LookedUp
from timebank.domain.words import Words
from timebank.services import authority
from timebank.services.admission_progress import Progress, Step, load
from timebank.services.admission_steps import fail_one, locked, pass_one, require_progress, wait_for
from timebank.services.desk import Answer, Bank, Desk, Writing
from timebank.services.facts import MEMBER
from timebank.services.inputs import LONGEST_NAME
from timebank.services.members import party_of
from timebank.services.rulings import ruled_out
from timebank.storage import admission_rows, look_up_rows, member_rows

JOB = "job:look_ups"


def look_up(desk: Desk, member_id: str, role: str) -> Answer:
    """Ask the register that an admission waits for, and store its answer with its instant.

    The register is asked with no transaction open. Yes passes the step, no rejects the admission, later leaves
    it waiting: ``resume_look_ups`` asks again.

    Raises:
        NotFound: there is no such member, or they never applied.
        Refused: no register is next, the member has no number in it, the number is another member's, or the actor
            is neither the member nor kin nor staff of their home.
    """
    with desk.reading() as connection:
        authority.require_party(desk, *party_of(desk, connection, member_id))
        progress = require_progress(load(connection, desk.city, member_id, role))
        step = _step_to_ask(progress, desk)
        kind = progress.rules.text(f"{step.path}.look_up")
        key = _key(connection, desk.city.code, member_id, kind, progress, step)
    said = desk.city.look_up(kind, key)
    with desk.writing() as write:
        progress = locked(write, member_id, role)
        look_up_rows.store(write.connection, desk.city.code, kind, key, member_id, said, desk.now)
        _apply(write, progress, progress.step(step.name), said)
        return write.answer(member_id=member_id, role=role, step=step.name, answer=said.answer.value)


def _step_to_ask(progress: Progress, desk: Desk) -> Step:
    step = progress.pending(desk.today)
    undecided = progress.state in {AdmissionState.APPLIED, AdmissionState.ADMITTED}
    if step is not None and step.by is StepBy.LOOK_UP and undecided:
        return step
    zh = "现在没有等待外部登记系统答复的步骤。"
    en = "No step waits for an outside register now."
    if step is not None and undecided:
        zh += f"下一步是“{step.label.zh}”。"
        en += f" The next step is “{step.label.en}”."
    raise refuse("no_look_up", zh, en)


def _key(connection: Connection, city: str, member_id: str, kind: str, progress: Progress, step: Step) -> str:
    member = member_rows.find(connection, city, member_id)
    if member is None:
        raise missing(MEMBER, member_id)
    key = member.registry_keys.get(kind)
    if not key:
        zh = f"“{step.label.zh}”要查询登记系统“{kind}”，但这名成员没有登记在其中的编号。请先补登编号。"
        en = f"“{step.label.en}” asks the register “{kind}”, but this member has no number there. Add it first."
        raise ruled_out(progress.rules, "no_registry_key", Words(zh, en), step.path)
    earlier = look_up_rows.find(connection, city, kind, key)
    if earlier is not None and earlier.member_id != member_id:
        zh = f"登记系统“{kind}”中的这个编号已由另一名成员使用。请核对编号。"
        en = f"This number in the register “{kind}” is another member's. Check the number."
        raise ruled_out(progress.rules, "registry_key_taken", Words(zh, en), step.path)
    return str(key)


def _apply(write: Writing, progress: Progress, step: Step, said: LookedUp) -> None:
    if said.answer is Said.YES:
        pass_one(write, progress, step, said.note[:LONGEST_NAME], None)
    elif step.state is StepState.PASSED:
        return  # it had passed and expired: without a yes it stays expired
    elif said.answer is Said.NO:
        fail_one(write, progress, step, said.note[:LONGEST_NAME], None)
    else:
        wait_for(write, progress, step)


def resume_look_ups(bank: Bank, city: str) -> int:
    """Ask again about every step that waits for a register; return how many were answered with yes or no.

    Each is a command of its own, with an operation id made from the member, the step and the attempt. One that is
    refused or whose plugin fails stays as it is and keeps no other from being asked.
    """
    with bank.reading() as connection:
        waiting = admission_rows.waiting_look_ups(connection, city)
        attempts = look_up_rows.attempts_of(connection, city, [row.member_id for row in waiting])
    answered = 0
    for row in waiting:
        attempt = str(attempts.get(row.member_id, 0) + 1)
        operation_id = derived_id("look_up", row.member_id, row.role, row.step, attempt)
        command = Command(city, operation_id, Actor(JOB), Channel.JOB, row.member_id)
        try:
            answer = bank.carry_out(look_up, command, member_id=row.member_id, role=row.role)
        except TimeBankError:  # told to whoever asks about this member; the others are asked all the same
            continue
        answered += answer["answer"] != Said.LATER.value
    return answered
