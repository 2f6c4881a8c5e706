"""Column types and the naming of constraints."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    MetaData,
    String,
    TypeDecorator,
    Uuid,
)

from timebank.domain.identity import dashed

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_1_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database; a datetime without a zone is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware datetime into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a time zone: {value!r}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Turn what the database holds into an aware UTC datetime."""
        if value is None:
            return None
        stored: datetime = value
        return stored.replace(tzinfo=UTC) if stored.tzinfo is None else stored.astimezone(UTC)


class Id(Uuid[str]):
    """An identifier as the engine writes it; where the database has no such type it keeps the digits alone."""

    def __init__(self) -> None:
        super().__init__(as_uuid=False)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Return how what the database holds becomes the identifier; by way of ``uuid.UUID`` it takes long."""
        if dialect.supports_native_uuid:
            return super().result_processor(dialect, coltype)  # type: ignore[no-untyped-call]
        return lambda digits: None if digits is None else dashed(digits)


CODE = String(64)
NAME = String(200)
LONG_TEXT = String(2000)
ID = Id()
PLAIN = JSON()


def city() -> Column[str]:
    """Return the column that every key begins with: the city, and the distribution column past one machine."""
    return Column("city", CODE, primary_key=True, nullable=False)


def key(name: str = "id") -> Column[str]:
    """Return the second part of a primary key: a time-ordered UUID made by the engine."""
    return Column(name, ID, primary_key=True, nullable=False)


def refers(column: str, table: str, target: str = "id") -> ForeignKeyConstraint:
    """Return a foreign key within the city."""
    return ForeignKeyConstraint(["city", column], [f"{table}.city", f"{table}.{target}"])
