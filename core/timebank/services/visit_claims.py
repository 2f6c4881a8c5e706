"""Claims about a visit: what evidence is given, whether the file accepts it, and when it says something happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from timebank.domain.command import Channel
from timebank.domain.identity import new_id
from timebank.domain.refusal import BadInput, refuse
from timebank.domain.visit import ClaimKind
from timebank.domain.words import Words
from timebank.rules import RulesInForce
from timebank.services import inputs
from timebank.services.desk import Desk
from timebank.services.rulings import ruled_out
from timebank.services.standing import is_staff

NOTE = Words("凭证说明", "note of a claim")
KIND = Words("凭证种类", "kind of claim")
_KEYS = {"kind", "note", "at"}


@dataclass(frozen=True, slots=True)
class Evidence:
    """Claims as they are stored, and the moment they speak of.

    Attributes:
        rows: one for each claim.
        at: when it happened: now, or earlier where staff enter it late with evidence.
        is_late: whether it is such a late entry.
    """

    rows: tuple[dict[str, Any], ...]
    at: datetime
    is_late: bool

    @property
    def kinds(self) -> frozenset[str]:
        """Return the kinds of evidence given."""
        return frozenset(row["kind"] for row in self.rows)


def read(desk: Desk, claims: Sequence[Mapping[str, Any]], rules: RulesInForce, path: str) -> Evidence:
    """Return the claims of a command.

    Args:
        desk: the command being carried out.
        claims: maps of ``kind``, ``note`` (optional) and ``at`` (optional: an earlier moment, for a late entry).
        rules: the rules of the day.
        path: the block whose ``proof`` lists the kinds that count; without it any kind does, and none is needed.

    Raises:
        BadInput: a claim cannot be read.
        Refused: a kind does not count here, none is given where one is needed, or the moment may not be entered.
    """
    given = [_claim(claim) for claim in claims]
    _check_kinds(rules, f"{path}.proof", [kind for kind, _, _ in given])
    moments = {at for _, _, at in given if at is not None}
    if len(moments) > 1:
        raise BadInput(Words("各项凭证的时间不一致。", "The claims name different moments."))
    at = moments.pop() if moments else desk.now
    if at != desk.now:
        _check_late(desk, at)
    rows = tuple(row(desk, kind, note, at) for kind, note, _ in given)
    return Evidence(rows, at, at != desk.now)


def statement(desk: Desk, text: str) -> tuple[dict[str, Any], ...]:
    """Return what staff or a party say about a visit as a claim of its own, or nothing for an empty text."""
    note = inputs.note(NOTE, text)
    kind = ClaimKind.STAFF_WITNESS if is_staff(desk) else ClaimKind.APP
    return (row(desk, kind.value, note, desk.now),) if note else ()


def row(desk: Desk, kind: str, note: str, at: datetime) -> dict[str, Any]:
    """Return the row of a claim, but for its visit and its moment."""
    return {"id": new_id(), "kind": kind, "claimed_at": at, "by_actor": desk.command.actor.id, "note": note}


def _claim(claim: Mapping[str, Any]) -> tuple[str, str, datetime | None]:
    unknown = sorted(set(claim) - _KEYS)
    if unknown or "kind" not in claim:
        zh = f"凭证写作 kind、note（可不写）、at（可不写），现在是：{'、'.join(map(str, claim)) or '空'}。"
        en = f"A claim has kind, note (optional) and at (optional), not: {', '.join(map(str, claim)) or 'nothing'}."
        raise BadInput(Words(zh, en))
    kind = inputs.one_of(KIND, str(claim["kind"]), [known.value for known in ClaimKind])
    return kind, inputs.note(NOTE, str(claim.get("note", ""))), _moment(claim.get("at"))


def _moment(given: Any) -> datetime | None:
    if isinstance(given, str):
        try:
            given = datetime.fromisoformat(given)
        except ValueError:
            given = False
    if given is None or (isinstance(given, datetime) and given.tzinfo is not None):
        return given
    zh, en = (
        "凭证的时间须写作带时区的时刻，如 2026-03-02T09:00+08:00。",
        "A claim's moment needs date, time and zone.",
    )
    raise BadInput(Words(zh, en))


def _check_kinds(rules: RulesInForce, path: str, kinds: Sequence[str]) -> None:
    if not rules.has(path):
        return
    known = rules.names(path)
    strange = [kind for kind in kinds if kind not in known]
    if strange or not kinds:
        said = Words(f"凭证“{'、'.join(strange)}”不算数", f"Proof by {', '.join(strange)} does not count")
        if not strange:
            said = Words("还没有凭证", "No proof was given")
        zh = f"{said.zh}。这里认可：{'、'.join(known)}。"
        raise ruled_out(rules, "wrong_proof", Words(zh, f"{said.en}; what counts: {', '.join(known)}."), path)


def _check_late(desk: Desk, at: datetime) -> None:
    if at > desk.now:
        raise BadInput(Words("凭证的时间在将来。", "The moment of a claim lies in the future."))
    if not is_staff(desk) and desk.command.channel is not Channel.IMPORT:
        zh = "只有工作人员可以凭证据补录更早的时间。请联系组织方。"
        en = "Only staff may enter an earlier moment, by evidence. Ask the organiser."
        raise refuse("late_entry", zh, en)
