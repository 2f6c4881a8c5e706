"""Statements on organisations and on their dated places in the management tree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    Connection,
    Date,
    Row,
    Select,
    and_,
    bindparam,
    func,
    insert,
    or_,
    select,
    update,
)

from timebank.domain.order import ENDED
from timebank.domain.organisation import Organisation, Tree
from timebank.storage.given import among
from timebank.storage.people import members, organisations, placements
from timebank.storage.work import orders

_NODE = (organisations.c.id, organisations.c.level, organisations.c.name, placements.c.parent_id)


def tree_on(connection: Connection, city: str, day: date) -> Tree:
    """Return the whole management tree as it stood on a day."""
    rows = connection.execute(_nodes_on(), {"city": city, "day": day})
    return Tree(day, {node.id: node for node in map(_node, rows)})


def branch_on(connection: Connection, city: str, day: date, organisation_ids: Iterable[str]) -> Tree:
    """Return of the tree only some organisations and everything above them: enough for paths and powers.

    One statement, and a few rows where the whole tree has thousands.
    """
    given = {"city": city, "day": day, "organisation_ids": sorted(set(organisation_ids))}
    rows = connection.execute(_branch_on(connection.dialect.name), given)
    return Tree(day, {node.id: node for node in map(_node, rows)})


@cache
def _branch_on(dialect: str) -> Select[Any]:
    return _nodes_on().where(organisations.c.id.in_(select(_upwards(dialect).c.id)))


def _upwards(dialect: str) -> CTE:
    start = select(organisations.c.id.label("id")).where(
        organisations.c.city == bindparam("city"), among(dialect, organisations.c.id, "organisation_ids")
    )
    upwards = start.cte("upwards", recursive=True)
    step = select(placements.c.parent_id).where(
        placements.c.city == bindparam("city"),
        placements.c.organisation_id == upwards.c.id,
        placements.c.parent_id.is_not(None),
        _placed_on_day(),
    )
    return upwards.union(step)  # not UNION ALL: a circle ends by itself


@cache
def _nodes_on() -> Select[Any]:
    here = and_(placements.c.city == organisations.c.city, placements.c.organisation_id == organisations.c.id)
    return (
        select(*_NODE)
        .join(placements, here)
        .where(
            organisations.c.city == bindparam("city"),
            organisations.c.opened_on <= _day(),
            or_(organisations.c.closed_on.is_(None), organisations.c.closed_on >= _day()),
            _placed_on_day(),
        )
    )


def _placed_on_day() -> ColumnElement[bool]:
    until = placements.c.valid_until
    return and_(placements.c.valid_from <= _day(), or_(until.is_(None), until >= _day()))


def _day() -> BindParameter[date]:
    return bindparam("day", type_=Date)


def _node(row: Row[Any]) -> Organisation:
    return Organisation(row.id, row.level, row.name, row.parent_id)


def find(connection: Connection, city: str, organisation_id: str) -> Row[Any] | None:
    """Return an organisation, open or closed, without locking it."""
    return connection.execute(_one(city, organisation_id)).one_or_none()


def lock(connection: Connection, city: str, organisation_id: str) -> Row[Any] | None:
    """Return an organisation, open or closed, locked."""
    return connection.execute(_one(city, organisation_id).with_for_update()).one_or_none()


def lock_all(connection: Connection, city: str, organisation_ids: Iterable[str]) -> Sequence[Row[Any]]:
    """Return those of the organisations that exist, open or closed, locked in the order of their ids."""
    wanted = select(organisations).where(
        organisations.c.city == city, organisations.c.id.in_(sorted(set(organisation_ids)))
    )
    return connection.execute(wanted.order_by(organisations.c.id).with_for_update()).all()


def _one(city: str, organisation_id: str) -> Select[Any]:
    return select(organisations).where(organisations.c.city == city, organisations.c.id == organisation_id)


def known(connection: Connection, city: str, organisation_ids: Iterable[str]) -> set[str]:
    """Return those of the identifiers that are organisations of the city."""
    wanted = list(set(organisation_ids))
    rows = connection.execute(
        select(organisations.c.id).where(organisations.c.city == city, organisations.c.id.in_(wanted))
    )
    return set(rows.scalars())


def add(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Add organisations."""
    if rows:
        connection.execute(insert(organisations), rows)


def place(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Add places in the tree."""
    if rows:
        connection.execute(insert(placements), rows)


def last_placement(connection: Connection, city: str, organisation_id: str) -> Row[Any] | None:
    """Return the latest place of an organisation."""
    return connection.execute(
        select(placements)
        .where(placements.c.city == city, placements.c.organisation_id == organisation_id)
        .order_by(placements.c.valid_from.desc())
        .limit(1)
    ).one_or_none()


def end_placement(connection: Connection, city: str, placement_id: str, last_day: date) -> None:
    """Let a place in the tree end with a day."""
    connection.execute(_placement(city, placement_id).values(valid_until=last_day))


def replace_parent(connection: Connection, city: str, placement_id: str, parent_id: str) -> None:
    """Put a place in the tree under another parent from its first day on."""
    connection.execute(_placement(city, placement_id).values(parent_id=parent_id))


def _placement(city: str, placement_id: str) -> Any:
    return update(placements).where(placements.c.city == city, placements.c.id == placement_id)


def close(connection: Connection, city: str, organisation_id: str, last_day: date) -> None:
    """Write down the last day of an organisation."""
    connection.execute(
        update(organisations)
        .where(organisations.c.city == city, organisations.c.id == organisation_id)
        .values(closed_on=last_day)
    )


def below_after(connection: Connection, city: str, organisation_id: str, day: date) -> list[str]:
    """Return the first few organisations that stand directly below another on any day after the one named."""
    rows = connection.execute(
        select(placements.c.organisation_id)
        .where(
            placements.c.city == city,
            placements.c.parent_id == organisation_id,
            or_(placements.c.valid_until.is_(None), placements.c.valid_until > day),
        )
        .distinct()
        .order_by(placements.c.organisation_id)
        .limit(5)
    )
    return list(rows.scalars())


def open_orders(connection: Connection, city: str, organisation_id: str) -> int:
    """Return how many orders in its area are not yet done with."""
    counted = select(func.count()).where(
        orders.c.city == city,
        orders.c.organisation_id == organisation_id,
        orders.c.state.not_in([state.value for state in ENDED]),
    )
    return int(connection.execute(counted).scalar_one())


def residents_after(connection: Connection, city: str, organisation_id: str, day: date) -> int:
    """Return how many members live there who are not gone by the end of a day."""
    stays = or_(members.c.closed_on.is_(None), members.c.closed_on > day)
    counted = select(func.count()).where(members.c.city == city, members.c.home_id == organisation_id, stays)
    return int(connection.execute(counted).scalar_one())
