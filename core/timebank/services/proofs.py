"""What is proved about members: traits certified, kinship and qualifications verified, each from a day until a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection

from timebank.domain.identity import new_id
from timebank.domain.member import MemberFacts, Relation, inverse
from timebank.domain.organisation import Power, Tree
from timebank.domain.refusal import missing, refuse
from timebank.domain.words import Words
from timebank.rules import RulesInForce
from timebank.services import authority, inputs
from timebank.services.desk import Answer, Desk, Writing
from timebank.services.facts import MEMBER, member_facts
from timebank.storage import member_rows, organisation_rows, proof_rows
from timebank.storage.people import qualifications, recorded_traits, ties

TRAIT = Words("可认定的特征", "trait that can be certified")
RELATION = Words("亲属关系", "relation")
QUALIFICATION = Words("专业资格", "qualification")
PROOF = Words("证明材料", "proof")


def certify_trait(
    desk: Desk,
    member_id: str,
    trait: str,
    valid_from: date,
    valid_until: date | None = None,
    proof: str = "",
) -> Answer:
    """Certify a trait that the rule file says is recorded, such as living alone.

    Raises:
        BadInput: the file has no such recorded trait, or the period ends before it begins.
        NotFound: there is no such member.
        Refused: it is certified for a part of the period already, or the actor lacks the power over the home.
    """
    rules, period = desk.rules_on(desk.today), inputs.period(valid_from, valid_until)
    inputs.one_of(
        TRAIT, trait, [each for each in rules.names("traits") if rules.has(f"traits.{each}.recorded")]
    )
    with desk.reading() as connection:
        tree, known = _branch(desk, connection, member_id)
    authority.require(desk, tree, rules, Power.CERTIFY_TRAIT, known[member_id].home_id)
    same = {recorded_traits.c.member_id: member_id, recorded_traits.c.trait: trait}
    row = _row(desk, member_id, period) | {
        "trait": trait,
        "proof": inputs.note(PROOF, proof, inputs.LONGEST_NAME),
    }
    with desk.writing() as write:
        _lock(write, member_id)
        _check_new(write, recorded_traits, same, period)
        proof_rows.add_traits(write.connection, [row | {"certified_by": certifier(desk)}])
        write.tell("member.trait_certified", member_id=member_id, trait=trait)
        return write.answer(trait_id=row["id"])


def end_trait(desk: Desk, member_id: str, trait: str, on_day: date) -> Answer:
    """End a certified trait: the day named is its last.

    Raises:
        Refused: the member does not have it on that day, or the actor lacks the power over the home.
    """
    with desk.reading() as connection:
        tree, known = _branch(desk, connection, member_id)
    rules = desk.rules_on(desk.today)
    authority.require(desk, tree, rules, Power.CERTIFY_TRAIT, known[member_id].home_id)
    same = {recorded_traits.c.member_id: member_id, recorded_traits.c.trait: trait}
    with desk.writing() as write:
        _end(write, recorded_traits, same, on_day)
        write.tell("member.trait_ended", member_id=member_id, trait=trait)
        return write.answer(member_id=member_id, trait=trait)


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
        desk: the command being carried out.
        member_id: one of the two.
        kin_id: the other: they are this member's ``relation``.
        relation: such as ``parent``: the kin is the member's parent.
        proof: what was seen. Where the file's kin sets name proofs, one of those, with a note after a colon if need be.
        valid_from: first day.
        valid_until: last day, or None.

    Raises:
        BadInput: relation or proof is none that the bank or the file knows.
        NotFound: there is no such member.
        Refused: nobody is their own kin; it is verified already; or the actor lacks the power over the home.
    """
    rules, period = desk.rules_on(desk.today), inputs.period(valid_from, valid_until)
    tie = Relation(inputs.one_of(RELATION, relation, [each.value for each in Relation]))
    seen = _proof(rules, tie, proof)
    if member_id == kin_id:
        raise refuse("own_kin", "不能把本人登记为自己的亲属。", "Nobody is their own kin.")
    with desk.reading() as connection:
        tree, known = _branch(desk, connection, member_id, kin_id)
    authority.require(desk, tree, rules, Power.VERIFY_KINSHIP, known[member_id].home_id)
    common = {"proof": seen, "verified_by": certifier(desk)}
    there = _row(desk, member_id, period) | {"kin_id": kin_id, "relation": tie.value} | common
    back = _row(desk, kin_id, period) | {"kin_id": member_id, "relation": inverse(tie).value} | common
    with desk.writing() as write:
        for each in sorted((member_id, kin_id)):
            _lock(write, each)
        _check_new(write, ties, _same_tie(member_id, kin_id, tie), period)
        proof_rows.add_ties(write.connection, [there, back])
        write.tell("member.tie_verified", member_id=member_id, kin_id=kin_id, relation=tie.value)
        return write.answer(tie_id=there["id"])


