"""The PostgreSQL that is measured: on a real disk, with everything on that keeps what was acknowledged."""

import tempfile
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import IsolationLevel

from tests.databases import PostgresDatabases
from tests.postgres import PostgresServer, libpq_url

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
        (a function that makes an empty database and returns its address, the server's process id).
    """
    server = PostgresServer(where=where or Path(tempfile.gettempdir()), settings=SETTINGS)
    server.start()
    try:
        yield PostgresDatabases(server.url).empty, server.pid
    finally:
        server.stop()


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
