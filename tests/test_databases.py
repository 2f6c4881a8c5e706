"""The databases tests are given are real, their own, and of the chosen kind."""

import pytest
from sqlalchemy import create_engine, inspect, text

from tests.databases import chosen_database


def run(url, statement):
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            result = connection.execute(text(statement))
            return result.scalar() if result.returns_rows else None
    finally:
        engine.dispose()


def tables(url):
    engine = create_engine(url)
    try:
        return inspect(engine).get_table_names()
    finally:
        engine.dispose()


def test_each_test_has_a_database_of_its_own(fresh_database_url, databases):
    run(fresh_database_url, "CREATE TABLE mine (id INTEGER PRIMARY KEY)")

    other = databases.migrated()

    assert "mine" in tables(fresh_database_url)
    assert "mine" not in tables(other)
    databases.drop(other)


def test_an_empty_database_has_no_tables(empty_database_url):
    assert tables(empty_database_url) == []


def test_the_database_is_the_one_the_environment_chose(database_url):
    assert database_url.startswith(
        {"sqlite": "sqlite:///", "postgres": "postgresql+psycopg://"}[chosen_database()]
    )


@pytest.mark.only_on(
    "postgres", reason="SQLite's durability is a pragma of each connection, tested with the engine"
)
def test_the_server_keeps_every_commit(database_url):
    assert run(database_url, "SHOW fsync") == "on"
    assert run(database_url, "SHOW synchronous_commit") == "on"
