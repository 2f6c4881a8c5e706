"""Statements that read a whole ledger row by row, for books that others keep: no more than a page is in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, case, func, select

from timebank.domain.account import UNCOUNTED
from timebank.storage.books import accounts, postings, transfers

PAGE = 2000


def span(connection: Connection, city: str) -> Row[Any]:
    """Return (first, last, many): the first and last day of a city's transfers, none without any, and their count."""
    return connection.execute(
        select(
            func.min(transfers.c.day).label("first"),
            func.max(transfers.c.day).label("last"),
            func.count().label("many"),
        ).where(transfers.c.city == city)
    ).one()


def units(connection: Connection, city: str) -> Sequence[str]:
    """Return the ids of the units in which a city has accounts, sorted."""
    wanted = select(accounts.c.unit).where(accounts.c.city == city).distinct().order_by(accounts.c.unit)
    return connection.execute(wanted).scalars().all()


def every_account(connection: Connection, city: str) -> Iterator[Any]:
    """Yield (id, kind, unit, owner_kind, owner_id, balance) of every account in order of ids.

    Where no balance is kept it is the sum of the account's postings.
    """
    uncounted = accounts.c.kind.in_(sorted(UNCOUNTED))
    balance = case(
        (uncounted, _sum(postings.c.credit_id) - _sum(postings.c.debit_id)), else_=accounts.c.posted
    )
    columns = (accounts.c.id, accounts.c.kind, accounts.c.unit, accounts.c.owner_kind, accounts.c.owner_id)
    wanted = select(*columns, balance.label("balance")).where(accounts.c.city == city).order_by(accounts.c.id)
    yield from connection.execute(wanted.execution_options(yield_per=PAGE))


def _sum(side: ColumnElement[Any]) -> ColumnElement[Any]:
    mine = (postings.c.city == accounts.c.city, side == accounts.c.id)
    return func.coalesce(select(func.sum(postings.c.minutes)).where(*mine).scalar_subquery(), 0)


def every_posting(connection: Connection, city: str) -> Iterator[Any]:
    """Yield every posting with its transfer and the kinds of both accounts, in order of transfers and lines."""
    debit, credit = accounts.alias("debit"), accounts.alias("credit")
    about = (
        transfers.c.kind,
        transfers.c.day,
        transfers.c.cause_kind,
        transfers.c.cause_id,
        transfers.c.reverses,
    )
    moved = (postings.c.transfer_id, postings.c.line, postings.c.debit_id, postings.c.credit_id)
    kinds = (debit.c.kind.label("debit_kind"), credit.c.kind.label("credit_kind"))
    wanted = (
        select(*moved, postings.c.unit, postings.c.minutes, *about, *kinds)
        .join(transfers, (transfers.c.city == postings.c.city) & (transfers.c.id == postings.c.transfer_id))
        .join(debit, (debit.c.city == postings.c.city) & (debit.c.id == postings.c.debit_id))
        .join(credit, (credit.c.city == postings.c.city) & (credit.c.id == postings.c.credit_id))
        .where(postings.c.city == city)
        .order_by(postings.c.transfer_id, postings.c.line)
    )
    yield from connection.execute(wanted.execution_options(yield_per=PAGE))
