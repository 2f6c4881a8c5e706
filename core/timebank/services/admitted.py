"""Whether a member is admitted in a role on a day, and if not, what is missing."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from timebank.domain.admission import ADMISSION_STATES, AdmissionState
from timebank.domain.member import is_gone
from timebank.domain.refusal import Refused, missing, refuse
from timebank.domain.words import Words
from timebank.hooks.city import City
from timebank.services.admission_progress import Progress, load
from timebank.services.applying import role_words
from timebank.services.facts import MEMBER
from timebank.services.rulings import ruled_out
from timebank.storage import member_rows


def require_admitted(connection: Connection, city: City, member_id: str, role: str, day: date) -> None:
    """Refuse unless a member is admitted in a role on a day.

    Args:
        connection: a transaction, reading or writing.
        city: the running city.
        member_id: the member.
        role: ``volunteer`` or ``recipient``.
        day: the city's local day.

    Raises:
        NotFound: there is no such member.
        Refused: what is missing, with the rule that wants it: they never applied, a step is still to be done or
            has expired, they were rejected or suspended, or they have left.
    """
    member = member_rows.find(connection, city.code, member_id)
    if member is None:
        raise missing(MEMBER, member_id)
    if is_gone(member.closed_on, member.closed_for, day):
        zh = f"这名成员的最后一日是 {member.closed_on}，已销户。"
        raise refuse("member_closed", zh, f"This member is closed; their last day was {member.closed_on}.")
    rules = city.rules_on(day)
    progress, label = load(connection, city, member_id, role), role_words(rules, role)
    if progress is None:
        words = Words(f"还没有加入为{label.zh}。请先申请。", f"Not admitted as a {label.en}. Apply first.")
        raise ruled_out(rules, "not_admitted", words, f"admission.{role}")
    if progress.state is not AdmissionState.ADMITTED:
        raise _not_admitted(progress, label, day)
    expired = progress.pending(day)
    if expired is not None:
        zh = f"“{expired.label.zh}”的有效期至 {expired.valid_until}，已过期。请重新办理后再服务。"
        en = f"“{expired.label.en}” counted until {expired.valid_until} and has expired. Renew it first."
        raise ruled_out(progress.rules, "step_expired", Words(zh, en), f"{expired.path}.valid")


def _not_admitted(progress: Progress, label: Words, day: date) -> Refused:
    state = ADMISSION_STATES.states[progress.state]
    zh, en = f"加入为{label.zh}：{state.zh}。", f"Admission as a {label.en}: {state.en}."
    pending = progress.pending(day)
    path = f"admission.{progress.row.role}"
    if progress.state is AdmissionState.APPLIED and pending is not None:
        zh += f"还差“{pending.label.zh}”。"
        en += f" Still missing: “{pending.label.en}”."
        path = pending.path
    return ruled_out(progress.rules, "not_admitted", Words(zh, en), path)
