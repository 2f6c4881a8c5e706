"""Statements whose outcome nobody waits for one by one: they travel to the database together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError


@contextmanager
def one_journey(connection: Connection) -> Iterator[None]:
    """Send the statements within one after another, and wait once, in the end, for what became of them.

    They may give back neither rows nor a count that anybody looks at, and none may be a COPY. SQLite is not
    away: it answers each at once.

    Raises:
        DBAPIError: what the first of them that failed came to; the transaction is then lost.
    """
    if connection.dialect.name != "postgresql":
        yield
        return
    driver: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
    try:
        with driver.pipeline():
            yield
    except psycopg.Error as error:
        raise DBAPIError.instance("", None, error, psycopg.Error) from error
