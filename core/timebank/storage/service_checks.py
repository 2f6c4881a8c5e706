"""The laws between service and ledger as queries, each of which must return no row; beside ``ledger_checks``.

Nothing of the engine is used here either.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select

from timebank.storage.books import accounts, postings, transfers
from timebank.storage.ledger_checks import dashed, finding
from timebank.storage.people import admissions, placements
from timebank.storage.work import attendances, offers, orders, visits

GONE = ("cancelled", "no_show")
ENDED = (*GONE, "settled", "void")


def settlements_have_a_visit(city: str) -> Select[Any]:
    """I-04, I-14: a settlement is for a visit of the order it names, settled on its day or made void since."""
    return (
        finding(transfers.c.id, transfers.c.cause_id, visits.c.state)
        .outerjoin(visits, settles())
        .where(
            transfers.c.city == city,
            transfers.c.kind == "settlement",
            or_(
                visits.c.id.is_(None),
                visits.c.state.not_in(("settled", "void")),
                func.coalesce(visits.c.service_date, transfers.c.day) != transfers.c.day,
            ),
        )
    )


def settles() -> ColumnElement[bool]:
    """Return that a transfer's cause is a visit; the order comes first, since its visits are found by an index."""
    return and_(
        visits.c.city == transfers.c.city,
        visits.c.order_id == transfers.c.order_id,
        transfers.c.cause_id == dashed(visits.c.id),
    )


def settlements_credit_who_served(city: str) -> Select[Any]:
    """I-14: what a settlement issues goes to the volunteer of its visit, or to the team."""
    source, target = accounts.alias("source"), accounts.alias("target")
    return (
        finding(transfers.c.id, visits.c.id, target.c.owner_id)
        .join(visits, settles())
        .join(postings, and_(postings.c.city == transfers.c.city, postings.c.transfer_id == transfers.c.id))
        .join(source, and_(source.c.city == postings.c.city, source.c.id == postings.c.debit_id))
        .join(target, and_(target.c.city == postings.c.city, target.c.id == postings.c.credit_id))
        .where(
            transfers.c.city == city,
            transfers.c.kind == "settlement",
            source.c.kind == "issuance",
            target.c.owner_id != dashed(visits.c.volunteer_id),
            or_(visits.c.team_id.is_(None), target.c.owner_id != visits.c.team_id),
        )
    )


def settlements_count_what_was_recognised(city: str) -> Select[Any]:
    """I-14: the minutes that a settlement was decided by are those recognised of its visit."""
    counted = transfers.c.decision["facts"]["recognised"].as_integer()
    return (
        finding(transfers.c.id, counted, visits.c.recognised_minutes)
        .join(visits, settles())
        .where(
            transfers.c.city == city,
            transfers.c.kind == "settlement",
            or_(counted.is_(None), counted != visits.c.recognised_minutes),
        )
    )


def one_settlement_a_visit(city: str) -> Select[Any]:
    """I-14: no visit is settled twice."""
    return (
        finding(transfers.c.cause_id, func.count())
        .where(transfers.c.city == city, transfers.c.kind == "settlement")
        .group_by(transfers.c.cause_id)
        .having(func.count() > 1)
    )


def void_visits_are_reversed(city: str) -> Select[Any]:
    """I-13, I-14: the settlement of a visit is reversed exactly where the visit was made void."""
    reversal = transfers.alias("reversal")
    undone = (
        select(literal(1))
        .where(reversal.c.city == transfers.c.city, reversal.c.reverses == transfers.c.id)
        .exists()
    )
    return (
        finding(visits.c.id, visits.c.state, transfers.c.id)
        .select_from(transfers.join(visits, settles()))
        .where(
            transfers.c.city == city,
            transfers.c.kind == "settlement",
            or_(and_(visits.c.state == "void", ~undone), and_(visits.c.state != "void", undone)),
        )
    )


def settled_without_transfer(city: str) -> Select[Any]:
    """Return settled visits without a settlement: right only where there was nothing to post, which rules know."""
    settlement = and_(
        transfers.c.city == visits.c.city,
        transfers.c.kind == "settlement",
        transfers.c.cause_id == dashed(visits.c.id),
    )
    return (
        finding(visits.c.id, visits.c.recognised_minutes)
        .outerjoin(transfers, settlement)
        .where(visits.c.city == city, visits.c.state == "settled", transfers.c.id.is_(None))
    )


def recognised_within_bounds(city: str) -> Select[Any]:
    """I-14: what is settled was recognised, and no more than was planned or measured."""
    most = func.coalesce(visits.c.measured_minutes, 0)
    return finding(visits.c.id, visits.c.planned_minutes, most, visits.c.recognised_minutes).where(
        visits.c.city == city,
        visits.c.state.in_(("confirmed", "settled")),
        or_(
            visits.c.recognised_minutes.is_(None),
            and_(
                visits.c.recognised_minutes > visits.c.planned_minutes,
                visits.c.recognised_minutes > most,
            ),
        ),
    )


