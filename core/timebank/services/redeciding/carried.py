"""I-33: the minutes that wait on every account, added up anew from all that was settled and reversed.

A settlement's decision says what waited before and after it; one that posted nothing says so in its stored answer; a
reversal takes back what its settlement added, but for what it notes as short.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Row

from timebank.hooks.city import City
from timebank.services.redeciding.rules_read import UNREADABLE
from timebank.storage import redeciding_rows

Key = tuple[str, str, str, str]


def carried_comes_out_again(connection: Connection, city: City) -> Iterator[str]:
    """Yield each account whose waiting minutes are not what settlements and reversals left, with both figures."""
    due = Counter[Key]()
    for row in redeciding_rows.waited(connection, city.code):
        try:
            _add_decided(due, row)
        except UNREADABLE as error:
            yield f"{row.id} decision: {type(error).__name__} {error}"
    for answer in redeciding_rows.settled_with_nothing(connection, city.code):
        try:
            _add(due, answer.get("waiting", []), 1)
        except UNREADABLE as error:
            yield f"answer: {type(error).__name__} {error}"
    for account in redeciding_rows.carried(connection, city.code):
        key = (account.owner_kind, account.owner_id, account.kind, account.unit)
        wanted = due.pop(key, 0)
        if account.carried != wanted:
            yield f"{' '.join(key)}: {account.carried} ≠ {wanted}"
    for key, wanted in due.items():
        yield f"{' '.join(key)}: 0 ≠ {wanted}"


def _add_decided(due: Counter[Key], row: Row[Any]) -> None:
    if row.kind == "settlement":
        _add(due, row.facts["credits"], 1)
    else:
        _add(due, row.undone["credits"], -1)
        _add(due, row.facts.get("carried_short", []), 1)


def _add(due: Counter[Key], lines: list[Mapping[str, Any]], sign: int) -> None:
    """Add what lines say of waiting minutes; of an account on which none wait nothing is kept."""
    for line in lines:
        minutes = line["minutes"] if "minutes" in line else line["carried"] - line["carried_before"]
        key = (line["owner"], line["owner_id"], line["kind"], line["unit"])
        if minutes:
            due[key] += sign * minutes
            if not due[key]:
                del due[key]
