"""What rules and hooks may know about members on a day, for one member or for many at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Connection, Row

from timebank.domain.account import Account
from timebank.domain.member import (
    MemberFacts,
    Membership,
    Qualification,
    RecordedTrait,
    Relation,
    Role,
    Tie,
)
from timebank.domain.refusal import missing
from timebank.domain.words import Words
from timebank.storage import account_rows, admission_rows, look_up_rows, member_rows, proof_rows

T = TypeVar("T")
MEMBER = Words("成员", "member")


def member_facts(
    connection: Connection, city: str, member_ids: Iterable[str], day: date
) -> dict[str, MemberFacts]:
    """Return the facts about members on a day: eight statements, however many members.

    Dated facts are those in force on the day. Roles are those in which the member is admitted with no step
    expired; a member who has left has none. Balances are available minutes.

    Args:
        connection: a transaction, reading or writing.
        city: the city's code.
        member_ids: whom to ask about; who is not a member of the city is left out of the answer.
        day: a local day of the city.
    """
    ids = sorted(set(member_ids))
    if not ids:
        return {}
    found = member_rows.with_served_minutes(connection, city, ids)
    known = _known(connection, city, [row.id for row in found], day)
    return {row.id: _facts(row, known, day) for row in found}


@dataclass(frozen=True, slots=True)
class _Known:
    """What is on record about several members, each by member."""

    traits: Mapping[str, tuple[RecordedTrait, ...]]
    ties: Mapping[str, tuple[Tie, ...]]
    qualifications: Mapping[str, tuple[Qualification, ...]]
    memberships: Mapping[str, tuple[Membership, ...]]
    admitted: Mapping[str, tuple[Row[Any], ...]]
    answers: Mapping[str, tuple[tuple[str, str], ...]]
    accounts: Mapping[str, list[Account]]


def _known(connection: Connection, city: str, ids: list[str], day: date) -> _Known:
    return _Known(
        traits=_by_member(proof_rows.traits_on(connection, city, ids, day), _trait),
        ties=_by_member(proof_rows.ties_on(connection, city, ids, day), _tie),
        qualifications=_by_member(proof_rows.qualifications_on(connection, city, ids, day), _qualification),
        memberships=_by_member(proof_rows.memberships_on(connection, city, ids, day), _membership),
        admitted=_by_member(admission_rows.of_members(connection, city, ids, day), lambda row: row),
        answers=_by_member(
            look_up_rows.answers_of(connection, city, ids), lambda row: (row.kind, row.answer)
        ),
        accounts=account_rows.of_members(connection, city, ids),
    )


def _facts(row: Row[Any], known: _Known, day: date) -> MemberFacts:
    return MemberFacts(
        id=row.id,
        reference=row.reference,
        name=row.name,
        born_on=row.born_on,
        home_id=row.home_id,
        roles=_roles(row, known.admitted.get(row.id, ()), day),
        traits=known.traits.get(row.id, ()),
        kin=known.ties.get(row.id, ()),
        qualifications=known.qualifications.get(row.id, ()),
        memberships=known.memberships.get(row.id, ()),
        balances=_balances(known.accounts[row.id]),
        served_minutes=int(row.served_minutes),
        answers=dict(known.answers.get(row.id, ())),
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


def _by_member(rows: Sequence[Row[Any]], value: Callable[[Any], T]) -> dict[str, tuple[T, ...]]:
    found: dict[str, list[T]] = {}
    for row in rows:
        found.setdefault(row.member_id, []).append(value(row))
    return {member_id: tuple(values) for member_id, values in found.items()}


def _roles(member: Row[Any], admitted: Iterable[Row[Any]], day: date) -> frozenset[Role]:
    if member.closed_on is not None and member.closed_on < day:
        return frozenset()
    return frozenset(Role(row.role) for row in admitted if row.valid_until is None or row.valid_until >= day)


def _balances(accounts: Iterable[Account]) -> Mapping[tuple[str, str], int]:
    return {(account.key.kind.value, account.key.unit): account.available for account in accounts}


def _trait(row: Row[Any]) -> RecordedTrait:
    return RecordedTrait(row.trait, row.valid_from, row.valid_until, row.proof, row.certified_by)


def _tie(row: Row[Any]) -> Tie:
    kin, relation = row.kin_id, Relation(row.relation)
    dates = (row.valid_from, row.valid_until, row.verified_on)
    return Tie(relation, kin, row.born_on, row.proof, row.verified_by, *dates)


def _qualification(row: Row[Any]) -> Qualification:
    return Qualification(row.kind, row.verified_by, row.valid_from, row.valid_until)


def _membership(row: Row[Any]) -> Membership:
    return Membership(row.organisation_id, row.level, row.valid_from, row.valid_until)