def clocks_run_forward(city: str) -> Select[Any]:
    """I-14: nobody checks out before checking in, and what was only reported done was not measured."""
    unmeasured = and_(visits.c.checked_in_at.is_(None), visits.c.measured_minutes.is_not(None))
    return finding(visits.c.id).where(
        visits.c.city == city,
        or_(unmeasured, visits.c.checked_out_at < visits.c.checked_in_at),
    )


def nobody_serves_in_two_places(city: str) -> Select[Any]:
    """I-34: by the clock, nobody begins a visit before they have ended those begun earlier."""
    in_turn = (visits.c.checked_in_at, visits.c.checked_out_at)
    ended = func.max(visits.c.checked_out_at)
    before = ended.over(partition_by=visits.c.volunteer_id, order_by=in_turn, rows=(None, -1))
    clocked = (
        select(visits.c.id, visits.c.volunteer_id, visits.c.checked_in_at, before.label("ended_before"))
        .where(
            visits.c.city == city,
            visits.c.state.not_in((*GONE, "void")),
            visits.c.checked_in_at.is_not(None),
            visits.c.checked_out_at.is_not(None),
        )
        .cte("clocked")
    )
    return finding(
        clocked.c.id, clocked.c.volunteer_id, clocked.c.checked_in_at, clocked.c.ended_before
    ).where(clocked.c.ended_before > clocked.c.checked_in_at)


def places(city: str) -> Select[Any]:
    """The places taken of an order are those of visits that were not called off and of offers that wait."""
    by_visits = (
        select(func.count())
        .where(visits.c.city == orders.c.city, visits.c.order_id == orders.c.id, visits.c.state.not_in(GONE))
        .scalar_subquery()
    )
    by_offers = (
        select(func.count())
        .where(offers.c.city == orders.c.city, offers.c.order_id == orders.c.id, offers.c.state == "sent")
        .scalar_subquery()
    )
    return finding(orders.c.id, orders.c.places_taken, by_visits, by_offers).where(
        orders.c.city == city,
        or_(orders.c.places_taken != by_visits + by_offers, orders.c.places_taken > orders.c.places),
    )


def one_visit_a_place(city: str) -> Select[Any]:
    """No place of an order is held by two visits at once."""
    return (
        finding(visits.c.order_id, visits.c.place, func.count())
        .where(visits.c.city == city, visits.c.state.not_in(GONE))
        .group_by(visits.c.order_id, visits.c.place)
        .having(func.count() > 1)
    )


def nobody_serves_himself(city: str) -> Select[Any]:
    """I-28: the volunteer of a visit is not the recipient of its order, nor named among those it serves."""
    here = and_(orders.c.city == visits.c.city, orders.c.id == visits.c.order_id)
    named = and_(
        attendances.c.city == visits.c.city,
        attendances.c.order_id == visits.c.order_id,
        attendances.c.recipient_id == visits.c.volunteer_id,
    )
    served = and_(visits.c.state.not_in(GONE), select(literal(1)).where(named).exists())
    return (
        finding(visits.c.id, visits.c.volunteer_id)
        .join(orders, here)
        .where(visits.c.city == city, or_(orders.c.recipient_id == visits.c.volunteer_id, served))
    )


def settled_orders_are_done(city: str) -> Select[Any]:
    """A settled order has no visit that is still open."""
    mine = and_(visits.c.city == orders.c.city, visits.c.order_id == orders.c.id)
    still_open = select(literal(1)).where(mine, visits.c.state.not_in(ENDED)).exists()
    return finding(orders.c.id, orders.c.state).where(
        orders.c.city == city, orders.c.state == "settled", still_open
    )


def admitted_since_a_day(city: str) -> Select[Any]:
    """Whoever is admitted is so since a day, not before they applied."""
    return finding(admissions.c.id, admissions.c.role).where(
        admissions.c.city == city,
        admissions.c.state == "admitted",
        or_(admissions.c.admitted_on.is_(None), admissions.c.admitted_on < admissions.c.applied_on),
    )


def one_place_in_the_tree(city: str) -> Select[Any]:
    """No organisation stands under two others on one day."""
    later = placements.alias("later")
    same = and_(
        later.c.city == placements.c.city,
        later.c.organisation_id == placements.c.organisation_id,
        later.c.id != placements.c.id,
    )
    overlap = and_(
        later.c.valid_from >= placements.c.valid_from,
        or_(placements.c.valid_until.is_(None), later.c.valid_from <= placements.c.valid_until),
    )
    return (
        finding(placements.c.organisation_id, placements.c.valid_from, later.c.valid_from)
        .join(later, same)
        .where(placements.c.city == city, overlap)
    )
