"""Statements that read what members gave, donated and redeemed and what was granted, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, exists, func, select

from timebank.storage.books import accounts, postings, transfers
from timebank.storage.replay_rows import PAGE, Span

_UNDONE = transfers.alias("undone")
EXCHANGES = ("gift", "donation", "redemption", "grant")


def exchanged(connection: Connection, city: str, span: Span) -> Iterator[Sequence[Row[Any]]]:
    """Yield pages of the standing gifts, donations, redemptions and grants of some days, each with its one posting."""
    page = _exchanged(city, span)
    found = connection.execute(page).all()
    while found:
        yield found
        if len(found) < PAGE:
            return
        found = connection.execute(page.where(transfers.c.id > found[-1].id)).all()


def _exchanged(city: str, span: Span) -> Select[Any]:
    debit, credit = accounts.alias("debit"), accounts.alias("credit")
    undone = exists().where(_UNDONE.c.city == transfers.c.city, _UNDONE.c.reverses == transfers.c.id)
    return (
        select(
            transfers.c.id,
            transfers.c.kind,
            transfers.c.day,
            transfers.c.decision,
            postings.c.unit,
            postings.c.minutes,
            debit.c.owner_kind.label("giver_kind"),
            debit.c.owner_id.label("giver_id"),
            debit.c.kind.label("account"),
            credit.c.owner_kind.label("receiver_kind"),
            credit.c.owner_id.label("receiver_id"),
        )
        .join(postings, (postings.c.city == transfers.c.city) & (postings.c.transfer_id == transfers.c.id))
        .join(debit, (debit.c.city == postings.c.city) & (debit.c.id == postings.c.debit_id))
        .join(credit, (credit.c.city == postings.c.city) & (credit.c.id == postings.c.credit_id))
        .where(
            transfers.c.city == city,
            func.coalesce(transfers.c.kind, "").in_(EXCHANGES),
            transfers.c.day.between(span.first, span.last),
            ~undone,
        )
        .order_by(transfers.c.id)
        .limit(PAGE)
    )
