"""Reads of different tables sent as one statement: the database is asked once, whatever each table knows."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Connection,
    Date,
    Integer,
    Select,
    String,
    Uuid,
    cast,
    literal_column,
    null,
    union_all,
)
from sqlalchemy.types import TypeEngine

from timebank.storage.columns import ID

# In a union a column has one type; so each read's columns stand in places kept for their type.
_TYPES: tuple[tuple[type[TypeEngine[Any]], TypeEngine[Any]], ...] = (
    (Uuid, ID),
    (Date, Date()),
    (Integer, BigInteger()),
    (String, String()),
)
_Place = tuple[int, int]


@dataclass(frozen=True)
class Gathered:
    """Several reads as one statement; rows come back by read, each with the names of its own columns."""

    statement: CompoundSelect[Any]
    rows_of: Mapping[str, Callable[[Any], Any]]

    def read(self, connection: Connection, given: Mapping[str, Any]) -> dict[str, list[Any]]:
        """Return the rows of every read, in no order, by its name."""
        found: dict[str, list[Any]] = {name: [] for name in self.rows_of}
        for row in connection.execute(self.statement, given):
            found[row[0]].append(self.rows_of[row[0]](row))
        return found


def gather(reads: Mapping[str, Select[Any]]) -> Gathered:
    """Return reads as one statement.

    Args:
        reads: by name; their columns are identifiers, days, whole numbers or texts, and they are not ordered.
    """
    placed = {name: dict(_placed(read)) for name, read in reads.items()}
    places = sorted({place for columns in placed.values() for place in columns})
    branches: list[Select[Any]] = []
    for name, read in reads.items():
        columns = [placed[name].get(place, _nothing(place, first=not branches)) for place in places]
        branches.append(read.with_only_columns(literal_column(f"'{name}'", String()), *columns))
    rows_of = {
        name: _maker(name, [(places.index(place) + 1, column.key) for place, column in columns.items()])
        for name, columns in placed.items()
    }
    return Gathered(union_all(*branches), rows_of)


def _placed(read: Select[Any]) -> Iterator[tuple[_Place, ColumnElement[Any]]]:
    """Yield a place for every column of a read: the number of its type, and which of that type it is."""
    many = [0] * len(_TYPES)
    for column in read.selected_columns:
        kind = next(place for place, (known, _) in enumerate(_TYPES) if isinstance(column.type, known))
        yield (kind, many[kind]), column
        many[kind] += 1


def _nothing(place: _Place, *, first: bool) -> ColumnElement[Any]:
    """Return what stands where a read has no column; the first read gives the union's columns their types."""
    return cast(null(), _TYPES[place[0]][1]) if first else literal_column("NULL")


def _maker(name: str, found: list[tuple[int, Any]]) -> Callable[[Any], Any]:
    """Return how a row of the union becomes a row of one read."""
    # its columns are known at run time only
    made: Any = namedtuple(name, [key for _, key in found])  # type: ignore[misc]
    pick = itemgetter(*[place for place, _ in found])
    return lambda row: made._make(pick(row))
