"""Lists and rows given to a statement as parameters: one statement, built once, for however many there are.

An IN list is another statement for every length: built, compiled, sent and planned anew each time. PostgreSQL takes
arrays instead, SQLite a JSON text, and both find their way into an index with them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Dialect,
    FromClause,
    String,
    bindparam,
    cast,
    column,
    func,
    select,
    type_coerce,
)
from sqlalchemy.types import TypeDecorator, TypeEngine


class Listed(TypeDecorator[Sequence[Any]]):
    """Values of one type, in the form in which a database takes many: an array, or a JSON text."""

    impl = String
    cache_ok = True

    def __init__(self, of: TypeEngine[Any]) -> None:
        super().__init__()
        self.of = of

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the array, or the text."""
        return ARRAY(self.of) if dialect.name == "postgresql" else String()

    def process_bind_param(self, value: Sequence[Any] | None, dialect: Dialect) -> Any:
        """Turn the values into what the database takes."""
        listed = list(value or ())
        return listed if dialect.name == "postgresql" else json.dumps(_written(listed, self.of, dialect))


def among(dialect: str, wanted: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Return the condition that a column holds one of the values bound to a name."""
    if dialect == "postgresql":
        return wanted == func.any(_uncounted(name, wanted.type))
    values = bindparam(name, type_=Listed(wanted.type))
    return wanted.in_(select(func.json_each(values).table_valued("value").c.value))


def _uncounted(name: str, of: TypeEngine[Any]) -> ColumnElement[Any]:
    """Return an array bound to a name, in a subselect of its own, where PostgreSQL's planner does not see its length.

    For an array that it sees it plans a prepared statement anew each time, since a plan for a few values looks
    cheaper than one for any number; planning then takes longer than reading what a few keys name.
    """
    given = select(bindparam(name, type_=Listed(of))).scalar_subquery()
    return cast(given, ARRAY(of))


@dataclass(frozen=True)
class Given:
    """Rows that a statement is given, as a table it can join.

    Attributes:
        name: of the table.
        types: its columns, in order.
    """

    name: str
    types: Mapping[str, TypeEngine[Any]]

    def table(self, dialect: str) -> FromClause:
        """Return the table; ``of`` binds its rows."""
        if dialect == "postgresql":
            arrays = [_uncounted(f"{self.name}_{key}", of) for key, of in self.types.items()]
            columns = [column(key, of) for key, of in self.types.items()]
            return func.unnest(*arrays).table_valued(*columns).render_derived(self.name)
        row = func.json_each(bindparam(self.name, type_=String())).table_valued("value").c.value
        values = [
            type_coerce(func.json_extract(row, f"$[{place}]"), of).label(key)
            for place, (key, of) in enumerate(self.types.items())
        ]
        return select(*values).subquery(self.name)

    def of(self, connection: Connection, rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
        """Return the parameters that give a statement these rows."""
        listed = zip(*rows, strict=True) if rows else [()] * len(self.types)
        columns = dict(zip(self.types, listed, strict=True))
        if connection.dialect.name == "postgresql":
            return {f"{self.name}_{key}": values for key, values in columns.items()}
        written = [_written(values, self.types[key], connection.dialect) for key, values in columns.items()]
        return {self.name: json.dumps(list(zip(*written, strict=True)))}


def _written(values: Sequence[Any], of: TypeEngine[Any], dialect: Dialect) -> list[Any]:
    write = of.dialect_impl(dialect).bind_processor(dialect)
    return list(values) if write is None else [write(value) for value in values]
