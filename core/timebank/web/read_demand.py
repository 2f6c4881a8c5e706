"""Reading what is asked for: demands by type of service, area and month."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from timebank.services.demand_stats import Demand, demand
from timebank.web.paging import bad_cursor, paged
from timebank.web.reads import Asked, Reading

MARK = ":"


def demands(asked: Asked) -> dict[str, Any]:
    """Return a page of demands, in order of month, area and service."""
    query = asked.query
    rules = asked.city.rules_on(query.get("until") or asked.today)
    found = demand(asked.bank, asked.city.code, query["level"], query.get("from"), query.get("until"))
    after = _after(query.get("cursor"))
    later = [one for one in found if one.key > after]
    return paged(later[: asked.many + 1], asked.many, lambda one: {"id": _id(one), **one.plain(rules)})


def _id(one: Demand) -> str:
    return MARK.join(one.key)


def _after(cursor: str | None) -> tuple[str, ...]:
    """Return the key that a cursor names: month and service have no mark in them, an area's code may have."""
    if cursor is None:
        return ()
    month, _, rest = cursor.partition(MARK)
    area, mark, service = rest.rpartition(MARK)
    if not mark:
        raise bad_cursor(cursor)
    return month, area, service


ANSWERS: Mapping[str, Reading] = {"demand_list": demands}
