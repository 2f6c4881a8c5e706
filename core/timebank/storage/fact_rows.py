"""The one statement that reads everything rules may know about members on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Connection,
    Date,
    Select,
    String,
    Table,
    and_,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
)

from timebank.domain.account import OwnerKind
from timebank.domain.admission import AdmissionState
from timebank.domain.identity import is_id
from timebank.domain.registry import Answer
from timebank.domain.visit import VisitState
from timebank.storage.books import accounts
from timebank.storage.gathered import Gathered, gather
from timebank.storage.given import among
from timebank.storage.people import (
    admission_steps,
    admissions,
    looked_up,
    members,
    memberships,
    organisations,
    qualifications,
    recorded_traits,
    ties,
)
from timebank.storage.work import visits

_DAY: BindParameter[date] = bindparam("day", type_=Date)
_AHEAD: BindParameter[date] = bindparam("ahead", type_=Date)


def known(
    connection: Connection, city: str, member_ids: Iterable[str], day: date, ahead: date
) -> dict[str, list[Any]]:
    """Return what is on record about members: rows of each of the reads, by its name; dated ones as of a day.

    Qualifications and memberships are those in force on the day or on the day ahead. Text that is no identifier at
    all is nobody's.
    """
    ids = [member_id for member_id in member_ids if is_id(member_id)]
    given = {"city": city, "member_ids": ids, "owners": ids, "day": day, "ahead": ahead}
    found = _known(connection.dialect.name).read(connection, given)
    for dated in ("traits", "ties", "qualifications", "memberships"):
        found[dated].sort(key=lambda row: (row.valid_from, row.id))
    return found


@cache
def _known(dialect: str) -> Gathered:
    return gather(
        {
            "members": _members(dialect),
            "traits": _traits(dialect),
            "ties": _ties(dialect),
            "qualifications": _qualifications(dialect),
            "memberships": _memberships(dialect),
            "admissions": _admissions(dialect),
            "answers": _answers(dialect),
            "accounts": _accounts(dialect),
        }
    )


def _members(dialect: str) -> Select[Any]:
    """Members, each with the recognised minutes of settled visits as ``served_minutes``."""
    served = (
        select(cast(func.coalesce(func.sum(visits.c.recognised_minutes), 0), BigInteger))
        .where(
            visits.c.city == members.c.city,
            visits.c.volunteer_id == members.c.id,
            visits.c.state == VisitState.SETTLED.value,
        )
        .scalar_subquery()
    )
    known_of = ("id", "reference", "name", "born_on", "home_id", "closed_on", "closed_for")
    return select(*[members.c[name] for name in known_of], served.label("served_minutes")).where(
        members.c.city == bindparam("city"), among(dialect, members.c.id, "member_ids")
    )


def _dated(
    dialect: str, table: Table, *names: str, days: Iterable[BindParameter[date]] = (_DAY,)
) -> Select[Any]:
    """Return dated rows about some of the members, those in force on one of the days."""
    columns = [table.c[name] for name in ("id", "member_id", "valid_from", "valid_until", *names)]
    return select(*columns).where(
        table.c.city == bindparam("city"),
        among(dialect, table.c.member_id, "member_ids"),
        or_(*[_in_force(table, day) for day in days]),
    )


def _in_force(table: Table, day: BindParameter[date]) -> ColumnElement[bool]:
    until = table.c.valid_until
    return and_(table.c.valid_from <= day, or_(until.is_(None), until >= day))


def _traits(dialect: str) -> Select[Any]:
    return _dated(dialect, recorded_traits, "trait", "proof", "certified_by")


def _qualifications(dialect: str) -> Select[Any]:
    return _dated(dialect, qualifications, "kind", "verified_by", days=(_DAY, _AHEAD))


def _ties(dialect: str) -> Select[Any]:
    """Proved ties, each with the kin's birthday."""
    return (
        _dated(dialect, ties, "kin_id", "relation", "proof", "verified_by", "verified_on")
        .add_columns(members.c.born_on)
        .join(members, and_(members.c.city == ties.c.city, members.c.id == ties.c.kin_id))
    )


def _memberships(dialect: str) -> Select[Any]:
    """Memberships of organisations that are open, each with the organisation's level."""
    here = and_(
        organisations.c.city == memberships.c.city, organisations.c.id == memberships.c.organisation_id
    )
    return (
        _dated(dialect, memberships, "organisation_id", days=(_DAY, _AHEAD))
        .add_columns(organisations.c.level)
        .join(organisations, here)
        .where(or_(organisations.c.closed_on.is_(None), organisations.c.closed_on >= _DAY))
    )


def _admissions(dialect: str) -> Select[Any]:
    """Who was admitted by the day, and in what role; of the steps' last days the first one counts."""
    steps = and_(
        admission_steps.c.city == admissions.c.city, admission_steps.c.admission_id == admissions.c.id
    )
    return (
        select(
            admissions.c.member_id,
            admissions.c.role,
            func.min(admission_steps.c.valid_until).label("valid_until"),
        )
        .outerjoin(admission_steps, steps)
        .where(
            admissions.c.city == bindparam("city"),
            among(dialect, admissions.c.member_id, "member_ids"),
            admissions.c.state == AdmissionState.ADMITTED.value,
            admissions.c.admitted_on <= _DAY,
        )
        .group_by(admissions.c.member_id, admissions.c.role)
    )


def _answers(dialect: str) -> Select[Any]:
    """Answers of registers that are yes or no, about the numbers members have now; to wait is as if never asked."""
    theirs = and_(members.c.city == looked_up.c.city, members.c.id == looked_up.c.member_id)
    return (
        select(looked_up.c.member_id, looked_up.c.kind, looked_up.c.answer)
        .join(members, theirs)
        .where(
            looked_up.c.city == bindparam("city"),
            among(dialect, looked_up.c.member_id, "member_ids"),
            looked_up.c.answer != Answer.LATER.value,
            looked_up.c.lookup_key == _number_now(dialect),
        )
    )


def _number_now(dialect: str) -> ColumnElement[Any]:
    """Return the number that a member has in the register of a stored answer."""
    if dialect == "postgresql":
        return members.c.registry_keys.op("->>", return_type=String())(looked_up.c.kind)
    return func.json_extract(members.c.registry_keys, literal('$."') + looked_up.c.kind + literal('"'))


def _accounts(dialect: str) -> Select[Any]:
    return select(
        accounts.c.owner_id.label("member_id"),
        accounts.c.kind,
        accounts.c.unit,
        (accounts.c.posted - accounts.c.held).label("available"),
    ).where(
        accounts.c.city == bindparam("city"),
        accounts.c.owner_kind == OwnerKind.MEMBER.value,
        among(dialect, accounts.c.owner_id, "owners"),
    )
