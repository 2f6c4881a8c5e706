"""Statements that read what moved on a member's accounts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, and_, bindparam, literal, or_, select, union_all

from timebank.storage.books import holds, postings, transfers

_BEFORE_ALL = str(UUID(int=0))
_LATER = and_(
    postings.c.transfer_id >= bindparam("after"),
    or_(postings.c.transfer_id > bindparam("after"), postings.c.line > bindparam("after_line")),
)
_IN_ORDER = (postings.c.transfer_id, postings.c.line)
_NEWEST_FIRST = (postings.c.transfer_id.desc(), postings.c.line.desc())


def _sides(accounts: int) -> Iterator[Select[Any]]:
    """Yield, for each of so many accounts, what it was debited and what it was credited, each by an index.

    Each side of each account is read for itself and only as far as a page goes: asked for all together, the
    database would first gather all that ever moved on them.
    """
    for place in range(accounts):
        for account, balance, sign in (
            (postings.c.debit_id, postings.c.debit_after, -1),
            (postings.c.credit_id, postings.c.credit_after, 1),
        ):
            yield select(
                postings.c.city,
                postings.c.transfer_id,
                postings.c.line,
                account.label("account_id"),
                (postings.c.minutes * literal(sign)).label("minutes"),
                balance.label("balance"),
            ).where(postings.c.city == bindparam("city"), account == bindparam(f"account_{place}"))


@cache
def _movements(accounts: int) -> Select[Any]:
    pages = [side.where(_LATER).order_by(*_IN_ORDER).limit(bindparam("many")) for side in _sides(accounts)]
    sides = union_all(*[select(page.subquery()) for page in pages]).subquery()
    return (
        select(sides, transfers.c.kind, transfers.c.day, transfers.c.recorded_at)
        .join(transfers, (transfers.c.city == sides.c.city) & (transfers.c.id == sides.c.transfer_id))
        .order_by(sides.c.transfer_id, sides.c.line)
        .limit(bindparam("many"))
    )


@cache
def _balances(accounts: int) -> Any:
    earlier = postings.c.transfer_id < bindparam("before")
    newest = [side.where(earlier).order_by(*_NEWEST_FIRST).limit(1) for side in _sides(accounts)]
    return union_all(*[select(one.subquery()) for one in newest])


def movements(
    connection: Connection, city: str, account_ids: Sequence[str], after: tuple[str, int], many: int
) -> Sequence[Any]:
    """Return a page of postings on some accounts, oldest first, after a (transfer id, line) given.

    One row for each side that is one of the accounts: (transfer_id, line, account_id, minutes with sign,
    balance, kind, day, recorded_at).
    """
    transfer_id, line = after
    given = {"after": transfer_id or _BEFORE_ALL, "after_line": line, "many": many}
    return connection.execute(_movements(len(account_ids)), given | _named(city, account_ids)).all()


def balances_before(
    connection: Connection, city: str, account_ids: Sequence[str], before: str
) -> dict[str, int]:
    """Return what accounts held before an identifier: what their last posting until then left on them.

    Args:
        connection: for reading.
        city: its code.
        account_ids: accounts that keep a balance, one at least.
        before: a transfer's identifier, or the first one of an instant.

    Returns:
        Minutes by account; an account on which nothing had moved is left out.
    """
    found = connection.execute(_balances(len(account_ids)), {"before": before} | _named(city, account_ids))
    in_order = sorted(found, key=lambda row: (row.transfer_id, row.line))
    return {row.account_id: row.balance for row in in_order}


def _named(city: str, account_ids: Sequence[str]) -> dict[str, Any]:
    return {"city": city} | {f"account_{place}": each for place, each in enumerate(account_ids)}


def open_holds(connection: Connection, city: str, account_ids: Sequence[str]) -> Sequence[Any]:
    """Return open holds on some accounts: (order_id, account_id, minutes, placed_on)."""
    return connection.execute(
        select(holds.c.order_id, holds.c.account_id, holds.c.minutes, holds.c.placed_on)
        .where(holds.c.city == city, holds.c.account_id.in_(account_ids), holds.c.state == "open")
        .order_by(holds.c.placed_at, holds.c.id)
    ).all()
