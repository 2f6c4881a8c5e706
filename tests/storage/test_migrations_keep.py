"""A migration adds room and never touches what was written: every row kept for ever is the same after it."""

import uuid
from datetime import UTC, date, datetime

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Uuid,
    create_engine,
    select,
    text,
)

from timebank.storage import migrations
from timebank.storage.roles import KEPT_FOR_EVER

COMPLETE = "0004"  # the first version that has every table of the ledger
VERSIONS = sorted(
    version.revision
    for version in ScriptDirectory(migrations.__path__[0]).walk_revisions()
    if version.revision >= COMPLETE
)


def filled(column):
    """A value that a column takes."""
    kinds = {
        Uuid: uuid.uuid4(),
        JSON: {"figure": 1},
        Boolean: True,
        Integer: 1,
        LargeBinary: b"a salt",
        DateTime: datetime(2026, 3, 2, 9, 30, 15, 123456, tzinfo=UTC),
        Date: date(2026, 3, 2),
    }
    return next(
        (value for kind, value in kinds.items() if isinstance(column.type, kind)), f"云 {column.name}"
    )


def kept_rows(engine):
    """Every row that is kept for ever, by table, as a map of its columns."""
    known = MetaData()
    known.reflect(engine)
    with engine.connect() as connection:
        return {
            name: [dict(row) for row in connection.execute(select(known.tables[name])).mappings()]
            for name in KEPT_FOR_EVER
            if name in known.tables
        }


def write_a_row_of_each(engine):
    """Write one row into each table that is kept for ever; what they refer to is not there, and not asked for."""
    known = MetaData()
    known.reflect(engine)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for name in KEPT_FOR_EVER:
            if name in known.tables:
                table = known.tables[name]
                row = {column.name: filled(column) for column in table.columns if not column.nullable}
                connection.execute(table.insert(), row)


@pytest.mark.parametrize("version", VERSIONS[:-1])
def test_what_was_kept_before_a_migration_is_the_same_after_it(empty_database_url, version):
    migrations.upgrade(empty_database_url, version)
    engine = create_engine(empty_database_url)
    write_a_row_of_each(engine)
    before = kept_rows(engine)
    assert all(before.values())

    migrations.upgrade(empty_database_url)

    for name, rows in kept_rows(engine).items():
        had = (
            [{column: row[column] for column in before[name][0]} for row in rows] if name in before else rows
        )
        assert had == before.get(name, [])
    engine.dispose()
