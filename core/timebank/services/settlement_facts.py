"""From rows to what a settlement is decided from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import Row

from timebank.domain.account import AccountKey, AccountKind, Hold, HoldState, OwnerKind
from timebank.domain.order import Order, OrderState, Origin, Shape
from timebank.domain.settlement import VisitToSettle
from timebank.domain.visit import Visit, VisitState


@dataclass(frozen=True, slots=True)
class Ready:
    """A visit to settle, and the day whose file decides its charge.

    Attributes:
        charge_day: local day on which the hold was placed, or the order where nothing is held.
    """

    facts: VisitToSettle
    charge_day: date

    @property
    def visit(self) -> Visit:
        """Return the visit."""
        return self.facts.visit


def to_settle(rows: Sequence[Row[Any]]) -> list[Ready]:
    """Return one value for each visit; rows come one for each hold, sorted by visit."""
    return [_ready(list(group)) for _, group in groupby(rows, key=lambda row: row.id)]


def _ready(rows: list[Row[Any]]) -> Ready:
    first = rows[0]
    holds = tuple(hold_of(row) for row in rows if row.hold_id is not None)
    order = order_of(first)
    visit = visit_of(first)
    day = visit.service_date or order.service_date
    facts = VisitToSettle(visit, order, day, team_level=first.team_level, holds=holds)
    return Ready(facts, first.hold_placed_on or order.placed_on)


def hold_of(row: Row[Any]) -> Hold:
    """Return the hold of a row joined with its account."""
    key = AccountKey(OwnerKind(row.owner_kind), row.owner_id, AccountKind(row.account_kind), row.unit)
    return Hold(
        row.hold_id, key, row.hold_account_id, row.order_id, row.hold_rank, row.hold_minutes, HoldState.OPEN
    )


def order_of(row: Row[Any]) -> Order:
    """Return the order of a visit row joined with its order."""
    return Order(
        id=row.order_id,
        service=row.order_service,
        origin=Origin(row.order_origin),
        shape=Shape(row.order_shape),
        state=OrderState(row.order_state),
        organisation_id=row.order_organisation_id,
        recipient_id=row.order_recipient_id,
        publisher_id=row.order_publisher_id,
        address=row.order_address,
        planned_start=row.order_planned_start,
        planned_minutes=row.order_planned_minutes,
        places=row.order_places,
        places_taken=row.order_places_taken,
        head_count=row.order_head_count,
        directed_to=row.order_directed_to,
        placed_on=row.order_placed_on,
        service_date=row.order_service_date,
    )


def visit_of(row: Row[Any]) -> Visit:
    """Return the visit of a row."""
    return Visit(
        id=row.id,
        order_id=row.order_id,
        volunteer_id=row.volunteer_id,
        team_id=row.team_id,
        state=VisitState(row.state),
        planned_minutes=row.planned_minutes,
        measured_minutes=row.measured_minutes,
        recognised_minutes=row.recognised_minutes,
        checked_in_at=row.checked_in_at,
        checked_out_at=row.checked_out_at,
        service_date=row.service_date,
    )
