"""What a city did, by every level of its management tree: each figure is the sum of those below and its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row

from timebank.domain.days import in_force
from timebank.domain.member import Role
from timebank.domain.refusal import missing
from timebank.domain.words import Words
from timebank.rules import RulesInForce
from timebank.services import inputs
from timebank.services.amounts import units_of
from timebank.services.desk import Bank, local_day
from timebank.storage import stats_rows

ORGANISATION = Words("组织", "organisation")
COUNTS = ("volunteers", "recipients", "stations", "orders", "visits", "person_times")


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one organisation, or of it with everything below.

    Attributes:
        volunteers, recipients: admitted members, by where they belong.
        stations: open organisations with powers below which no other with powers stands.
        orders: with at least one settled visit.
        visits: settled.
        person_times: people who came, each time counted.
        minutes: credited by settlements less what was taken back, by unit; from the postings.
    """

    volunteers: int = 0
    recipients: int = 0
    stations: int = 0
    orders: int = 0
    visits: int = 0
    person_times: int = 0
    minutes: Mapping[str, int] = field(default_factory=dict)

    def plus(self, other: Figures) -> Figures:
        """Return the sum of two."""
        counts = {name: getattr(self, name) + getattr(other, name) for name in COUNTS}
        units = sorted({*self.minutes, *other.minutes})
        both = {unit: self.minutes.get(unit, 0) + other.minutes.get(unit, 0) for unit in units}
        return Figures(**counts, minutes=both)

    def plain(self, rules: RulesInForce) -> dict[str, Any]:
        """Return them as plain values, amounts in the city's units and exact."""
        counts: dict[str, Any] = {name: getattr(self, name) for name in COUNTS}
        credit = {
            unit: {"minutes": minutes, "amount": units_of(minutes, unit, rules)}
            for unit, minutes in self.minutes.items()
        }
        return counts | {"credit": credit}


@dataclass(frozen=True, slots=True)
class Branch:
    """An organisation, its own figures, and those of it with everything below.

    Attributes:
        level: a level id of the rule file; empty for the city as a whole where it has no single root.
    """

    id: str
    name: str
    level: str
    own: Figures
    total: Figures
    below: tuple[Branch, ...] = ()

    def walk(self) -> Iterator[Branch]:
        """Yield this branch and all below it, from the top down."""
        yield self
        for branch in self.below:
            yield from branch.walk()

    def plain(self, rules: RulesInForce) -> dict[str, Any]:
        """Return the whole tree as plain values."""
        return {
            "id": self.id,
            "name": self.name,
            "level": self.level,
            **self.total.plain(rules),
            "below": [branch.plain(rules) for branch in self.below],
        }


def stats(
    bank: Bank,
    city_code: str,
    organisation_id: str | None = None,
    from_day: date | None = None,
    until_day: date | None = None,
) -> Branch:
    """Return the figures of a city, or of one organisation, with everything below.

    Six statements, however large the tree. Service is counted by its service date and where it was done; a
    reversal takes back from the service date of what it reversed. Members and organisations are those of the
    last day asked for.

    Args:
        bank: the bank.
        city_code: the city's code.
        organisation_id: the top of the tree to return; the whole city without.
        from_day: first service date; from the beginning without.
        until_day: last service date; until today without.

    Raises:
        NotFound: no such city, or no such organisation by that day.
        BadInput: the last day is before the first.
    """
    city = bank.city(city_code)
    inputs.days(from_day, until_day)
    day = until_day or local_day(city, bank.clock())
    with bank.reading() as connection:
        rows = stats_rows.nodes(connection, city.code, day)
        own = _own_figures(connection, city.code, day, (from_day, until_day))
    for station in _stations(rows, city.rules_on(day), day):
        own[station]["stations"] = 1
    top = _fold(city.code, rows, own)
    found = next((b for b in top.walk() if organisation_id in (None, b.id)), None)
    if found is None:
        raise missing(ORGANISATION, str(organisation_id))
    return found


class _Own(Counter[str]):
    """The figures of one organisation while they are gathered: counts by name, minutes as ``unit:<unit>``."""

    def figures(self) -> Figures:
        counts = {name: self[name] for name in COUNTS}
        minutes = {key.removeprefix("unit:"): self[key] for key in sorted(self) if key.startswith("unit:")}
        return Figures(**counts, minutes=minutes)


class _ByOrganisation(dict[str | None, _Own]):
    def __missing__(self, key: str | None) -> _Own:
        self[key] = _Own()
        return self[key]


def _own_figures(connection: Connection, city: str, day: date, days: stats_rows.Days) -> _ByOrganisation:
    own = _ByOrganisation()
    names = {Role.VOLUNTEER.value: "volunteers", Role.RECIPIENT.value: "recipients"}
    for row in stats_rows.admitted(connection, city, day):
        own[row.home_id][names[row.role]] += row.many
    for row in stats_rows.settled_visits(connection, city, days):
        own[row.organisation_id].update(orders=row.orders, visits=row.visits)
    for row in stats_rows.person_times(connection, city, days):
        own[row.organisation_id]["person_times"] += int(row.many)
    for sign, rows in (
        (1, stats_rows.credited(connection, city, days)),
        (-1, stats_rows.taken_back(connection, city, days)),
    ):
        for row in rows:
            own[row.organisation_id][f"unit:{row.unit}"] += sign * int(row.minutes)
    return own


def _stations(rows: Sequence[Row[Any]], rules: RulesInForce, day: date) -> Iterable[str]:
    """Return the open organisations with powers that have no other such organisation below them."""
    powerful = {level for level in rules.names("levels") if rules.names(f"levels.{level}.may")}
    able = {row.id: row.parent_id for row in rows if row.level in powerful and _is_open(row, day)}
    return able.keys() - set(able.values())


def _is_open(row: Row[Any], day: date) -> bool:
    return in_force(row.opened_on, row.closed_on, day)


def _fold(city: str, rows: Sequence[Row[Any]], own: _ByOrganisation) -> Branch:
    """Add up from the leaves. What counts for no organisation of the tree counts for the city as a whole."""
    known = {row.id: row for row in rows}
    children: dict[str | None, list[Row[Any]]] = {}
    for row in rows:
        children.setdefault(row.parent_id if row.parent_id in known else None, []).append(row)
    roots = children.get(None, [])
    nowhere = _Own()
    for key in own.keys() - known.keys():
        nowhere.update(own[key])

    def branch(row: Row[Any]) -> Branch:
        below = tuple(branch(child) for child in children.get(row.id, []))
        figures = own[row.id].figures()
        return Branch(row.id, row.name, row.level, figures, _total(figures, below), below)

    if len(roots) == 1:
        own[roots[0].id].update(nowhere)
        return branch(roots[0])
    below = tuple(branch(root) for root in roots)
    figures = nowhere.figures()
    return Branch(city, city, "", figures, _total(figures, below), below)


def _total(own: Figures, below: Iterable[Branch]) -> Figures:
    total = own
    for branch in below:
        total = total.plus(branch.total)
    return total
