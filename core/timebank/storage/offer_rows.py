"""Statements on volunteers' availabilities and on the offers made to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from timebank.domain.identity import is_id
from timebank.domain.offer import OfferState
from timebank.domain.order import OrderState
from timebank.storage.work import availabilities, offers, orders

OPEN, WITHDRAWN = "open", "withdrawn"
_REFUSED = [OfferState.DECLINED.value, OfferState.LAPSED.value]


def add_availability(connection: Connection, row: dict[str, Any]) -> None:
    """Add an availability."""
    connection.execute(insert(availabilities), [row])


def find_availability(connection: Connection, city: str, availability_id: str) -> Row[Any] | None:
    """Return an availability without locking it."""
    if not is_id(availability_id):
        return None
    return connection.execute(
        select(availabilities).where(availabilities.c.city == city, availabilities.c.id == availability_id)
    ).one_or_none()


def withdraw_availability(connection: Connection, city: str, availability_id: str) -> bool:
    """Withdraw an open availability; False where it was not open."""
    result = connection.execute(
        update(availabilities)
        .where(
            availabilities.c.city == city,
            availabilities.c.id == availability_id,
            availabilities.c.state == OPEN,
        )
        .values(state=WITHDRAWN)
    )
    return result.rowcount == 1


def available(
    connection: Connection, city: str, organisation_ids: Iterable[str], start: datetime, end: datetime
) -> Sequence[Row[Any]]:
    """Return open availabilities for any of the areas that cover a time, first given first."""
    return connection.execute(
        select(availabilities)
        .where(
            availabilities.c.city == city,
            availabilities.c.state == OPEN,
            availabilities.c.organisation_id.in_(sorted(organisation_ids)),
            availabilities.c.free_from <= start,
            availabilities.c.free_until >= end,
        )
        .order_by(availabilities.c.given_at, availabilities.c.id)
    ).all()


def add(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Add offers."""
    connection.execute(insert(offers), rows)


def of_token(connection: Connection, city: str, digest: str) -> Row[Any] | None:
    """Return the offer whose message carried a token, by the token's digest."""
    return connection.execute(
        select(offers).where(offers.c.city == city, offers.c.token_digest == digest)
    ).one_or_none()


def of_order(connection: Connection, city: str, order_id: str) -> Sequence[Row[Any]]:
    """Return every offer ever made for an order."""
    return connection.execute(_of_order(city, order_id)).all()


def lock_sent(connection: Connection, city: str, order_id: str) -> Sequence[Row[Any]]:
    """Return the offers of a locked order that wait for an answer, locked in the order of their ids."""
    statement = _of_order(city, order_id).where(offers.c.state == OfferState.SENT.value)
    return connection.execute(statement.with_for_update(key_share=True)).all()


def lock(connection: Connection, city: str, offer_id: str) -> Row[Any]:
    """Return an offer of a locked order, locked."""
    return connection.execute(
        select(offers).where(offers.c.city == city, offers.c.id == offer_id).with_for_update(key_share=True)
    ).one()


def _of_order(city: str, order_id: str) -> Select[Any]:
    return select(offers).where(offers.c.city == city, offers.c.order_id == order_id).order_by(offers.c.id)


def answer(
    connection: Connection, city: str, offer_ids: Iterable[str], state: OfferState, now: datetime
) -> None:
    """Write down what became of locked offers."""
    connection.execute(
        update(offers)
        .where(offers.c.city == city, offers.c.id.in_(sorted(offer_ids)))
        .values(state=state.value, answered_at=now)
    )


def expired(connection: Connection, city: str, now: datetime) -> list[str]:
    """Return ids of offers whose time to answer is over, oldest first."""
    return list(
        connection.execute(
            select(offers.c.id)
            .where(offers.c.city == city, offers.c.state == OfferState.SENT.value, offers.c.expires_at <= now)
            .order_by(offers.c.expires_at, offers.c.id)
        ).scalars()
    )


def find(connection: Connection, city: str, offer_id: str) -> Row[Any] | None:
    """Return an offer without locking it."""
    if not is_id(offer_id):
        return None
    return connection.execute(
        select(offers).where(offers.c.city == city, offers.c.id == offer_id)
    ).one_or_none()


def waiting_for_next(connection: Connection, city: str, now: datetime) -> Sequence[Row[Any]]:
    """Return (order_id, made) of open orders to come where somebody declined: ``made`` counts all their offers."""
    return connection.execute(
        select(orders.c.id.label("order_id"), func.count(offers.c.id).label("made"))
        .join(offers, (offers.c.city == orders.c.city) & (offers.c.order_id == orders.c.id))
        .where(
            orders.c.city == city,
            orders.c.state == OrderState.PUBLISHED.value,
            orders.c.planned_start > now,
            orders.c.places_taken < orders.c.places,
        )
        .group_by(orders.c.id)
        .having(func.count().filter(offers.c.state.in_(_REFUSED)) > 0)
        .order_by(orders.c.id)
    ).all()
