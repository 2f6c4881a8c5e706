"""Statements of the statistics: one figure each, summed by organisation in the database, never node by node."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select, true

from timebank.domain.account import AccountKind
from timebank.domain.admission import AdmissionState
from timebank.domain.transfer import TransferKind
from timebank.domain.visit import VisitState
from timebank.storage.books import accounts, postings, transfers
from timebank.storage.people import admissions, members, organisations, placements
from timebank.storage.work import attendances, orders, visits

Days = tuple[date | None, date | None]


def nodes(connection: Connection, city: str, day: date) -> Sequence[Row[Any]]:
    """Return every organisation opened by a day with its latest place by then; closed ones too.

    A closed organisation keeps the place it had, so that what was done there still counts above it.
    """
    latest = (
        select(placements.c.organisation_id, func.max(placements.c.valid_from).label("valid_from"))
        .where(placements.c.city == city, placements.c.valid_from <= day)
        .group_by(placements.c.organisation_id)
        .subquery()
    )
    return connection.execute(
        select(organisations, placements.c.parent_id)
        .join(
            placements,
            and_(
                placements.c.city == organisations.c.city, placements.c.organisation_id == organisations.c.id
            ),
        )
        .where(
            organisations.c.city == city,
            placements.c.organisation_id == latest.c.organisation_id,
            placements.c.valid_from == latest.c.valid_from,
        )
        .order_by(organisations.c.id)
    ).all()


def admitted(connection: Connection, city: str, day: date) -> Sequence[Row[Any]]:
    """Return (home_id, role, many) of the members admitted by a day who had not left."""
    here = and_(members.c.city == admissions.c.city, members.c.id == admissions.c.member_id)
    return connection.execute(
        select(members.c.home_id, admissions.c.role, func.count().label("many"))
        .join(members, here)
        .where(
            admissions.c.city == city,
            admissions.c.state == AdmissionState.ADMITTED.value,
            admissions.c.admitted_on <= day,
            or_(members.c.closed_on.is_(None), members.c.closed_on > day),
        )
        .group_by(members.c.home_id, admissions.c.role)
    ).all()


def settled_visits(connection: Connection, city: str, days: Days) -> Sequence[Row[Any]]:
    """Return (organisation_id, orders, visits): orders with a settled visit, and settled visits."""
    return connection.execute(
        select(
            orders.c.organisation_id,
            func.count(orders.c.id.distinct()).label("orders"),
            func.count().label("visits"),
        )
        .join(visits, and_(visits.c.city == orders.c.city, visits.c.order_id == orders.c.id))
        .where(
            orders.c.city == city,
            visits.c.state == VisitState.SETTLED.value,
            _within(visits.c.service_date, days),
        )
        .group_by(orders.c.organisation_id)
    ).all()


def person_times(connection: Connection, city: str, days: Days) -> Sequence[Any]:
    """Return (organisation_id, many): how many people came to orders with a settled visit, each time counted."""
    served = (
        select(visits.c.order_id)
        .where(
            visits.c.city == city,
            visits.c.state == VisitState.SETTLED.value,
            _within(visits.c.service_date, days),
        )
        .distinct()
        .subquery()
    )
    return connection.execute(
        select(orders.c.organisation_id, func.sum(attendances.c.came).label("many"))
        .join(attendances, and_(attendances.c.city == orders.c.city, attendances.c.order_id == orders.c.id))
        .where(orders.c.city == city, orders.c.id == served.c.order_id, attendances.c.came > 0)
        .group_by(orders.c.organisation_id)
    ).all()


def credited(connection: Connection, city: str, days: Days) -> Sequence[Row[Any]]:
    """Return (organisation_id, unit, minutes) that settlements of these service dates issued."""
    found: Sequence[Row[Any]] = connection.execute(
        _issued(city, days, postings.c.debit_id, transfers, transfers)
    ).all()
    return found


def taken_back(connection: Connection, city: str, days: Days) -> Sequence[Row[Any]]:
    """Return (organisation_id, unit, minutes) that reversals of settlements of these service dates took back."""
    original = transfers.alias("original")
    statement = _issued(city, days, postings.c.credit_id, original, transfers).join(
        original, and_(original.c.city == transfers.c.city, original.c.id == transfers.c.reverses)
    )
    found: Sequence[Row[Any]] = connection.execute(statement).all()
    return found


def _issued(city: str, days: Days, side: ColumnElement[Any], settlement: Any, posted: Any) -> Select[Any]:
    """Sum what was posted on one side of the issuance accounts, by the organisation of the settlement."""
    return (
        select(settlement.c.organisation_id, postings.c.unit, func.sum(postings.c.minutes).label("minutes"))
        .select_from(posted)
        .join(postings, and_(postings.c.city == posted.c.city, postings.c.transfer_id == posted.c.id))
        .join(accounts, and_(accounts.c.city == postings.c.city, accounts.c.id == side))
        .where(
            posted.c.city == city,
            accounts.c.kind == AccountKind.ISSUANCE.value,
            settlement.c.kind == TransferKind.SETTLEMENT.value,
            _within(settlement.c.day, days),
        )
        .group_by(settlement.c.organisation_id, postings.c.unit)
    )


def _within(column: ColumnElement[Any], days: Days) -> ColumnElement[bool]:
    first, last = days
    bounds = [column >= first] if first else []
    return and_(true(), *bounds, *([column <= last] if last else []))
