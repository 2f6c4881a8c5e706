"""Statements that list things a page at a time, by key, never by offset.

Every page takes (connection, city, filters, after, many): filters that are absent do not filter, ``after`` is the id
at which the page before ended, ``many`` is how many rows at most.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Column, Connection, Select, Table, or_, select

from timebank.domain.account import OwnerKind
from timebank.storage.books import accounts, holds, postings, transfers
from timebank.storage.people import members, memberships
from timebank.storage.work import attendances, availabilities, offers, orders, visits

Filters = Mapping[str, Any]
Page = Callable[[Connection, str, Filters, str | None, int], Sequence[Any]]


@dataclass(frozen=True)
class MembersWanted:
    """Which members to list.

    Attributes:
        reference: the one with this reference.
        organisation_id: those whose home it is, or who belong to it.
        day: on which day they belong.
    """

    reference: str | None
    organisation_id: str | None
    day: date


def members_page(
    connection: Connection, city: str, wanted: MembersWanted, after: str | None, many: int
) -> Sequence[Any]:
    """Return a page of members (id, reference, name, home_id) in order of id."""
    statement = select(members.c.id, members.c.reference, members.c.name, members.c.home_id)
    statement = statement.where(members.c.city == city)
    if wanted.reference is not None:
        statement = statement.where(members.c.reference == wanted.reference)
    if wanted.organisation_id is not None:
        joined = select(memberships.c.member_id).where(
            memberships.c.city == city,
            memberships.c.organisation_id == wanted.organisation_id,
            memberships.c.valid_from <= wanted.day,
            or_(memberships.c.valid_until.is_(None), memberships.c.valid_until >= wanted.day),
        )
        statement = statement.where(
            or_(members.c.home_id == wanted.organisation_id, members.c.id.in_(joined))
        )
    return _page(connection, statement, members.c.id, after, many)


def orders_page(
    connection: Connection,
    city: str,
    filters: Filters,
    organisation_ids: Iterable[str] | None,
    after: str | None,
    many: int,
) -> Sequence[Any]:
    """Return a page of orders in order of id.

    Args:
        connection: a connection.
        city: the city.
        filters: ``state``, ``service``, ``recipient_id``, ``from`` and ``until`` (service dates).
        organisation_ids: only orders of these organisations; None for all.
        after: id of the last order of the page before.
        many: how many at most.
    """
    statement = _filtered(orders, city, filters, "state", "service", "recipient_id")
    statement = _between(statement, orders.c.service_date, filters)
    if organisation_ids is not None:
        statement = statement.where(orders.c.organisation_id.in_(sorted(organisation_ids)))
    return _page(connection, statement, orders.c.id, after, many)


def visits_page(
    connection: Connection, city: str, filters: Filters, after: str | None, many: int
) -> Sequence[Any]:
    """Return a page of visits in order of id; filters: order_id, volunteer_id, state, from, until (service dates)."""
    statement = _filtered(visits, city, filters, "order_id", "volunteer_id", "state")
    statement = _between(statement, visits.c.service_date, filters)
    return _page(connection, statement, visits.c.id, after, many)


def attendances_page(
    connection: Connection, city: str, filters: Filters, after: str | None, many: int
) -> Sequence[Any]:
    """Return a page of attendances in order of id; filter: order_id."""
    statement = _filtered(attendances, city, filters, "order_id")
    return _page(connection, statement, attendances.c.id, after, many)


def availabilities_page(
    connection: Connection, city: str, filters: Filters, after: str | None, many: int
) -> Sequence[Any]:
    """Return a page of availabilities in order of id; filters: member_id, state."""
    statement = _filtered(availabilities, city, filters, "member_id", "state")
    return _page(connection, statement, availabilities.c.id, after, many)


def offers_page(
    connection: Connection, city: str, filters: Filters, after: str | None, many: int
) -> Sequence[Any]:
    """Return a page of offers in order of id; filters: order_id, volunteer_id, state."""
    statement = _filtered(offers, city, filters, "order_id", "volunteer_id", "state")
    return _page(connection, statement, offers.c.id, after, many)


def holds_page(
    connection: Connection, city: str, filters: Filters, after: str | None, many: int
) -> Sequence[Any]:
    """Return a page of holds with their accounts, in order of id; filter: order_id. member_id is the payer."""
    payer = accounts.c.owner_id.label("member_id")
    statement = (
        select(holds, accounts.c.kind.label("account"), accounts.c.unit, payer)
        .join(accounts, (accounts.c.city == holds.c.city) & (accounts.c.id == holds.c.account_id))
        .where(holds.c.city == city, holds.c.order_id == filters["order_id"])
    )
    return _page(connection, statement, holds.c.id, after, many)


def transfers_page(
    connection: Connection, city: str, filters: Filters, after: str | None, many: int
) -> Sequence[Any]:
    """Return a page of transfers, newest first; filters: kind, cause_id, member_id, from, until (days)."""
    statement = _between(_filtered(transfers, city, filters, "kind", "cause_id"), transfers.c.day, filters)
    if "member_id" in filters:
        owned = select(accounts.c.id).where(
            accounts.c.city == city,
            accounts.c.owner_kind == OwnerKind.MEMBER.value,
            accounts.c.owner_id == filters["member_id"],
        )
        moved = select(postings.c.transfer_id).where(
            postings.c.city == city,
            or_(postings.c.debit_id.in_(owned), postings.c.credit_id.in_(owned)),
        )
        statement = statement.where(transfers.c.id.in_(moved))
    if after is not None:
        statement = statement.where(transfers.c.id < after)
    return connection.execute(statement.order_by(transfers.c.id.desc()).limit(many)).all()


def _filtered(table: Table, city: str, filters: Filters, *names: str) -> Select[Any]:
    statement = select(table).where(table.c.city == city)
    for name in names:
        if name in filters:
            statement = statement.where(table.c[name] == filters[name])
    return statement


def _between(statement: Select[Any], column: Column[Any], filters: Filters) -> Select[Any]:
    if "from" in filters:
        statement = statement.where(column >= filters["from"])
    if "until" in filters:
        statement = statement.where(column <= filters["until"])
    return statement


def _page(
    connection: Connection, statement: Select[Any], key: Column[Any], after: str | None, many: int
) -> Sequence[Any]:
    if after is not None:
        statement = statement.where(key > after)
    return connection.execute(statement.order_by(key).limit(many)).all()
