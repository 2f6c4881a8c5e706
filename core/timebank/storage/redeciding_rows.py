"""Statements that read what was decided and what was posted, page by page, for whoever decides it again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, or_, select

from timebank.storage.books import accounts, postings, transfers
from timebank.storage.bulk_rows import in_parts
from timebank.storage.envelope import commands

PAGE = 1000
_UNDONE = transfers.alias("undone")
_STANDING = (
    ~select(_UNDONE.c.id)
    .where(_UNDONE.c.city == transfers.c.city, _UNDONE.c.reverses == transfers.c.id)
    .exists()
)
_DEBIT, _CREDIT = accounts.alias("debit"), accounts.alias("credit")


def decided(connection: Connection, city: str, *kinds: str) -> Iterator[tuple[Any, Sequence[Any]]]:
    """Yield every transfer of some kinds, in order, with its postings and the keys of both accounts of each.

    A transfer comes as (id, kind, cause_kind, cause_id, reverses, day, decision).
    """
    told = (transfers.c.id, transfers.c.kind, transfers.c.cause_kind, transfers.c.cause_id)
    page = (
        select(*told, transfers.c.reverses, transfers.c.day, transfers.c.decision)
        .where(transfers.c.city == city, transfers.c.kind.in_(kinds))
        .order_by(transfers.c.id)
        .limit(PAGE)
    )
    found = connection.execute(page).all()
    while found:
        lines: dict[str, list[Row[Any]]] = {row.id: [] for row in found}
        here = postings.c.transfer_id.between(found[0].id, found[-1].id)
        for line in connection.execute(_lines(city, here)):
            if line.transfer_id in lines:
                lines[line.transfer_id].append(line)
        for row in found:
            yield row, lines[row.id]
        found = connection.execute(page.where(transfers.c.id > found[-1].id)).all()


def lines_of(
    connection: Connection, city: str, transfer_ids: Iterable[str | None]
) -> Mapping[str, Sequence[Any]]:
    """Return the postings of transfers and the keys of both accounts of each, by the transfer's id."""
    lines: dict[str, list[Row[Any]]] = {}
    for some in in_parts(one for one in transfer_ids if one is not None):
        for line in connection.execute(_lines(city, postings.c.transfer_id.in_(some))):
            lines.setdefault(line.transfer_id, []).append(line)
    return lines


def _lines(city: str, here: ColumnElement[bool]) -> Select[Any]:
    keys = [
        side.c[name].label(f"{side.name}_{name}")
        for side in (_DEBIT, _CREDIT)
        for name in ("owner_kind", "owner_id", "kind")
    ]
    moved = (postings.c.transfer_id, postings.c.unit, postings.c.minutes)
    return (
        select(*moved, postings.c.debit_after, postings.c.credit_after, *keys)
        .join(_DEBIT, (_DEBIT.c.city == postings.c.city) & (_DEBIT.c.id == postings.c.debit_id))
        .join(_CREDIT, (_CREDIT.c.city == postings.c.city) & (_CREDIT.c.id == postings.c.credit_id))
        .where(postings.c.city == city, here)
        .order_by(postings.c.transfer_id, postings.c.line)
    )


def credited(connection: Connection, city: str) -> Iterator[Any]:
    """Yield (owner_kind, owner_id, id, day, decision) of every standing settlement of every owner it credits.

    An owner's rows follow each other; a settlement that credits an owner by several postings comes several times.
    """
    owner = (_CREDIT.c.owner_kind, _CREDIT.c.owner_id)
    wanted = (
        select(*owner, transfers.c.id, transfers.c.day, transfers.c.decision)
        .select_from(transfers)
        .join(postings, (postings.c.city == transfers.c.city) & (postings.c.transfer_id == transfers.c.id))
        .join(_DEBIT, (_DEBIT.c.city == postings.c.city) & (_DEBIT.c.id == postings.c.debit_id))
        .join(_CREDIT, (_CREDIT.c.city == postings.c.city) & (_CREDIT.c.id == postings.c.credit_id))
        .where(
            transfers.c.city == city,
            transfers.c.kind == "settlement",
            _DEBIT.c.kind == "issuance",
            _STANDING,
        )
        .order_by(*owner, transfers.c.id)
    )
    yield from connection.execute(wanted.execution_options(yield_per=PAGE))


def carried(connection: Connection, city: str) -> Iterator[Any]:
    """Yield (owner_kind, owner_id, kind, unit, carried) of every account on which minutes wait."""
    wanted = select(
        accounts.c.owner_kind, accounts.c.owner_id, accounts.c.kind, accounts.c.unit, accounts.c.carried
    ).where(accounts.c.city == city, accounts.c.carried != 0)
    yield from connection.execute(wanted.execution_options(yield_per=PAGE))


def waited(connection: Connection, city: str) -> Iterator[Any]:
    """Yield (id, kind, facts, undone) of every settlement and reversal of one, ``undone`` being of what it reversed."""
    original = transfers.alias("original")
    wanted = (
        select(
            transfers.c.id,
            transfers.c.kind,
            transfers.c.decision["facts"].label("facts"),
            original.c.decision["facts"].label("undone"),
        )
        .outerjoin(original, (original.c.city == transfers.c.city) & (original.c.id == transfers.c.reverses))
        .where(
            transfers.c.city == city,
            or_(transfers.c.kind == "settlement", original.c.kind == "settlement"),
        )
    )
    yield from connection.execute(wanted.execution_options(yield_per=PAGE))


def settled_with_nothing(connection: Connection, city: str) -> Iterator[Any]:
    """Yield the stored answers of settlements that posted nothing, and so left no decision."""
    wanted = select(commands.c.answer).where(
        commands.c.city == city,
        commands.c.kind == "settlement.settle",
        commands.c.answer["transfer_id"].as_string().is_(None),
    )
    yield from connection.execute(wanted.execution_options(yield_per=PAGE)).scalars()


def gifts(connection: Connection, city: str) -> Iterator[Any]:
    """Yield (owner_id, unit, day, rules, minutes) of every standing gift; the rows of one giver follow each other."""
    rules = transfers.c.decision["rules"].as_string().label("rules")
    wanted = (
        select(_DEBIT.c.owner_id, postings.c.unit, transfers.c.day, rules, postings.c.minutes)
        .select_from(transfers)
        .join(postings, (postings.c.city == transfers.c.city) & (postings.c.transfer_id == transfers.c.id))
        .join(_DEBIT, (_DEBIT.c.city == postings.c.city) & (_DEBIT.c.id == postings.c.debit_id))
        .where(transfers.c.city == city, transfers.c.kind == "gift", _STANDING)
        .order_by(_DEBIT.c.owner_id, postings.c.unit, transfers.c.day)
    )
    yield from connection.execute(wanted.execution_options(yield_per=PAGE))
