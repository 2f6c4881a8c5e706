"""A process that dies at a chosen point of its way: at any statement, before a commit, or right after it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event

from timebank.storage.engine import WRITES


class Crash(BaseException):
    """The process is gone; nothing of ours may catch it."""


@contextmanager
def crashing_at(engine: Engine, point: int) -> Iterator[list[str]]:
    """Crash at a point, counted from 1: every statement is one, and so are both sides of a commit that writes.

    Yields:
        The points passed so far, each by name; the last is where it crashed, if it did.
    """
    passed: list[str] = []

    def reach(name: str) -> None:
        passed.append(name)
        if len(passed) == point:
            raise Crash(name)

    def statement(_connection: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        reach(" ".join(sql.split())[:60])

    def commit(connection: Connection) -> None:
        if connection.get_execution_options().get(WRITES):
            reach("before the commit")
            connection.connection.dbapi_connection.commit()
            reach("after the commit")

    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "commit", commit)
    try:
        yield passed
    finally:
        event.remove(engine, "before_cursor_execute", statement)
        event.remove(engine, "commit", commit)
