"""Statements on leaves and checkpoints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import BigInteger, Connection, Row, Select, cast, exists, func, insert, or_, select, update

from timebank.storage.books import transfers
from timebank.storage.bulk_rows import in_parts
from timebank.storage.sealed_rows import UNREADABLE
from timebank.storage.seals import checkpoints, leaves

_SEALED = exists().where(leaves.c.city == transfers.c.city, leaves.c.transfer_id == transfers.c.id)
PART = 10_000


def last_checkpoint(connection: Connection, city: str) -> Row[Any] | None:
    """Return the newest checkpoint (size, note, edge), or None."""
    return connection.execute(
        select(checkpoints).where(checkpoints.c.city == city).order_by(checkpoints.c.size.desc()).limit(1)
    ).one_or_none()


def checkpoint(connection: Connection, city: str, size: int) -> Row[Any] | None:
    """Return the checkpoint of a size, or None."""
    return connection.execute(
        select(checkpoints).where(checkpoints.c.city == city, checkpoints.c.size == size)
    ).one_or_none()


def checkpoint_sizes(connection: Connection, city: str) -> list[int]:
    """Return the sizes of all checkpoints, in order."""
    statement = select(checkpoints.c.size).where(checkpoints.c.city == city).order_by(checkpoints.c.size)
    return list(connection.execute(statement).scalars())


def newest_sealed(connection: Connection, city: str) -> str | None:
    """Return the largest id of a sealed transfer, or None."""
    return connection.execute(
        select(leaves.c.transfer_id)
        .where(leaves.c.city == city)
        .order_by(leaves.c.transfer_id.desc())
        .limit(1)
    ).scalar_one_or_none()


def _unsealed(city: str) -> Select[Any]:
    return select(transfers.c.id, transfers.c.recorded_at).where(transfers.c.city == city, ~_SEALED)


def unsealed(connection: Connection, city: str, after: str, many: int) -> list[str]:
    """Return ids of transfers without a leaf that are larger than an id, in order."""
    statement = _unsealed(city).where(transfers.c.id > after).order_by(transfers.c.id).limit(many)
    return [row.id for row in connection.execute(statement)]


def all_unsealed(connection: Connection, city: str) -> Iterator[Row[Any]]:
    """Yield (id, recorded_at) of every transfer without a leaf, in the order of their ids."""
    yield from connection.execute(_unsealed(city).order_by(transfers.c.id))


def newest_recorded(connection: Connection, city: str, start: int, end: int) -> Any:
    """Return the latest instant at which a transfer of the leaves from start to before end was recorded."""
    return connection.execute(
        select(func.max(transfers.c.recorded_at))
        .join(leaves, (leaves.c.city == transfers.c.city) & (leaves.c.transfer_id == transfers.c.id))
        .where(leaves.c.city == city, leaves.c.leaf_index >= start, leaves.c.leaf_index < end)
    ).scalar_one()


def add(connection: Connection, rows: list[dict[str, Any]], head: dict[str, Any]) -> None:
    """Add leaves and the checkpoint that covers them."""
    connection.execute(insert(leaves), rows)
    connection.execute(insert(checkpoints), head)


def page(connection: Connection, city: str, start: int, end: int) -> Sequence[Row[Any]]:
    """Return the leaves from start to before end."""
    return connection.execute(
        select(leaves)
        .where(leaves.c.city == city, leaves.c.leaf_index >= start, leaves.c.leaf_index < end)
        .order_by(leaves.c.leaf_index)
    ).all()


def transfer_at(connection: Connection, city: str, index: int) -> str | None:
    """Return the id of the transfer of a leaf, whatever else stands in its row; None where that is no id either."""
    wanted = select(leaves.c.transfer_id).where(leaves.c.city == city, leaves.c.leaf_index == index)
    try:
        return connection.execute(wanted).scalar_one_or_none()
    except UNREADABLE:
        return None


def of_transfers(connection: Connection, city: str, transfer_ids: Iterable[str]) -> list[Row[Any]]:
    """Return the leaves of transfers."""
    found: list[Row[Any]] = []
    for some in in_parts(transfer_ids):
        statement = select(leaves).where(leaves.c.city == city, leaves.c.transfer_id.in_(some))
        found += connection.execute(statement)
    return found


def hashes(connection: Connection, city: str, start: int, end: int) -> Iterator[bytes]:
    """Yield the hashes of the leaves from start to before end, reading a part at a time."""
    for first in range(start, end, PART):
        yield from connection.execute(
            select(leaves.c.leaf_hash)
            .where(
                leaves.c.city == city,
                leaves.c.leaf_index >= first,
                leaves.c.leaf_index < min(first + PART, end),
            )
            .order_by(leaves.c.leaf_index)
        ).scalars()


def beyond(connection: Connection, city: str, size: int) -> Any:
    """Return (leaf_index, transfer_id) of the first leaf at an index and after it, or None."""
    return connection.execute(
        select(leaves.c.leaf_index, leaves.c.transfer_id)
        .where(leaves.c.city == city, leaves.c.leaf_index >= size)
        .order_by(leaves.c.leaf_index)
        .limit(1)
    ).one_or_none()


def misplaced(connection: Connection, city: str) -> Iterator[Any]:
    """Yield (leaf_index, transfer_id) of every row whose index no leaf can have: below 0, no whole number, or twice."""
    index, here = leaves.c.leaf_index, leaves.c.city == city
    twice = select(index).where(here).group_by(index).having(func.count() > 1)
    impossible = or_(index.is_(None), index < 0, index != cast(index, BigInteger), index.in_(twice))
    yield from connection.execute(select(index, leaves.c.transfer_id).where(here, impossible).order_by(index))


def destroy_salts(connection: Connection, city: str, indexes: Iterable[int]) -> None:
    """Destroy the salts of leaves."""
    for index in indexes:
        connection.execute(
            update(leaves).where(leaves.c.city == city, leaves.c.leaf_index == index).values(salt=None)
        )
