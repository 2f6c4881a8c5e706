"""The words in which the versions are written: history. Add to them, never change what one of them means."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

CODE = sa.String(64)
NAME = sa.String(200)
LONG_TEXT = sa.String(2000)
ID = sa.Uuid(as_uuid=False)
PLAIN = sa.JSON()
INSTANT = sa.DateTime(timezone=True)
DAY = sa.Date()
WHOLE = sa.Integer()
LARGE = sa.BigInteger()
YES_NO = sa.Boolean()
LONG = sa.Text()
BYTES = sa.LargeBinary()


def needed(name: str, kind: Any, comment: str | None = None) -> sa.Column[Any]:
    """Return a column that is always filled in."""
    return sa.Column(name, kind, nullable=False, autoincrement=False, comment=comment)


def optional(name: str, kind: Any, comment: str | None = None) -> sa.Column[Any]:
    """Return a column that may stay empty."""
    return sa.Column(name, kind, nullable=True, comment=comment)


def key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    """Return a primary key: the city, then the columns."""
    return sa.PrimaryKeyConstraint("city", *columns, name=f"pk_{table}")


def refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    """Return a foreign key within the city."""
    name = f"fk_{table}_{column}_{target}"
    return sa.ForeignKeyConstraint(["city", column], [f"{target}.city", f"{target}.id"], name=name)


def unique(table: str, *columns: str) -> sa.UniqueConstraint:
    """Return a unique key within the city."""
    return sa.UniqueConstraint("city", *columns, name="_".join(["uq", table, "city", *columns]))


def check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    """Return a condition that every row keeps."""
    return sa.CheckConstraint(condition, name=f"ck_{table}_{name}")


def index(table: str, *columns: str) -> None:
    """Make an index within the city."""
    op.create_index("_".join(["ix", table, "city", *columns]), table, ["city", *columns])
