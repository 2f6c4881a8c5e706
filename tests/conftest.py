"""Fixtures every test may use, and the one PostgreSQL server of a session."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings

from tests.captured_sql import watch_all_engines
from tests.databases import POSTGRES_URL, Databases, PostgresDatabases, SqliteDatabases, chosen_database
from tests.postgres import PostgresServer, memory
from timebank.domain import identity

SERVER = pytest.StashKey[PostgresServer]()

settings.register_profile("house", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("house")
watch_all_engines()


def pytest_configure(config: pytest.Config) -> None:
    """Start PostgreSQL once, before pytest-xdist starts its workers, which inherit the address."""
    wanted = chosen_database() == "postgres" and not config.option.collectonly and not config.option.help
    if wanted and POSTGRES_URL not in os.environ:
        server = PostgresServer()
        try:
            server.start()
        except RuntimeError as error:
            raise pytest.UsageError(str(error)) from error
        config.stash[SERVER] = server
        os.environ[POSTGRES_URL] = server.url


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server this process started, if it did."""
    server = config.stash.get(SERVER, None)
    if server is not None:
        del os.environ[POSTGRES_URL]
        server.stop()


def pytest_report_header() -> str:
    """Say on which database the tests run."""
    return f"database: {chosen_database()}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, with its reason, what is about the other database only."""
    for item in items:
        for mark in item.iter_markers("only_on"):
            database, reason = mark.args[0], mark.kwargs["reason"]
            if database != chosen_database():
                item.add_marker(pytest.mark.skip(reason=f"only on {database}: {reason}"))


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """Makes as many databases as a test likes, on the chosen engine."""
    if chosen_database() == "sqlite":
        # Every commit flushes, as it must; where there is room, it flushes to memory and the tests stay quick.
        with TemporaryDirectory(prefix="timebank-sqlite-", dir=memory()) as folder:
            yield SqliteDatabases(Path(folder))
    else:
        postgres = PostgresDatabases(os.environ[POSTGRES_URL])
        yield postgres
        postgres.close()


@pytest.fixture(scope="session")
def database_url(databases: Databases) -> Iterator[str]:
    """The address of one migrated database that all tests of this process share: for those that only read."""
    url = databases.migrated()
    yield url
    databases.drop(url)


@pytest.fixture
def fresh_database_url(databases: Databases) -> Iterator[str]:
    """The address of a migrated database of this test's own."""
    url = databases.migrated()
    yield url
    databases.drop(url)


@pytest.fixture
def empty_database_url(databases: Databases) -> Iterator[str]:
    """The address of a database of this test's own with no tables in it: for tests of the migrations."""
    url = databases.empty()
    yield url
    databases.drop(url)


@pytest.fixture
def own_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test move the system's clock: identifiers that it made ahead of time hold up no other test's."""
    monkeypatch.setattr(identity, "_TICKS", identity._Ticks())


@pytest.fixture(scope="session")
def project_root() -> Path:
    """The folder of the whole project."""
    return Path(__file__).parents[1]
