"""Every statement any test sends keeps the rules that let the tables be spread over machines by city.

`watch_all_engines` is called once, by conftest.py; a statement that breaks a rule then fails the test that
sent it.
"""

import re
from collections.abc import Iterator

from sqlalchemy import Engine, event

_JOIN = re.compile(r"\bJOIN\b(.*?)(?=\bJOIN\b|\bWHERE\b|\bGROUP BY\b|\bORDER BY\b|$)", re.DOTALL)
_INNERMOST = re.compile(r"\(([^()]*)\)")
_READS_OR_CHANGES = re.compile(r"\b(SELECT|UPDATE)\b")
_SYSTEM = re.compile(r"\b(pg_\w+|information_schema|sqlite_\w+|PRAGMA)\b")


def fault_of(sql: str) -> str | None:
    """Say which rule a statement breaks, or None."""
    if _SYSTEM.search(sql) or not _READS_OR_CHANGES.search(sql):
        return None
    return next((fault for fault in map(_fault_of_one, _selects(sql)) if fault is not None), None)


def _selects(sql: str) -> Iterator[str]:
    """Yield every select of a statement, those inside it first and taken out of what is around them."""
    while found := _INNERMOST.search(sql):
        inner = found[1]
        if re.match(r"\s*(SELECT|WITH)\b", inner):
            yield inner
            inner = "inner"
        sql = f"{sql[: found.start()]} {inner} {sql[found.end() :]}"
    yield sql


def _fault_of_one(sql: str) -> str | None:
    locks = re.search(r"\bFOR (NO KEY )?(UPDATE|SHARE)\b", sql)
    if locks and not re.search(r"\bWHERE\b.*\bcity = ", sql, re.DOTALL):
        return "it locks rows without naming the city"
    if any(not re.search(r"\.city = \S*\.city\b", part) for part in _JOIN.findall(sql)):
        return "it joins tables without joining the city"
    if re.search(r"\bUPDATE \S+ SET (?:(?!\bWHERE\b).)*\bcity ?=", sql, re.DOTALL):
        return "it moves a row to another city"
    return None


def watch_all_engines() -> None:
    """Hold every statement of every engine to the rules from now on."""
    if not event.contains(Engine, "before_cursor_execute", _watch):
        event.listen(Engine, "before_cursor_execute", _watch)


def _watch(_connection, _cursor, statement, _parameters, _context, _many) -> None:
    fault = fault_of(statement)
    if fault is not None:
        raise AssertionError(f"a statement could not be spread over machines: {fault}:\n{statement}")
