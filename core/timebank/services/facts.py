"""What rules and hooks may know about members on a day, for one member or for many at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection

from timebank.domain.member import (
    MemberFacts,
    Membership,
    Qualification,
    RecordedTrait,
    Relation,
    Role,
    Tie,
    is_gone,
)
from timebank.domain.refusal import missing
from timebank.domain.words import Words
from timebank.storage import fact_rows

MEMBER = Words("成员", "member")


def member_facts(
    connection: Connection, city: str, member_ids: Iterable[str], day: date, ahead: date | None = None
) -> dict[str, MemberFacts]:
    """Return the facts about members on a day: one statement, however many members.

    Dated facts are those in force on the day. Roles are those in which the member is admitted with no step
    expired; a member who has left has none. Balances are available minutes.

    Args:
        connection: a transaction, reading or writing.
        city: the city's code.
        member_ids: whom to ask about; who is not a member of the city is left out of the answer.
        day: a local day of the city.
        ahead: a day of service; qualifications and memberships that are in force only then are told as well, for
            whoever asks whether a renewal on record is valid that day.
    """
    ids = sorted(set(member_ids))
    if not ids:
        return {}
    found = fact_rows.known(connection, city, ids, day, ahead or day)
    members = found.pop("members")
    known = {read: _by_member(rows) for read, rows in found.items()}
    return {member.id: _facts(member, known, day) for member in sorted(members, key=attrgetter("id"))}


def _facts(member: Any, known: Mapping[str, Mapping[str, list[Any]]], day: date) -> MemberFacts:
    def of(read: str) -> list[Any]:
        return known[read].get(member.id, [])

    return MemberFacts(
        id=member.id,
        reference=member.reference,
        name=member.name,
        born_on=member.born_on,
        home_id=member.home_id,
        closed_on=member.closed_on,
        closed_for=member.closed_for,
        roles=_roles(member, of("admissions"), day),
        traits=tuple(map(_trait, of("traits"))),
        kin=tuple(map(_tie, of("ties"))),
        qualifications=tuple(map(_qualification, of("qualifications"))),
        memberships=tuple(map(_membership, of("memberships"))),
        balances={(row.kind, row.unit): row.available for row in of("accounts")},
        served_minutes=member.served_minutes,
        answers={row.kind: row.answer for row in of("answers")},
    )


def facts_of(connection: Connection, city: str, member_id: str, day: date) -> MemberFacts:
    """Return the facts about one member on a day.

    Raises:
        NotFound: the city has no such member.
    """
    found = member_facts(connection, city, [member_id], day).get(member_id)
    if found is None:
        raise missing(MEMBER, member_id)
    return found


def _by_member(rows: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.member_id, []).append(row)
    return found


def _roles(member: Any, admitted: Iterable[Any], day: date) -> frozenset[Role]:
    if is_gone(member.closed_on, member.closed_for, day):
        return frozenset()
    return frozenset(Role(row.role) for row in admitted if row.valid_until is None or row.valid_until >= day)


def _trait(row: Any) -> RecordedTrait:
    return RecordedTrait(row.trait, row.valid_from, row.valid_until, row.proof, row.certified_by)


def _tie(row: Any) -> Tie:
    kin, relation = row.kin_id, Relation(row.relation)
    dates = (row.valid_from, row.valid_until, row.verified_on)
    return Tie(relation, kin, row.born_on, row.proof, row.verified_by, *dates)


def _qualification(row: Any) -> Qualification:
    return Qualification(row.kind, row.verified_by, row.valid_from, row.valid_until)


def _membership(row: Any) -> Membership:
    return Membership(row.organisation_id, row.level, row.valid_from, row.valid_until)
