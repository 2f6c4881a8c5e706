"""Statements that read settlements of some days, in the order in which they were posted, with all they were made of."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Text,
    bindparam,
    cast,
    exists,
    func,
    select,
    type_coerce,
)
from sqlalchemy.types import NullType

from timebank.domain.account import AccountKey
from timebank.domain.visit import VisitState
from timebank.storage.books import accounts, holds, postings, transfers
from timebank.storage.given import among
from timebank.storage.ledger_checks import dashed
from timebank.storage.people import organisations
from timebank.storage.service_checks import settles
from timebank.storage.work import orders, visits

PAGE = 1000
_DIGITS = 32
_UNDONE = transfers.alias("undone")
# Wrapped, so that no database reads settlements in another order first and sorts all of them.
_IS_SETTLEMENT = func.coalesce(transfers.c.kind, "") == "settlement"


@dataclass(frozen=True, slots=True)
class Span:
    """Local days of service, both ends included.

    Attributes:
        first: the first day.
        last: the last day.
    """

    first: date
    last: date


ALL_DAYS = Span(date.min, date.max)


def with_dashes(raw: Any) -> str:
    """Return an identifier that was read raw: SQLite holds its digits alone."""
    text = str(raw)
    if len(text) != _DIGITS:
        return text
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _raw(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return an identifier's column as the database holds it; making text of each costs as much as all the rest."""
    return type_coerce(column, NullType())


def _settled(city: str, span: Span) -> Select[Any]:
    team = organisations.alias("team")
    return (
        select(
            _raw(transfers.c.id).label("raw_id"),
            transfers.c.day,
            cast(transfers.c.decision, Text).label("decision"),
            transfers.c.cause_id.label("visit_id"),
            _raw(visits.c.volunteer_id).label("raw_volunteer"),
            visits.c.team_id,
            team.c.level.label("team_level"),
            visits.c.place,
        )
        .outerjoin(visits, settles())
        .outerjoin(team, (team.c.city == visits.c.city) & (team.c.id == visits.c.team_id))
        .where(transfers.c.city == city, _IS_SETTLEMENT, transfers.c.day.between(span.first, span.last))
        .order_by(transfers.c.id)
        .limit(PAGE)
    )


def settled(connection: Connection, city: str, span: Span) -> Iterator[Sequence[Row[Any]]]:
    """Yield pages of settlements in the order in which they were posted.

    Each is (raw_id, day, decision, visit_id, raw_volunteer, team_id, team_level, place of the order). What is called raw
    is an identifier as the database holds it; ``with_dashes`` makes one of it. The decision is JSON text, to be read
    when its turn comes: thousands of open ones slow a program down.
    """
    page = _settled(city, span)
    found = connection.execute(page).all()
    while found:
        yield found
        if len(found) < PAGE:
            return
        last = with_dashes(found[-1].raw_id)
        found = connection.execute(page.where(transfers.c.id > last)).all()


@cache
def _lines() -> Select[Any]:
    return (
        select(
            _raw(postings.c.transfer_id),
            _raw(postings.c.debit_id),
            _raw(postings.c.credit_id),
            postings.c.minutes,
            postings.c.debit_after,
            postings.c.credit_after,
        )
        .where(
            postings.c.city == bindparam("city"),
            postings.c.transfer_id.between(bindparam("first"), bindparam("last")),
        )
        .order_by(postings.c.transfer_id, postings.c.line)
    )


def lines_between(connection: Connection, city: str, first: str, last: str) -> Sequence[Sequence[Any]]:
    """Return the postings of transfers from one id to another, in order.

    Each is (transfer, debit account, credit account, minutes, balance of either after it); identifiers are raw.
    """
    return connection.execute(_lines(), {"city": city, "first": first, "last": last}).all()


@cache
def _holds() -> Select[Any]:
    return (
        select(_raw(transfers.c.id), holds.c.place, _raw(holds.c.account_id), holds.c.rank, holds.c.minutes)
        .join(
            holds,
            (holds.c.city == transfers.c.city)
            & (holds.c.order_id == transfers.c.order_id)
            & (holds.c.resolved_at == transfers.c.recorded_at),
        )
        .where(
            transfers.c.city == bindparam("city"),
            _IS_SETTLEMENT,
            transfers.c.id.between(bindparam("first"), bindparam("last")),
        )
        .order_by(transfers.c.id, holds.c.id)
    )


