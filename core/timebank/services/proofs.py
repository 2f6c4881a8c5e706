"""What is proved about members: traits certified, qualifications verified, each from a day until a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Column, Connection, Table

from timebank.domain.identity import new_id
from timebank.domain.member import MemberFacts
from timebank.domain.organisation import Power, Tree
from timebank.domain.refusal import missing, refuse
from timebank.domain.words import Words
from timebank.services import authority, inputs
from timebank.services.desk import Answer, Desk, Writing
from timebank.services.facts import MEMBER, member_facts
from timebank.storage import member_rows, organisation_rows, proof_rows
from timebank.storage.people import qualifications, recorded_traits

TRAIT = Words("可认定的特征", "trait that can be certified")
QUALIFICATION = Words("专业资格", "qualification")
PROOF = Words("证明材料", "proof")
Same = dict[Column[Any], str]


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
        tree, known = branch_of(desk, connection, member_id)
    authority.require(desk, tree, rules, Power.CERTIFY_TRAIT, known[member_id].home_id)
    same = {recorded_traits.c.member_id: member_id, recorded_traits.c.trait: trait}
    row = new_row(desk, member_id, period) | {
        "trait": trait,
        "proof": inputs.note(PROOF, proof, inputs.LONGEST_NAME),
    }
    with desk.writing() as write:
        lock_member(write, member_id)
        check_new(write, recorded_traits, same, period)
        proof_rows.add_traits(write.connection, [row | {"certified_by": certifier(desk)}])
        write.tell("member.trait_certified", member_id=member_id, trait=trait)
        return write.answer(trait_id=row["id"])


def end_trait(desk: Desk, member_id: str, trait: str, on_day: date) -> Answer:
    """End a certified trait: the day named is its last.

    Raises:
        Refused: the member does not have it on that day, or the actor lacks the power over the home.
    """
    with desk.reading() as connection:
        tree, known = branch_of(desk, connection, member_id)
    rules = desk.rules_on(desk.today)
    authority.require(desk, tree, rules, Power.CERTIFY_TRAIT, known[member_id].home_id)
    same = {recorded_traits.c.member_id: member_id, recorded_traits.c.trait: trait}
    with desk.writing() as write:
        end_entry(write, recorded_traits, same, on_day)
        write.tell("member.trait_ended", member_id=member_id, trait=trait)
        return write.answer(member_id=member_id, trait=trait)


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
    row = new_row(desk, member_id, period) | {"kind": kind, "proof": inputs.proof(PROOF, proof)}
    with desk.reading() as connection:
        tree, known = branch_of(desk, connection, member_id)
    authority.require_any(
        desk, tree, rules, Power.VERIFY_QUALIFICATION, authority.belongs_to(known[member_id])
    )
    same = {qualifications.c.member_id: member_id, qualifications.c.kind: kind}
    with desk.writing() as write:
        lock_member(write, member_id)
        check_new(write, qualifications, same, period)
        proof_rows.add_qualifications(write.connection, [row | {"verified_by": certifier(desk)}])
        write.tell("member.qualification_verified", member_id=member_id, qualification=kind)
        return write.answer(qualification_id=row["id"])


def certifier(desk: Desk) -> str:
    """Return who answers for it: the organisation acted for, else the job."""
    return desk.command.actor.organisation_id or desk.command.actor.id


def new_row(desk: Desk, member_id: str, period: tuple[date, date | None]) -> dict[str, Any]:
    """Return what every row of a dated proof has."""
    row = {"city": desk.city.code, "id": new_id(), "member_id": member_id}
    return row | {"valid_from": period[0], "valid_until": period[1]}


def branch_of(desk: Desk, connection: Connection, *member_ids: str) -> tuple[Tree, dict[str, MemberFacts]]:
    """Return facts about members today, and the branches of where they belong and of the acting organisation."""
    known = member_facts(connection, desk.city.code, member_ids, desk.today)
    for member_id in member_ids:
        if member_id not in known:
            raise missing(MEMBER, member_id)
    places = [place for member in known.values() for place in authority.belongs_to(member)]
    acting = desk.command.actor.organisation_id
    ids = [*places, acting] if acting is not None else places
    return organisation_rows.branch_on(connection, desk.city.code, desk.today, ids), known


def lock_member(write: Writing, *member_ids: str) -> None:
    """Lock members in the order given, so that two proofs of the same cannot be written at once."""
    for member_id in member_ids:
        if member_rows.lock(write.connection, write.desk.city.code, member_id) is None:
            raise missing(MEMBER, member_id)


def check_new(write: Writing, table: Table, same: Same, period: tuple[date, date | None]) -> None:
    """Refuse what is already on record for a part of the period."""
    if proof_rows.overlapping(write.connection, table, write.desk.city.code, same, period):
        zh = "同一事项在这段有效期内已经登记过。请先结束原来的一条，或从其到期次日起登记。"
        en = "The same is on record for a part of this period. End the earlier entry, or begin after it."
        raise refuse("already_proved", zh, en)


def end_entry(write: Writing, table: Table, same: Same, on_day: date) -> None:
    """End what is in force on a day with it, or refuse where nothing is."""
    if not proof_rows.end(write.connection, table, write.desk.city.code, same, on_day):
        zh = f"在 {on_day} 没有这样一条有效的登记可以结束。请核对日期。"
        raise refuse("not_proved", zh, f"There is no such entry in force on {on_day} to end. Check the day.")
