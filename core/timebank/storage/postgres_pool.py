"""PostgreSQL's connections: identifiers come as text, and what lay idle is asked whether it still lives."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

import psycopg
from psycopg.types.string import TextLoader
from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError

IDLE_SECONDS = 1
_LAST_USED = "timebank_last_used"


def watch(engine: Engine) -> None:
    """Set up every connection of an engine from now on."""
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", partial(_see_that_it_lives, engine))


def _set_up(dbapi: Any, record: Any) -> None:
    dbapi.adapters.register_loader("uuid", TextLoader)  # so that no UUID is made of a text only to be undone
    _note_use(dbapi, record)


def _note_use(_dbapi: Any, record: Any) -> None:
    record.info[_LAST_USED] = time.monotonic()


def _see_that_it_lives(engine: Engine, dbapi: Any, record: Any, _proxy: Any) -> None:
    """Replace a connection that died while idle; in the midst of work, asking would cost half of a short read."""
    if time.monotonic() - record.info[_LAST_USED] < IDLE_SECONDS:
        return
    try:
        engine.dialect.do_ping(dbapi)
    except psycopg.Error as error:
        raise InvalidatePoolError from error
