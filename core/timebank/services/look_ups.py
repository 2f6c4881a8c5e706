"""Asking outside registers about admissions: never with a transaction open, and again until the answer comes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row

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
MOST, PATIENCE = 1000, 3
NEVER = datetime.min.replace(tzinfo=UTC)


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
        _check_free(write.connection, desk.city.code, member_id, kind, key, progress, step)
        look_up_rows.store(write.connection, desk.city.code, kind, key, member_id, said, desk.now)
        _apply(write, progress, progress.step(step.name), said)
        answer = {"answer": said.answer.value, "reached": said.reached}
        return write.answer(member_id=member_id, role=role, step=step.name, **answer)


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
    _check_free(connection, city, member_id, kind, key, progress, step)
    return str(key)


def _check_free(
    connection: Connection, city: str, member_id: str, kind: str, key: str, progress: Progress, step: Step
) -> None:
    """Refuse a number that is another member's; one they gave by mistake and have corrected since is free again."""
    earlier = look_up_rows.find(connection, city, kind, key)
    if earlier is None or earlier.member_id == member_id:
        return
    holder = member_rows.find(connection, city, earlier.member_id)
    if holder is not None and holder.registry_keys.get(kind) == key:
        zh = f"登记系统“{kind}”中的这个编号已由另一名成员使用。请核对编号；若是那名成员填错，请先更正其编号。"
        en = (
            f"This number in the register “{kind}” is another member's. Check the number; where it is they who "
            "gave it by mistake, correct theirs first."
        )
        raise ruled_out(progress.rules, "registry_key_taken", Words(zh, en), step.path)


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
    """Ask again about steps that wait for a register; return how many were answered with yes or no.

    Each is a command of its own, with an operation id made from the member, the step, their numbers and the attempt.
    One that is refused or whose plugin fails stays as it is and keeps no other from being asked. A register that is not
    reached a few times running is not asked any more in this run. A run asks so many at most, those first who were
    not asked for longest.
    """
    with bank.reading() as connection:
        waiting = admission_rows.waiting_look_ups(connection, city)
        keys = [key for row in waiting for key in row.registry_keys.values()]
        asked = look_up_rows.asked_about(connection, city, keys)
    turns = sorted((_turn(row, asked) for row in waiting), key=lambda turn: turn.last)
    answered, said, unreached = 0, 0, Counter[tuple[str, str]]()
    for turn in turns:
        step = (turn.role, turn.step)
        if said == MOST:
            break
        if unreached[step] == PATIENCE:
            continue
        command = Command(city, turn.operation_id, Actor(JOB), Channel.JOB, turn.member_id)
        try:
            answer = bank.carry_out(look_up, command, member_id=turn.member_id, role=turn.role)
        except TimeBankError:  # told to whoever asks about this member; the others are asked all the same
            continue
        said += 1
        unreached[step] = 0 if answer["reached"] else unreached[step] + 1
        answered += answer["answer"] != Said.LATER.value
    return answered


@dataclass(frozen=True, slots=True)
class _Turn:
    """A step that waits for a register, and when the register was last asked; the year one where it never was."""

    member_id: str
    role: str
    step: str
    last: datetime
    operation_id: str


def _turn(row: Row[Any], asked: Mapping[tuple[str, str], Row[Any]]) -> _Turn:
    keys = sorted(row.registry_keys.items())
    earlier = [asked[key] for key in keys if key in asked]
    attempt = str(sum(each.attempts for each in earlier) + 1)
    numbers = [text for key in keys for text in key]
    operation_id = derived_id("look_up", row.member_id, row.role, row.step, *numbers, attempt)
    last = max((each.answered_at for each in earlier), default=NEVER)
    return _Turn(row.member_id, row.role, row.step, last, operation_id)
