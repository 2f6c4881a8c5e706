"""Fresh databases for tests: the same tests, with the same ids, on SQLite or on PostgreSQL.

`TIMEBANK_TEST_DATABASE` chooses: `sqlite` (default) or `postgres`. `TIMEBANK_TEST_POSTGRES_URL` names a
server to use in place of the one the session would start; its user must be allowed to create databases.

A database is either empty or migrated. A migrated one is a copy of a template prepared once per process, so
that a test pays for a copy and not for the migrations.
"""

import importlib.util
import os
import shutil
import uuid
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg import sql

from tests.postgres import libpq_url

CHOICE = "TIMEBANK_TEST_DATABASE"
POSTGRES_URL = "TIMEBANK_TEST_POSTGRES_URL"
MIGRATIONS = "timebank.storage.migrations"


def chosen_database() -> str:
    """Return `sqlite` or `postgres`, as the environment says."""
    choice = os.environ.get(CHOICE, "sqlite")
    if choice not in {"sqlite", "postgres"}:
        raise ValueError(f"{CHOICE} is sqlite or postgres, not {choice!r}")
    return choice


def prepare(url: str) -> None:
    """Bring an empty database to the newest migration; leave it empty while the project has none."""
    try:
        found = importlib.util.find_spec(MIGRATIONS)
    except ModuleNotFoundError:
        found = None
    if found is not None:
        importlib.import_module(MIGRATIONS).upgrade(url)


class Databases(Protocol):
    """Makes databases and takes them away."""

    def empty(self) -> str:
        """Make a database with no tables; return its address."""

    def migrated(self) -> str:
        """Make a database at the newest migration; return its address."""

    def copy(self, url: str) -> str:
        """Make a copy of a database to which nobody is connected; return its address."""

    def drop(self, url: str) -> None:
        """Take a database away."""


class SqliteDatabases:
    """Each database a file in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template: Path | None = None

    def empty(self) -> str:
        """Name a file that does not exist yet; SQLite makes it."""
        return f"sqlite:///{self._new_file()}"

    def migrated(self) -> str:
        """Copy the template."""
        if self._template is None:
            template = self._new_file()
            prepare(f"sqlite:///{template}")
            self._template = template
        return self.copy(f"sqlite:///{self._template}")

    def copy(self, url: str) -> str:
        """Copy the file."""
        file = self._new_file()
        for suffix in ("", "-wal"):  # the log too, should somebody have left one behind
            part = Path(url.removeprefix("sqlite:///") + suffix)
            if part.exists():
                shutil.copyfile(part, f"{file}{suffix}")
        return f"sqlite:///{file}"

    def drop(self, url: str) -> None:
        """Remove the file and what SQLite keeps beside it."""
        for suffix in ("", "-wal", "-shm", "-journal"):
            Path(url.removeprefix("sqlite:///") + suffix).unlink(missing_ok=True)

    def _new_file(self) -> Path:
        return self._folder / f"{uuid.uuid4().hex}.sqlite"


class PostgresDatabases:
    """Each database a database of one running server."""

    def __init__(self, server_url: str) -> None:
        self._server_url = server_url
        self._template: str | None = None

    def empty(self) -> str:
        """Copy the server's own empty template."""
        return self._url(self._create("template0"))

    def migrated(self) -> str:
        """Copy our template."""
        if self._template is None:
            template = self._create("template0")
            prepare(self._url(template))
            self._template = template
        return self._url(self._create(self._template))

    def copy(self, url: str) -> str:
        """Let the server copy it."""
        return self._url(self._create(_name_in(url)))

    def drop(self, url: str) -> None:
        """Drop the database, whoever is still connected."""
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", _name_in(url))

    def close(self) -> None:
        """Drop the template; the server may outlive this session."""
        if self._template is not None:
            self.drop(self._url(self._template))

    def _create(self, template: str) -> str:
        name = f"timebank_test_{uuid.uuid4().hex}"
        self._run("CREATE DATABASE {} TEMPLATE {}", name, template)
        return name

    def _run(self, statement: str, *names: str) -> None:
        with psycopg.connect(libpq_url(self._server_url), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _url(self, name: str) -> str:
        before, _, query = self._server_url.partition("?")
        return f"{before.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")


def _name_in(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]
