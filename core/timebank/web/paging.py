"""Pages of a listing: by key, so that what is added meanwhile neither repeats nor hides anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from timebank.domain.identity import is_id
from timebank.domain.refusal import BadInput
from timebank.domain.words import Words


def paged(
    found: Sequence[Any], many: int, shown: Callable[[Any], dict[str, Any]], key: str = "id"
) -> dict[str, Any]:
    """Return a page of at most ``many`` of the things found, and where the next page begins.

    Args:
        found: at least one more than a page where there are more.
        many: how many a page has.
        shown: how one is shown.
        key: which of its members the next page begins after.
    """
    items = [shown(one) for one in found[:many]]
    return {"items": items, "next": items[-1][key] if len(found) > many else None}


def cursor_id(cursor: str | None) -> str | None:
    """Return the id that a cursor names.

    Raises:
        BadInput: it names none.
    """
    if cursor is not None and not is_id(cursor):
        raise bad_cursor(cursor)
    return cursor


def bad_cursor(cursor: str) -> BadInput:
    """Return the exception for a cursor that no page gave."""
    zh = f"游标“{cursor}”不对。请原样使用上一页给出的 next。"
    en = f"“{cursor}” is no cursor. Use the `next` of the page before as it is."
    return BadInput(Words(zh, en), "bad_cursor")
