"""Kinship: verified with a proof the rule file accepts, and written so that it reads from both sides."""

from __future__ import annotations

from datetime import date

from timebank.domain.member import Relation, inverse
from timebank.domain.organisation import Power
from timebank.domain.refusal import refuse
from timebank.domain.words import Words
from timebank.rules import RulesInForce
from timebank.services import authority, inputs
from timebank.services.desk import Answer, Desk
from timebank.services.proofs import (
    PROOF,
    Same,
    branch_of,
    certifier,
    check_new,
    end_entry,
    lock_member,
    new_row,
)
from timebank.storage import proof_rows
from timebank.storage.people import ties

RELATION = Words("亲属关系", "relation")


def verify_tie(
    desk: Desk,
    member_id: str,
    kin_id: str,
    relation: str,
    proof: str,
    valid_from: date,
    valid_until: date | None = None,
) -> Answer:
    """Verify kinship between two members; it is written in both directions.

    Args:
        desk: the command.
        member_id: one of the two.
        kin_id: the other, who is this member's ``relation``.
        relation: such as ``parent``: the kin is the member's parent.
        proof: what was seen; where the file's kin sets name proofs, one of those, with a note after a colon.
        valid_from: first day.
        valid_until: last day, or None.

    Raises:
        BadInput: relation or proof is none that the bank or the file knows.
        Refused: nobody is their own kin; it is verified already; or the actor lacks the power over the home.
    """
    rules, period = desk.rules_on(desk.today), inputs.period(valid_from, valid_until)
    tie = _relation(member_id, kin_id, relation)
    proved = {"proof": _proof(rules, tie, proof), "verified_by": certifier(desk), "verified_on": desk.today}
    with desk.reading() as connection:
        tree, known = branch_of(desk, connection, member_id, kin_id)
    authority.require(desk, tree, rules, Power.VERIFY_KINSHIP, known[member_id].home_id)
    both = [
        new_row(desk, one, period) | proved | {"kin_id": other, "relation": read.value}
        for one, other, read in ((member_id, kin_id, tie), (kin_id, member_id, inverse(tie)))
    ]
    with desk.writing() as write:
        lock_member(write, *sorted((member_id, kin_id)))
        check_new(write, ties, _same_tie(member_id, kin_id, tie), period)
        proof_rows.add_ties(write.connection, both)
        write.tell("member.tie_verified", member_id=member_id, kin_id=kin_id, relation=tie.value)
        return write.answer(tie_id=both[0]["id"])


def end_tie(desk: Desk, member_id: str, kin_id: str, relation: str, on_day: date) -> Answer:
    """End a tie in both directions: the day named is its last.

    Raises:
        Refused: there is no such tie on that day, or the actor lacks the power over the home.
    """
    tie = _relation(member_id, kin_id, relation)
    with desk.reading() as connection:
        tree, known = branch_of(desk, connection, member_id, kin_id)
    authority.require(desk, tree, desk.rules_on(desk.today), Power.VERIFY_KINSHIP, known[member_id].home_id)
    with desk.writing() as write:
        end_entry(write, ties, _same_tie(member_id, kin_id, tie), on_day)
        end_entry(write, ties, _same_tie(kin_id, member_id, inverse(tie)), on_day)
        write.tell("member.tie_ended", member_id=member_id, kin_id=kin_id, relation=tie.value)
        return write.answer(member_id=member_id, kin_id=kin_id)


def _relation(member_id: str, kin_id: str, relation: str) -> Relation:
    if member_id == kin_id:
        raise refuse("own_kin", "不能把本人登记为自己的亲属。", "Nobody is their own kin.")
    return Relation(inputs.one_of(RELATION, relation, [each.value for each in Relation]))


def _same_tie(member_id: str, kin_id: str, relation: Relation) -> Same:
    return {ties.c.member_id: member_id, ties.c.kin_id: kin_id, ties.c.relation: relation.value}


def _proof(rules: RulesInForce, tie: Relation, proof: str) -> str:
    either = {tie.value, inverse(tie).value}
    accepted: dict[str, None] = {}
    for kin_set in rules.names("kin") if rules.has("kin") else ():
        path = f"kin.{kin_set}"
        if either & set(rules.names(f"{path}.relations")) and rules.has(f"{path}.proof"):
            accepted.update(dict.fromkeys(rules.names(f"{path}.proof")))
    seen = inputs.proof(PROOF, proof)
    if accepted:
        inputs.one_of(PROOF, seen.partition(":")[0].partition("：")[0].strip(), accepted)
    return seen
