"""Statements that read transfers and postings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, exists, func, select

from timebank.domain.account import AccountKey, AccountKind, OwnerKind
from timebank.domain.identity import is_id
from timebank.domain.transfer import TransferKind
from timebank.storage.books import accounts, postings, transfers
from timebank.storage.bulk_rows import in_parts
from timebank.storage.given import among
from timebank.storage.work import visits

_ASKED_FOR = (transfers.c.kind == bindparam("kind")) & transfers.c.day.between(
    bindparam("first"), bindparam("last")
)


_UNDOING = transfers.alias("undoing")


def _moved(
    side: ColumnElement[Any], *which: ColumnElement[bool], by_then: ColumnElement[bool] | None = None
) -> Select[Any]:
    """Select the minutes that standing transfers of one kind and time moved on a side of an owner's accounts.

    The owner's postings come first, and each asks for its transfer by key. Joined, the transfers of the kind may come
    first, and a database that knows of few would read through all of the city's in that time for one owner.
    """
    mine = (
        select(postings.c.city, postings.c.transfer_id, postings.c.minutes)
        .join(accounts, (accounts.c.city == postings.c.city) & (accounts.c.id == side))
        .where(
            postings.c.city == bindparam("city"),
            accounts.c.owner_kind == bindparam("owner_kind"),
            accounts.c.owner_id == bindparam("owner_id"),
            accounts.c.unit == bindparam("unit"),
            *which,
        )
        .cte("mine")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    of_mine = (transfers.c.city == mine.c.city) & (transfers.c.id == mine.c.transfer_id)
    undone = exists().where(_UNDOING.c.city == mine.c.city, _UNDOING.c.reverses == mine.c.transfer_id)
    if by_then is not None:
        undone = undone.where(by_then)
    return select(func.coalesce(func.sum(mine.c.minutes), 0)).where(
        select(_ASKED_FOR).where(of_mine).scalar_subquery(), ~undone
    )


@cache
def _credited_between(dialect: str) -> Select[Any]:
    return _moved(postings.c.credit_id, among(dialect, accounts.c.kind, "kinds"))


@cache
def _credited_before(dialect: str) -> Select[Any]:
    earlier = postings.c.transfer_id < bindparam("before")
    undone_by_then = _UNDOING.c.id < bindparam("before")
    return _moved(
        postings.c.credit_id, among(dialect, accounts.c.kind, "kinds"), earlier, by_then=undone_by_then
    )


_GIVEN_BETWEEN = _moved(postings.c.debit_id)


def credited_between(
    connection: Connection,
    city: str,
    owner: AccountKey,
    kinds: Iterable[AccountKind],
    first: date,
    last: date,
    before: str | None = None,
) -> int:
    """Return minutes credited to an owner's accounts of some kinds by standing settlements of service dates.

    Args:
        connection: for reading.
        city: its code.
        owner: whose accounts of which unit.
        kinds: of account.
        first: service date.
        last: service date.
        before: as the books stood before this transfer; None for all that stands in them.
    """
    given = {
        "city": city,
        "owner_kind": owner.owner_kind.value,
        "owner_id": owner.owner_id,
        "unit": owner.unit,
        "kinds": [kind.value for kind in kinds],
        "kind": TransferKind.SETTLEMENT.value,
        "first": first,
        "last": last,
    }
    if before is not None:
        statement, given = _credited_before(connection.dialect.name), given | {"before": before}
        return int(connection.execute(statement, given).scalar_one())
    return int(connection.execute(_credited_between(connection.dialect.name), given).scalar_one())


def given_between(
    connection: Connection, city: str, owner: AccountKey, kind: TransferKind, first: date, last: date
) -> int:
    """Return minutes that standing transfers of one kind, first to last, took from an owner's accounts of one unit."""
    given = {
        "city": city,
        "owner_kind": owner.owner_kind.value,
        "owner_id": owner.owner_id,
        "unit": owner.unit,
        "kind": kind.value,
        "first": first,
        "last": last,
    }
    return int(connection.execute(_GIVEN_BETWEEN, given).scalar_one())


def transfer(connection: Connection, city: str, transfer_id: str) -> Row[Any] | None:
    """Return one transfer, or None; None too where the text is no identifier at all."""
    if not is_id(transfer_id):
        return None
    return connection.execute(
        select(transfers).where(transfers.c.city == city, transfers.c.id == transfer_id)
    ).one_or_none()


def reversal_of(connection: Connection, city: str, transfer_id: str) -> str | None:
    """Return the id of the transfer that reverses another, or None."""
    return connection.execute(
        select(transfers.c.id).where(transfers.c.city == city, transfers.c.reverses == transfer_id)
    ).scalar_one_or_none()


def reversals_for(connection: Connection, city: str, served: AccountKey) -> list[dict[str, Any]]:
    """Return the decisions of all reversals of settlements of visits by the owner of an account."""
    theirs = visits.c.team_id if served.owner_kind is OwnerKind.ORGANISATION else visits.c.volunteer_id
    ids = connection.execute(select(visits.c.id).where(visits.c.city == city, theirs == served.owner_id))
    settled = transfers.alias("settled")
    statement = (
        select(transfers.c.decision)
        .join(settled, (settled.c.city == transfers.c.city) & (settled.c.id == transfers.c.reverses))
        .where(
            transfers.c.city == city,
            settled.c.cause_kind == "visit",
            settled.c.cause_id.in_(bindparam("causes", expanding=True)),
        )
        .order_by(transfers.c.id)
    )
    return [
        decision
        for some in in_parts(ids.scalars())
        for decision in connection.execute(statement, {"causes": some}).scalars()
    ]


def lines(connection: Connection, city: str, transfer_ids: Sequence[str]) -> Sequence[Row[Any]]:
    """Return the postings of transfers with both accounts' owners, kinds and units, in order."""
    debit, credit = accounts.alias("debit"), accounts.alias("credit")
    return connection.execute(
        select(
            postings,
            debit.c.owner_kind.label("debit_owner_kind"),
            debit.c.owner_id.label("debit_owner"),
            debit.c.kind.label("debit_kind"),
            credit.c.owner_kind.label("credit_owner_kind"),
            credit.c.owner_id.label("credit_owner"),
            credit.c.kind.label("credit_kind"),
        )
        .join(debit, (debit.c.city == postings.c.city) & (debit.c.id == postings.c.debit_id))
        .join(credit, (credit.c.city == postings.c.city) & (credit.c.id == postings.c.credit_id))
        .where(postings.c.city == city, postings.c.transfer_id.in_(list(transfer_ids)))
        .order_by(postings.c.transfer_id, postings.c.line)
    ).all()


def of_cause(connection: Connection, city: str, cause_kind: str, cause_id: str) -> Sequence[Row[Any]]:
    """Return the transfers made for one cause, in order."""
    return connection.execute(
        select(transfers)
        .where(
            transfers.c.city == city, transfers.c.cause_kind == cause_kind, transfers.c.cause_id == cause_id
        )
        .order_by(transfers.c.id)
    ).all()


def of_order(connection: Connection, city: str, order_id: str) -> Sequence[Row[Any]]:
    """Return the transfers made for one order, reversals among them, in order."""
    return connection.execute(
        select(transfers)
        .where(transfers.c.city == city, transfers.c.order_id == order_id)
        .order_by(transfers.c.id)
    ).all()


def latest(connection: Connection, city: str, many: int) -> Sequence[Row[Any]]:
    """Return the newest transfers, newest first."""
    return connection.execute(
        select(transfers).where(transfers.c.city == city).order_by(transfers.c.id.desc()).limit(many)
    ).all()
