"""The PostgreSQL that is measured: on a real disk, with everything on that keeps what was acknowledged."""

import tempfile
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import IsolationLevel
from sqlalchemy import create_engine, make_url

from tests.databases import PostgresDatabases
from tests.postgres import PostgresServer, libpq_url
from timebank.storage import roles

ROLE = "bench_app"
SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "1GB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "15min",
    "max_connections": "100",
}


@contextmanager
def postgres(where=None):
    """Start a server in a folder on disk and stop it in the end.

    Yields:
        (its databases, the server's process id).
    """
    server = PostgresServer(where=where or Path(tempfile.gettempdir()), settings=SETTINGS)
    server.start()
    try:
        yield PostgresDatabases(server.url), server.pid
    finally:
        server.stop()


def as_the_application(url):
    """Give the roles of operation their rights on a migrated database; return the application's address of it."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in roles.statements(connection):
            connection.exec_driver_sql(statement)
        if not connection.exec_driver_sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'").first():
            connection.exec_driver_sql(f"CREATE ROLE {ROLE} LOGIN IN ROLE {roles.APP}")
    engine.dispose()
    return make_url(url).set(username=ROLE).render_as_string(hide_password=False)


def tidy(url):
    """Let PostgreSQL sweep and count what was written outside the window, as autovacuum would in quieter hours."""
    with psycopg.connect(libpq_url(url), autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")


@contextmanager
def a_report(url):
    """Keep a report open: one REPEATABLE READ transaction that adds up the ledger first and last."""
    with psycopg.connect(libpq_url(url)) as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        adding = "SELECT count(*), sum(minutes) FROM postings"
        first = connection.execute(adding).fetchone()
        yield
        if connection.execute(adding).fetchone() != first:
            raise AssertionError("the report saw what was written after it began")
