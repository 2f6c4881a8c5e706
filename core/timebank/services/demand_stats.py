"""What is asked for: demands by type of service, by area and by month, and what became of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Row

from timebank.domain.order import OrderState
from timebank.domain.organisation import Organisation, Tree
from timebank.domain.refusal import missing
from timebank.domain.words import Words
from timebank.rules import RulesInForce
from timebank.services import inputs
from timebank.services.desk import Bank, local_day
from timebank.storage import demand_rows, stats_rows

LEVEL = Words("管理层级", "level")
COUNTS = ("demands", "people", "places", "minutes", "met", "unmet", "person_times")
MET = frozenset({OrderState.FINISHED, OrderState.SETTLED})
UNMET = frozenset({OrderState.LAPSED, OrderState.CANCELLED})
# What nobody was meant to see, or what turned out to be none.
NO_DEMAND = frozenset({OrderState.REJECTED, OrderState.VOID})


@dataclass(frozen=True, slots=True)
class Demand:
    """What was asked for, of one type, in one area, in one month; an empty key stands for all.

    Attributes:
        service: a service id of some rule file of the city.
        area_id: the organisation of the level asked for, or where an order stands above that level its own.
        month: such as ``2024-05``, by the planned day.
        demands: orders, without those rejected or void.
        people: how many were to be served, by the head-counts.
        places: how many volunteers were asked for.
        minutes: planned minutes, each place counted.
        met: demands whose service is finished or settled; unmet: lapsed or cancelled. The rest is under way.
        person_times: who came to settled service, each time counted, named or not.
    """

    service: str
    area_id: str
    area: str
    month: str
    demands: int = 0
    people: int = 0
    places: int = 0
    minutes: int = 0
    met: int = 0
    unmet: int = 0
    person_times: int = 0

    @property
    def key(self) -> tuple[str, str, str]:
        """Return what tells it from the others, in the order in which they are listed."""
        return self.month, self.area_id, self.service

    def plus(self, other: Demand) -> Demand:
        """Return the sum of two, under the keys of this one."""
        return replace(self, **{name: getattr(self, name) + getattr(other, name) for name in COUNTS})

    def label(self, rules: RulesInForce) -> Words:
        """Return what the service is called, where the rules still have it."""
        path = f"services.{self.service}.label"
        return rules.words(path) if rules.has(path) else Words(self.service, self.service)

    def plain(self, rules: RulesInForce) -> dict[str, Any]:
        """Return it as plain values, the service with its label."""
        label = self.label(rules)
        keys = {"service": self.service, "label": {"zh": label.zh, "en": label.en}}
        keys |= {"area_id": self.area_id, "area": self.area, "month": self.month}
        return keys | {name: getattr(self, name) for name in COUNTS}


def demand(
    bank: Bank, city_code: str, level: str, from_day: date | None = None, until_day: date | None = None
) -> list[Demand]:
    """Return what was asked for in a city by type, area and month: three statements, however many orders.

    Args:
        bank: the bank.
        city_code: the city's code.
        level: the level of the management tree whose organisations are the areas, such as that of streets.
        from_day: first planned day; from the beginning without.
        until_day: last planned day, whose tree it is; without, all orders by the tree of today.

    Raises:
        NotFound: no such city, or the rules of the day have no such level.
        BadInput: the last day is before the first.
    """
    city = bank.city(city_code)
    inputs.days(from_day, until_day)
    day = until_day or local_day(city, bank.clock())
    if level not in city.rules_on(day).names("levels"):
        raise missing(LEVEL, level)
    with bank.reading() as connection:
        rows = stats_rows.nodes(connection, city.code, day)
        asked = demand_rows.asked(connection, city.code, from_day, until_day)
        came = demand_rows.person_times(connection, city.code, from_day, until_day)
    tree = Tree(day, {row.id: Organisation(row.id, row.level, row.name, row.parent_id) for row in rows})
    counted: dict[tuple[str, str, str], Counter[str]] = {}
    for row in asked:
        if OrderState(row.state) not in NO_DEMAND:
            counted.setdefault(_key(row, tree, level), Counter()).update(_counts(row))
    for row in came:
        counted.setdefault(_key(row, tree, level), Counter())["person_times"] += int(row.many)
    found = [_demand(key, counts, tree) for key, counts in counted.items()]
    return sorted(found, key=lambda one: one.key)


def summed(demands: Iterable[Demand], *by: str) -> list[Demand]:
    """Return demands added up by some of their keys, the others left empty.

    Args:
        demands: what ``demand`` returned.
        *by: of ``service``, ``area`` and ``month``; none of them gives one total, or nothing for no demand.
    """
    totals: dict[tuple[str, str, str], Demand] = {}
    for one in demands:
        service = one.service if "service" in by else ""
        area_id, area = (one.area_id, one.area) if "area" in by else ("", "")
        month = one.month if "month" in by else ""
        key = (month, area_id, service)
        totals[key] = totals.get(key, Demand(service, area_id, area, month)).plus(one)
    return [totals[key] for key in sorted(totals)]


def _key(row: Row[Any], tree: Tree, level: str) -> tuple[str, str, str]:
    area = tree.at_level(row.organisation_id, level)
    return (
        row.service,
        area.id if area is not None else row.organisation_id,
        f"{int(row.year):04}-{int(row.month):02}",
    )


def _counts(row: Row[Any]) -> Mapping[str, int]:
    state, many = OrderState(row.state), int(row.orders)
    return {
        "demands": many,
        "people": int(row.people),
        "places": int(row.places),
        "minutes": int(row.minutes),
        "met": many if state in MET else 0,
        "unmet": many if state in UNMET else 0,
    }


def _demand(key: tuple[str, str, str], counts: Mapping[str, int], tree: Tree) -> Demand:
    service, area_id, month = key
    node = tree.nodes.get(area_id)
    name = node.name if node is not None else area_id
    return Demand(service, area_id, name, month, **{count: counts.get(count, 0) for count in COUNTS})
