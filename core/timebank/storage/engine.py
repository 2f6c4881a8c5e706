"""The one way to get a database engine: durable settings are set, and wrong ones refused, here."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from timebank.domain.refusal import BadInput
from timebank.domain.words import Words
from timebank.storage import postgres_pool
from timebank.storage.database_clock import check_clock
from timebank.storage.durability import check_postgresql, set_up_sqlite

_PASSWORD = re.compile(r"(://[^/@]*:)[^/]*@")
WRITES = "timebank_writes"


def open_engine(url: str) -> Engine:
    """Return an engine for SQLite or PostgreSQL, or say clearly why not."""
    try:
        engine = _engine(url, make_url(url).get_backend_name())
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError, ValueError) as error:
        raise _bad_url(url, str(error)) from error
    try:
        engine.connect().close()
    except (DBAPIError, sqlite3.Error) as error:
        engine.dispose()
        raise _bad_url(url, str(error.orig if isinstance(error, DBAPIError) else error)) from error
    except BadInput:
        engine.dispose()
        raise
    return engine


def _engine(url: str, backend: str) -> Engine:
    if backend == "sqlite":
        engine = create_engine(url)
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if backend == "postgresql":
        engine = create_engine(url, isolation_level="READ COMMITTED")
        event.listen(engine, "connect", _check_postgresql)
        postgres_pool.watch(engine)
        return engine
    raise ArgumentError(f"the database kind {backend!r} is not one of sqlite, postgresql")


def _set_up_sqlite(dbapi: Any, _record: Any) -> None:
    dbapi.isolation_level = None  # the driver's own BEGIN comes too late: it would lose updates
    with closing(dbapi.cursor()) as cursor:
        set_up_sqlite(cursor)


def _check_postgresql(dbapi: Any, _record: Any) -> None:
    with closing(dbapi.cursor()) as cursor:
        check_postgresql(cursor)
        check_clock(cursor)
    dbapi.rollback()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _bad_url(given: str, why: str) -> BadInput:
    url = _PASSWORD.sub(r"\1***@", str(given))
    reason = " ".join(why.split()).rstrip(".")
    zh = f"数据库打不开：{url}。原因：{reason}。请检查 config/timebank.yaml 的 database 或 TIMEBANK_DATABASE_URL。"
    en = (
        f"Cannot open the database {url}: {reason}. "
        "Check database in config/timebank.yaml, or TIMEBANK_DATABASE_URL."
    )
    return BadInput(Words(zh, en), "bad_database_url")
