"""Members: registered once, tied to organisations from a day on, and closed when they leave or die."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row

from timebank.domain.identity import new_id
from timebank.domain.identity_card import is_identity_card
from timebank.domain.member import Closing, MemberFacts
from timebank.domain.organisation import Tree
from timebank.domain.refusal import BadInput, missing, refuse
from timebank.domain.words import Words
from timebank.services import authority, inputs
from timebank.services.closing import (
    check_nothing_open,
    check_served_no_more,
    last_day_of,
    require_closer,
    require_open,
)
from timebank.services.desk import Answer, Desk, Writing
from timebank.services.facts import MEMBER, facts_of
from timebank.services.kinship import end_tie, verify_tie
from timebank.services.organisations import ORGANISATION
from timebank.services.proofs import certify_trait, end_trait, verify_qualification
from timebank.services.still_open import require_home
from timebank.storage import member_rows, organisation_rows, proof_rows
from timebank.storage.people import memberships

__all__ = [
    "add_registry_key",
    "certify_trait",
    "close",
    "end_tie",
    "end_trait",
    "join_organisation",
    "leave_organisation",
    "register",
    "verify_qualification",
    "verify_tie",
]

REFERENCE = Words("成员编号", "member's reference")
NAME = Words("姓名", "name")
PHONE = Words("电话", "phone number")
REGISTER = Words("登记系统名称", "register's name")
REGISTRY_KEY = Words("外部登记编号", "number in the register")
REASON = Words("销户原因", "reason for closing")


def register(
    desk: Desk,
    reference: str,
    name: str,
    born_on: date | None = None,
    home_id: str | None = None,
    phone: str | None = None,
    registry_keys: Mapping[str, str] | None = None,
) -> Answer:
    """Register a person; being registered gives no role, so anybody may ask for it.

    Args:
        desk: the command being carried out.
        reference: the city's own number, unique in the city; never an identity-card number.
        name: how the person is called.
        born_on: birthday, where it is known.
        home_id: organisation to which the person belongs by residence.
        phone: where messages go.
        registry_keys: the person's numbers in outside registers, by register.

    Raises:
        BadInput: something given cannot be read, or is an identity-card number.
        Refused: the reference is taken, or the last day of their home is set.
        NotFound: there is no such organisation today.
    """
    city, member_id = desk.city.code, new_id()
    row = _checked(reference, name, born_on, phone, desk.today)
    keys = {_register(register): _key(key) for register, key in (registry_keys or {}).items()}
    with desk.reading() as connection:
        _check_free(connection, city, reference)
        if home_id is not None:
            _require_organisation(connection, desk, home_id, desk.today)
    row |= {"city": city, "id": member_id, "home_id": home_id, "registry_keys": keys, "joined_at": desk.now}
    with desk.writing() as write:
        member_rows.add(write.connection, [row])
        require_home(write, home_id)
        write.tell("member.registered", member_id=member_id)
        return write.answer(member_id=member_id)


def _check_free(connection: Connection, city: str, reference: str) -> None:
    if member_rows.of_reference(connection, city, reference) is not None:
        zh = f"编号“{reference}”已登记给另一名成员。请核对；同一个人不必重复登记。"
        en = f"The reference “{reference}” belongs to another member already. A person is registered once."
        raise refuse("reference_taken", zh, en)


def _checked(
    reference: str, name: str, born_on: date | None, phone: str | None, today: date
) -> dict[str, Any]:
    inputs.code(REFERENCE, reference)
    if is_identity_card(reference):
        zh = "成员编号不能用身份证号。请用志愿者编号等本市自己的编号。"
        en = "The reference must not be an identity-card number. Use the city's own number."
        raise BadInput(Words(zh, en), "identity_card")
    if born_on is not None and born_on > today:
        zh, en = f"出生日期 {born_on} 在今天之后。", f"The birthday {born_on} is in the future."
        raise BadInput(Words(zh, en))
    if phone is not None:
        inputs.code(PHONE, phone)
    return {"reference": reference, "name": inputs.name(NAME, name), "born_on": born_on, "phone": phone}


def _register(text: str) -> str:
    return inputs.code(REGISTER, text)


def _key(text: str) -> str:
    return inputs.code(REGISTRY_KEY, text)


def add_registry_key(desk: Desk, member_id: str, register: str, key: str) -> Answer:
    """Write down, or correct, a member's number in an outside register.

    Raises:
        BadInput: register or number cannot be read.
        Refused: the actor is neither the member nor kin nor staff of their home.
    """
    _register(register)
    _key(key)
    with desk.reading() as connection:
        authority.require_party(desk, *party_of(desk, connection, member_id))
    with desk.writing() as write:
        keys = {**_locked(write, member_id).registry_keys, register: key}
        member_rows.change(write.connection, desk.city.code, member_id, {"registry_keys": keys})
        return write.answer(member_id=member_id)


def join_organisation(desk: Desk, member_id: str, organisation_id: str, from_day: date) -> Answer:
    """Tie a member to an organisation from a day on.

    Raises:
        NotFound: there is no such member, or no such organisation on that day.
        Refused: the member belongs to it already, has left the bank, or the actor is none of the member's
            side (the member, kin, staff of their home) and no staff of the organisation or one above it.
    """
    city = desk.city.code
    with desk.reading() as connection:
        tree, member = party_of(desk, connection, member_id, organisation_id)
        _require_organisation(connection, desk, organisation_id, from_day)
    _require_side(desk, tree, member, organisation_id)
    with desk.writing() as write:
        require_open(_locked(write, member_id), from_day)
        same = {memberships.c.member_id: member_id, memberships.c.organisation_id: organisation_id}
        if proof_rows.overlapping(write.connection, memberships, city, same, (from_day, None)):
            zh = f"这名成员在 {from_day} 或以后已经加入“{organisation_id}”。"
            en = f"This member already belongs to “{organisation_id}” on {from_day} or later."
            raise refuse("already_joined", zh, en)
        membership = {
            "city": city,
            "id": new_id(),
            "member_id": member_id,
            "organisation_id": organisation_id,
        }
        proof_rows.add_memberships(write.connection, [membership | {"valid_from": from_day}])
        write.tell("member.joined_organisation", member_id=member_id, organisation_id=organisation_id)
        return write.answer(membership_id=membership["id"])


def leave_organisation(desk: Desk, member_id: str, organisation_id: str, on_day: date) -> Answer:
    """End a membership: the day named is its last.

    Raises:
        NotFound: there is no such member.
        Refused: the member does not belong to it on that day, or the actor is neither side.
    """
    city = desk.city.code
    with desk.reading() as connection:
        tree, member = party_of(desk, connection, member_id, organisation_id)
    _require_side(desk, tree, member, organisation_id)
    with desk.writing() as write:
        _locked(write, member_id)
        same = {memberships.c.member_id: member_id, memberships.c.organisation_id: organisation_id}
        if not proof_rows.end(write.connection, memberships, city, same, on_day):
            zh = f"这名成员在 {on_day} 没有加入“{organisation_id}”，或已定于更早退出。"
            en = f"This member does not belong to “{organisation_id}” on {on_day}, or leaves it earlier."
            raise refuse("not_joined", zh, en)
        write.tell("member.left_organisation", member_id=member_id, organisation_id=organisation_id)
        return write.answer(member_id=member_id, organisation_id=organisation_id)


def close(desk: Desk, member_id: str, on_day: date, reason: str) -> Answer:
    """Close a member: the day named is their last. Their credit stays as it is.

    Who leaves may order, serve and give until that day is over; for one who died nothing new begins from now on, and
    service that took place is still confirmed and settled. A death is recorded of who has left, or was to leave, too;
    the earlier of the two days stays the last.

    Args:
        desk: the command being carried out.
        member_id: who leaves.
        on_day: last day; a death is not in the future.
        reason: ``left`` (by the member or kin, or by staff with a power of ``closing.CLOSERS`` over their home) or
            ``deceased`` (needs a power over their home).

    Raises:
        BadInput: a death that is still to come.
        Refused: orders for them or visits by them are not done with, service of a later day is on record, they are
            closed already, or the actor may not.
    """
    why = Closing(inputs.one_of(REASON, reason, [each.value for each in Closing]))
    if why is Closing.DECEASED and on_day > desk.today:
        zh, en = (
            f"去世日期 {on_day} 在今天之后，请核对。",
            f"A death on {on_day} is still to come; check the day.",
        )
        raise BadInput(Words(zh, en))
    with desk.reading() as connection:
        tree, member = party_of(desk, connection, member_id)
    require_closer(desk, tree, member, why)
    with desk.writing() as write:
        last_day = last_day_of(_locked(write, member_id), why, on_day)
        check_nothing_open(write, member_id, why)
        check_served_no_more(write, member_id, last_day)
        member_rows.close(write.connection, desk.city.code, member_id, last_day, why.value)
        proof_rows.end_memberships(write.connection, desk.city.code, member_id, last_day)
        write.tell("member.closed", member_id=member_id, reason=why.value)
        return write.answer(member_id=member_id, reason=why.value)


def _locked(write: Writing, member_id: str) -> Row[Any]:
    found = member_rows.lock(write.connection, write.desk.city.code, member_id)
    if found is None:
        raise missing(MEMBER, member_id)
    return found


def party_of(desk: Desk, connection: Connection, member_id: str, *more: str) -> tuple[Tree, MemberFacts]:
    """Return a member's facts today, and the branches of where they belong and of the acting organisation."""
    member = facts_of(connection, desk.city.code, member_id, desk.today)
    wanted: Iterable[str | None] = (*authority.belongs_to(member), *more, desk.command.actor.organisation_id)
    ids = [organisation_id for organisation_id in wanted if organisation_id is not None]
    return organisation_rows.branch_on(connection, desk.city.code, desk.today, ids), member


def _require_side(desk: Desk, tree: Tree, member: MemberFacts, organisation_id: str) -> None:
    actor = desk.command.actor
    if actor.organisation_id is not None and tree.is_above(actor.organisation_id, organisation_id):
        return
    authority.require_party(desk, tree, member)


def _require_organisation(connection: Connection, desk: Desk, organisation_id: str, day: date) -> None:
    if not organisation_rows.branch_on(connection, desk.city.code, day, [organisation_id]).path(
        organisation_id
    ):
        raise missing(ORGANISATION, organisation_id)