def holds_between(connection: Connection, city: str, first: str, last: str) -> Sequence[Sequence[Any]]:
    """Return the holds of the orders of settlements that were resolved at their instant, as they were placed.

    Each is (settlement, place of the order, account, rank, minutes); identifiers are raw.
    """
    return connection.execute(_holds(), {"city": city, "first": first, "last": last}).all()


@cache
def _accounts(dialect: str) -> Select[Any]:
    return select(
        _raw(accounts.c.id), accounts.c.owner_kind, accounts.c.owner_id, accounts.c.kind, accounts.c.unit
    ).where(accounts.c.city == bindparam("city"), among(dialect, accounts.c.id, "ids"))


def accounts_named(connection: Connection, city: str, ids: Collection[Any]) -> Sequence[Sequence[Any]]:
    """Return (raw id, kind of owner, owner, kind, unit) of accounts by their raw ids."""
    statement = _accounts(connection.dialect.name)
    return connection.execute(statement, {"city": city, "ids": [*map(str, ids)]}).all()


def balance_before(connection: Connection, city: str, key: AccountKey, transfer_id: str) -> int:
    """Return what stood on an account before a transfer; 0 where it did not exist."""
    account = select(accounts.c.id).where(
        accounts.c.city == city,
        accounts.c.owner_kind == key.owner_kind.value,
        accounts.c.owner_id == key.owner_id,
        accounts.c.kind == key.kind.value,
        accounts.c.unit == key.unit,
    )
    account_id = connection.execute(account).scalar_one_or_none()
    if account_id is None:
        return 0
    last = [_last(connection, city, side, account_id, transfer_id) for side in ("debit", "credit")]
    return max(last, key=lambda found: found[:2])[2]


def _last(
    connection: Connection, city: str, side: str, account_id: str, transfer_id: str
) -> tuple[str, int, int]:
    """Return (transfer id, line, balance after it) of the last posting on one side of an account."""
    at = postings.c[f"{side}_id"]
    found = connection.execute(
        select(postings.c.transfer_id, postings.c.line, postings.c[f"{side}_after"])
        .where(postings.c.city == city, at == account_id, postings.c.transfer_id < transfer_id)
        .order_by(postings.c.transfer_id.desc(), postings.c.line.desc())
        .limit(1)
    ).one_or_none()
    return ("", 0, 0) if found is None else (found[0], found[1], found[2])


def circumstances(connection: Connection, city: str, first: str, last: str) -> dict[str, Row[Any]]:
    """Return, by settlement, its order with its decision, why the volunteer was accepted, and whether it was undone."""
    found = connection.execute(_circumstances(), {"city": city, "first": first, "last": last})
    return {row.transfer_id: row for row in found}


@cache
def _circumstances() -> Select[Any]:
    undone = (_UNDONE.c.city == transfers.c.city) & (_UNDONE.c.reverses == transfers.c.id)
    return (
        select(
            orders,
            dashed(transfers.c.id).label("transfer_id"),
            visits.c.decision.label("accepted_by"),
            visits.c.accepted_at,
            _UNDONE.c.id.label("undone"),
        )
        .select_from(transfers)
        .join(visits, settles())
        .join(orders, (orders.c.city == visits.c.city) & (orders.c.id == visits.c.order_id))
        .outerjoin(_UNDONE, undone)
        .where(
            transfers.c.city == bindparam("city"),
            _IS_SETTLEMENT,
            transfers.c.id.between(bindparam("first"), bindparam("last")),
        )
    )


def settled_without_a_transfer(connection: Connection, city: str, span: Span) -> int:
    """Return how many settled visits of some days of service posted nothing, and so have no stored decision."""
    posted = exists().where(
        transfers.c.city == visits.c.city,
        transfers.c.cause_kind == "visit",
        transfers.c.cause_id == dashed(visits.c.id),
        _IS_SETTLEMENT,
    )
    statement = select(func.count()).where(
        visits.c.city == city,
        visits.c.state == VisitState.SETTLED.value,
        visits.c.service_date.between(span.first, span.last),
        ~posted,
    )
    return int(connection.execute(statement.select_from(visits)).scalar_one())
