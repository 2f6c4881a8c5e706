"""A migrated database is what the tables of the code say, on both databases; what is for ever stays."""

from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, delete, insert, inspect, select, text, update
from sqlalchemy.exc import DatabaseError

from tests.databases import chosen_database
from timebank.domain.refusal import BadInput
from timebank.storage.engine import open_engine
from timebank.storage.envelope import commands, rule_files
from timebank.storage.migrations import current, newest, upgrade
from timebank.storage.tables import METADATA

COMMAND = {
    "city": "yunzhou",
    "actor_id": "clerk",
    "operation_id": "one",
    "kind": "orders.place",
    "body_digest": "d",
    "answer": {},
    "channel": "desk",
    "recorded_at": datetime(2026, 3, 2, tzinfo=UTC),
}


@pytest.fixture
def migrated(empty_database_url):
    upgrade(empty_database_url)
    engine = open_engine(empty_database_url)
    yield engine
    engine.dispose()


def shape_of(engine):
    """Everything the database says about its tables; alembic's own comparison omits some of it."""
    look = inspect(engine)
    shape = {}
    for table in sorted(set(look.get_table_names()) - {"alembic_version"}):
        shape[table] = {
            "columns": {
                column["name"]: (str(column["type"]), column["nullable"])
                for column in look.get_columns(table)
            },
            "key": look.get_pk_constraint(table),
            "refers": sorted(look.get_foreign_keys(table), key=lambda found: found["name"]),
            "unique": sorted(look.get_unique_constraints(table), key=lambda found: found["name"]),
            "check": sorted(look.get_check_constraints(table), key=lambda found: found["name"]),
            "index": sorted(
                (index["name"], index["column_names"], bool(index["unique"]), where_of(index))
                for index in look.get_indexes(table)
            ),
        }
    return shape


def where_of(index):
    """The condition of a partial index, as text."""
    return " ".join(str(condition) for condition in index.get("dialect_options", {}).values())


def test_a_migrated_database_has_what_the_tables_say(migrated):
    with migrated.connect() as connection:
        context = MigrationContext.configure(connection)

        assert compare_metadata(context, METADATA) == []


def test_keys_and_conditions_are_those_of_the_tables_too(migrated, databases):
    url = databases.empty()
    plain = create_engine(url)
    METADATA.create_all(plain)
    expected, found = shape_of(plain), shape_of(migrated)
    plain.dispose()
    databases.drop(url)

    assert {table: found.get(table) for table in expected} == expected
    assert sorted(found) == sorted(expected)


def test_a_migrated_database_knows_its_version(empty_database_url):
    assert current(empty_database_url) is None

    upgrade(empty_database_url)

    assert current(empty_database_url) == newest()


def test_migrating_again_changes_nothing(migrated, empty_database_url):
    with migrated.begin() as connection:
        connection.execute(insert(commands), COMMAND)

    upgrade(empty_database_url)

    with migrated.connect() as connection:
        assert connection.execute(select(commands.c.operation_id)).scalars().all() == ["one"]


def test_a_migration_that_fails_leaves_nothing_behind(empty_database_url):
    engine = open_engine(empty_database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE holds (id INTEGER)"))

    with pytest.raises(DatabaseError):
        upgrade(empty_database_url)

    assert inspect(engine).get_table_names() == ["holds"]
    engine.dispose()


def test_an_address_that_cannot_be_opened_is_said_clearly(tmp_path):
    with pytest.raises(BadInput, match="数据库打不开") as said:
        upgrade(f"sqlite:///{tmp_path}/no/such/folder/bank.sqlite")

    assert "Cannot open the database" in said.value.words.en


@pytest.mark.only_on("sqlite", reason="on PostgreSQL privileges forbid it, not triggers")
@pytest.mark.parametrize(
    "table",
    [
        "transfers",
        "postings",
        "claims",
        "commands",
        "rule_files",
        "publishing_steps",
        "leaves",
        "checkpoints",
    ],
)
@pytest.mark.parametrize("act", ["update", "delete"])
def test_what_is_written_for_ever_has_a_trigger_against_change(migrated, table, act):
    with migrated.connect() as connection:
        triggers = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars()

        assert f"{table}_no_{act}" in set(triggers)


@pytest.mark.only_on("sqlite", reason="on PostgreSQL privileges forbid it, not triggers")
@pytest.mark.parametrize("change", [update(commands).values(kind="other"), delete(commands)])
def test_a_stored_command_cannot_be_changed_or_deleted(migrated, change):
    with migrated.begin() as connection:
        connection.execute(insert(commands), COMMAND)

    with pytest.raises(DatabaseError, match="只增不改"), migrated.begin() as connection:
        connection.execute(change)


@pytest.mark.only_on("postgres", reason="SQLite keeps what is written by triggers")
def test_postgresql_has_no_triggers(migrated):
    with migrated.connect() as connection:
        found = (
            connection.execute(text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")).scalars().all()
        )

    assert found == []


def test_a_rule_file_is_stored_with_its_whole_text(migrated):
    row = {
        "city": "yunzhou",
        "digest": "sha256:0",
        "file": "2026-01-01.yaml",
        "effective_from": datetime(2026, 1, 1, tzinfo=UTC).date(),
        "text": "云州" * 100_000,
        "recorded_at": datetime(2026, 3, 2, tzinfo=UTC),
    }
    with migrated.begin() as connection:
        connection.execute(insert(rule_files), row)

    with migrated.connect() as connection:
        assert connection.execute(select(rule_files.c.text)).scalar_one() == row["text"]


def test_the_chosen_database_is_the_one_migrated(migrated):
    assert migrated.dialect.name.startswith(chosen_database()[:6])