def end_tie(desk: Desk, member_id: str, kin_id: str, relation: str, on_day: date) -> Answer:
    """End a tie in both directions: the day named is its last.

    Raises:
        Refused: there is no such tie on that day, or the actor lacks the power over the home.
    """
    tie = Relation(inputs.one_of(RELATION, relation, [each.value for each in Relation]))
    with desk.reading() as connection:
        tree, known = _branch(desk, connection, member_id, kin_id)
    authority.require(desk, tree, desk.rules_on(desk.today), Power.VERIFY_KINSHIP, known[member_id].home_id)
    with desk.writing() as write:
        _end(write, ties, _same_tie(member_id, kin_id, tie), on_day)
        _end(write, ties, _same_tie(kin_id, member_id, inverse(tie)), on_day)
        write.tell("member.tie_ended", member_id=member_id, kin_id=kin_id, relation=tie.value)
        return write.answer(member_id=member_id, kin_id=kin_id)


def verify_qualification(
    desk: Desk, member_id: str, kind: str, proof: str, valid_from: date, valid_until: date | None = None
) -> Answer:
    """Verify a professional qualification.

    Raises:
        BadInput: the file has no such qualification, or no proof is named.
        NotFound: there is no such member.
        Refused: it is verified for a part of the period already, or the actor lacks the power where they belong.
    """
    rules, period = desk.rules_on(desk.today), inputs.period(valid_from, valid_until)
    listed = rules.names("qualifications") if rules.has("qualifications") else ()
    inputs.one_of(QUALIFICATION, kind, listed)
    row = _row(desk, member_id, period) | {"kind": kind, "proof": inputs.proof(PROOF, proof)}
    with desk.reading() as connection:
        tree, known = _branch(desk, connection, member_id)
    authority.require_any(
        desk, tree, rules, Power.VERIFY_QUALIFICATION, authority.belongs_to(known[member_id])
    )
    same = {qualifications.c.member_id: member_id, qualifications.c.kind: kind}
    with desk.writing() as write:
        _lock(write, member_id)
        _check_new(write, qualifications, same, period)
        proof_rows.add_qualifications(write.connection, [row | {"verified_by": certifier(desk)}])
        write.tell("member.qualification_verified", member_id=member_id, qualification=kind)
        return write.answer(qualification_id=row["id"])


def certifier(desk: Desk) -> str:
    """Return who answers for it: the organisation acted for, else the job."""
    return desk.command.actor.organisation_id or desk.command.actor.id


def _row(desk: Desk, member_id: str, period: tuple[date, date | None]) -> dict[str, Any]:
    row = {"city": desk.city.code, "id": new_id(), "member_id": member_id}
    return row | {"valid_from": period[0], "valid_until": period[1]}


def _same_tie(member_id: str, kin_id: str, relation: Relation) -> dict[Any, str]:
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


def _branch(desk: Desk, connection: Connection, *member_ids: str) -> tuple[Tree, dict[str, MemberFacts]]:
    known = member_facts(connection, desk.city.code, member_ids, desk.today)
    for member_id in member_ids:
        if member_id not in known:
            raise missing(MEMBER, member_id)
    places = [place for member in known.values() for place in authority.belongs_to(member)]
    acting = desk.command.actor.organisation_id
    ids = [*places, acting] if acting is not None else places
    return organisation_rows.branch_on(connection, desk.city.code, desk.today, ids), known


def _lock(write: Writing, member_id: str) -> None:
    if member_rows.lock(write.connection, write.desk.city.code, member_id) is None:
        raise missing(MEMBER, member_id)


def _check_new(write: Writing, table: Any, same: dict[Any, str], period: tuple[date, date | None]) -> None:
    if proof_rows.overlapping(write.connection, table, write.desk.city.code, same, period):
        zh = "同一事项在这段有效期内已经登记过。请先结束原来的一条，或从其到期次日起登记。"
        en = "The same is on record for a part of this period. End the earlier entry, or begin after it."
        raise refuse("already_proved", zh, en)


def _end(write: Writing, table: Any, same: dict[Any, str], on_day: date) -> None:
    if not proof_rows.end(write.connection, table, write.desk.city.code, same, on_day):
        zh = f"在 {on_day} 没有这样一条有效的登记可以结束。请核对日期。"
        raise refuse("not_proved", zh, f"There is no such entry in force on {on_day} to end. Check the day.")
