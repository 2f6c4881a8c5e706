"""Statements of settlement: what is ready, taking it once, closing its order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, Update, bindparam, exists, func, select, update

from timebank.domain.account import HoldState
from timebank.domain.order import OrderState
from timebank.domain.visit import ENDED, Visit, VisitState
from timebank.storage.books import accounts, holds
from timebank.storage.given import Given, among
from timebank.storage.people import organisations
from timebank.storage.work import orders, visits

_VISIT = (
    "id",
    "order_id",
    "volunteer_id",
    "team_id",
    "state",
    "planned_minutes",
    "measured_minutes",
    "recognised_minutes",
    "checked_in_at",
    "checked_out_at",
    "service_date",
)
_ORDER = (
    "service",
    "origin",
    "shape",
    "state",
    "organisation_id",
    "publisher_id",
    "recipient_id",
    "address",
    "planned_start",
    "planned_minutes",
    "places",
    "places_taken",
    "head_count",
    "directed_to",
    "placed_on",
    "service_date",
)
# What a hold and its account are read as, wherever a settlement is planned or planned again.
HOLD = (
    holds.c.id.label("hold_id"),
    holds.c.account_id.label("hold_account_id"),
    holds.c.rank.label("hold_rank"),
    holds.c.minutes.label("hold_minutes"),
    accounts.c.owner_kind,
    accounts.c.owner_id,
    accounts.c.kind.label("account_kind"),
    accounts.c.unit,
)
_PLANNED = Given("planned", {name: visits.c[name].type for name in ("city", "id", "recognised_minutes")})
LONGEST_REASON = 2000
_FAILED = (
    update(visits)
    .where(
        visits.c.city == bindparam("at_city"),
        visits.c.id == bindparam("at_id"),
        visits.c.state == VisitState.CONFIRMED.value,
    )
    .values(exception=bindparam("why"))
)


@cache
def _facts(dialect: str) -> Select[Any]:
    return (
        select(
            *[visits.c[name] for name in _VISIT],
            *[orders.c[name].label(f"order_{name}") for name in _ORDER],
            organisations.c.level.label("team_level"),
            *HOLD,
            holds.c.placed_on.label("hold_placed_on"),
        )
        .join(orders, (orders.c.city == visits.c.city) & (orders.c.id == visits.c.order_id))
        .outerjoin(
            organisations,
            (organisations.c.city == visits.c.city) & (organisations.c.id == visits.c.team_id),
        )
        .outerjoin(
            holds,
            (holds.c.city == visits.c.city)
            & (holds.c.order_id == visits.c.order_id)
            & (holds.c.place == visits.c.place)
            & (holds.c.state == HoldState.OPEN.value),
        )
        .outerjoin(accounts, (accounts.c.city == holds.c.city) & (accounts.c.id == holds.c.account_id))
        .where(visits.c.city == bindparam("city"), among(dialect, visits.c.id, "visit_ids"))
        .order_by(visits.c.service_date, visits.c.id, holds.c.rank)
    )


@cache
def _take(dialect: str) -> Update:
    locked = (
        select(orders.c.id)
        .where(orders.c.city == bindparam("at_city"), among(dialect, orders.c.id, "order_ids"))
        .order_by(orders.c.id)
        .with_for_update(key_share=True)
        .cte("locked")
    )
    given = _PLANNED.table(dialect)
    return (
        update(visits)
        .where(
            visits.c.city == given.c.city,
            visits.c.id == given.c.id,
            visits.c.recognised_minutes == given.c.recognised_minutes,
            visits.c.order_id.in_(select(locked.c.id)),
            # wrapped, so that no database reads all confirmed visits of the city for the few that are named
            func.coalesce(visits.c.state, "") == VisitState.CONFIRMED.value,
        )
        .values(state=VisitState.SETTLED.value, exception=None)
        .returning(visits.c.id)
    )


@cache
def _close_orders(dialect: str) -> Update:
    unfinished = exists().where(
        visits.c.city == orders.c.city,
        visits.c.order_id == orders.c.id,
        visits.c.state.not_in([state.value for state in ENDED]),
    )
    return (
        update(orders)
        .where(
            orders.c.city == bindparam("at_city"),
            among(dialect, orders.c.id, "order_ids"),
            orders.c.state == OrderState.FINISHED.value,
            ~unfinished,
        )
        .values(state=OrderState.SETTLED.value)
    )


def facts(connection: Connection, city: str, visit_ids: Sequence[str]) -> Sequence[Row[Any]]:
    """Return visits with order, team level and open holds of their place; one row for each hold."""
    given = {"city": city, "visit_ids": visit_ids}
    return connection.execute(_facts(connection.dialect.name), given).all()


def take(connection: Connection, city: str, planned: Iterable[Visit]) -> set[str]:
    """Move confirmed visits to settled and return the ids of those that were.

    Their orders are locked first, as everywhere, so that of two settlements of one order the second sees the
    first. A visit whose minutes have changed since its settlement was planned is left as it is.
    """
    known = list(planned)
    rows = [(city, visit.id, visit.recognised_minutes) for visit in known]
    order_ids = list({visit.order_id for visit in known})
    given = {"at_city": city, "order_ids": order_ids, **_PLANNED.of(connection, rows)}
    return set(connection.execute(_take(connection.dialect.name), given).scalars())


def void_settled(connection: Connection, city: str, visit_id: str) -> bool:
    """Make a settled visit void; say whether it was settled until now."""
    result = connection.execute(
        update(visits)
        .where(visits.c.city == city, visits.c.id == visit_id, visits.c.state == VisitState.SETTLED.value)
        .values(state=VisitState.VOID.value)
    )
    return result.rowcount == 1


def close_orders(connection: Connection, city: str, order_ids: Iterable[str]) -> None:
    """Move finished orders to settled where no visit is left open."""
    given = {"at_city": city, "order_ids": list(set(order_ids))}
    connection.execute(_close_orders(connection.dialect.name), given)


def due(connection: Connection, city: str, after: str, many: int) -> list[str]:
    """Return ids of confirmed visits that no plugin failed on, sorted, after a given one ("" for the first)."""
    statement = (
        select(visits.c.id)
        .where(
            visits.c.city == city,
            visits.c.state == VisitState.CONFIRMED.value,
            visits.c.exception.is_(None),
        )
        .order_by(visits.c.id)
        .limit(many)
    )
    if after:
        statement = statement.where(visits.c.id > after)
    return list(connection.execute(statement).scalars())


def note_failures(connection: Connection, city: str, failures: Sequence[tuple[str, str]]) -> None:
    """Keep visits for staff, with the reason; they stay confirmed and nothing is posted."""
    rows = [{"at_city": city, "at_id": visit_id, "why": why[:LONGEST_REASON]} for visit_id, why in failures]
    if rows:
        connection.execute(_FAILED, rows)


def clear_failures(connection: Connection, city: str) -> int:
    """Let visits kept for staff be tried again; return how many."""
    result = connection.execute(
        update(visits)
        .where(
            visits.c.city == city,
            visits.c.state == VisitState.CONFIRMED.value,
            visits.c.exception.is_not(None),
        )
        .values(exception=None)
    )
    return result.rowcount
