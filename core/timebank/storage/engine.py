"""The one way to get a database engine: durable settings are set, and wrong ones refused, here."""

from __future__ import annotations

import re
import sqlite3
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from timebank.domain.refusal import BadInput
from timebank.domain.words import Words

_PASSWORD = re.compile(r"(://[^/@]*:)[^/]*@")
WRITES = "timebank_writes"
_SAFE_COMMIT = frozenset({"on", "remote_write", "remote_apply", "local"})


def open_engine(url: str) -> Engine:
    """Return an engine for SQLite or PostgreSQL, or say clearly why not."""
    try:
        engine = _engine(url, make_url(url).get_backend_name())
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError, ValueError) as error:
        raise _bad_url(url, str(error)) from error
    try:
        with engine.connect() as connection:
            _check_durability(connection)
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
        return create_engine(url, pool_pre_ping=True, isolation_level="READ COMMITTED")
    raise ArgumentError(f"the database kind {backend!r} is not one of sqlite, postgresql")


def _set_up_sqlite(dbapi: Any, _record: Any) -> None:
    dbapi.isolation_level = None  # the driver's own BEGIN comes too late: it would lose updates
    cursor = dbapi.cursor()
    for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _check_durability(connection: Connection) -> None:
    if connection.dialect.name != "postgresql":
        return
    for setting, good in (
        ("fsync", {"on"}),
        ("full_page_writes", {"on"}),
        ("synchronous_commit", _SAFE_COMMIT),
    ):
        value = str(connection.exec_driver_sql(f"SHOW {setting}").scalar())
        if value not in good:
            raise BadInput(
                Words(
                    f"PostgreSQL 的 {setting} 是 {value}：断电会丢失已确认的记账，拒绝启动。请设为 on 后重启。",
                    f"PostgreSQL has {setting} = {value}: a power cut would lose acknowledged entries. Set it to on.",
                ),
                "unsafe_database",
            )


def _bad_url(given: str, why: str) -> BadInput:
    url = _PASSWORD.sub(r"\1***@", str(given))
    reason = " ".join(why.split()).rstrip(".")
    zh = f"数据库打不开：{url}。原因：{reason}。请检查 config/timebank.yaml 的 database 或 TIMEBANK_DATABASE_URL。"
    en = (
        f"Cannot open the database {url}: {reason}. "
        "Check database in config/timebank.yaml, or TIMEBANK_DATABASE_URL."
    )
    return BadInput(Words(zh, en), "bad_database_url")
