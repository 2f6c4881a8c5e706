"""From a version's text to the draft of the next one, or of its correction: copied, with its dates set right."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from timebank.domain.words import Words
from timebank.rules.drafting.splicing import (
    with_basis,
    with_first_line,
    with_lines_after,
    with_value,
    without,
)
from timebank.rules.nodes import read_nodes
from timebank.rules.written_schema import schema_line

START_UNKNOWN = "新一版施行日期的依据待补 · the basis of the new date is to be added"
TRANSITION_UNKNOWN = "与前一版怎样衔接待定 · what becomes of what is under way is to be decided"
_OF_CORRECTIONS = ("corrects", "known_from", "reason")


def next_version(text: str, start: date) -> str:
    """Return the draft of the version after this one.

    Everything is copied, sources and comments too. Set anew are what belongs to a version itself: its first day and the
    version it replaces; the basis of either is open, and says so. Dropped services, a correction's keys and a day of
    review that would lie before the first day are left out.

    Args:
        text: the version in force, with no fault.
        start: the first day of the new version, after that of this one.
    """
    before, review = _written(text, "effective", "from"), _written(text, "review_by")
    draft = with_value(text, ("effective", "from"), start.isoformat())
    draft = with_basis(draft, ("effective",), START_UNKNOWN)
    for key in _OF_CORRECTIONS:
        draft = without(draft, (key,))
    if review and review < start.isoformat():
        draft = without(draft, ("review_by",))
    return with_first_line(_following(draft, before), schema_line())


def correction(text: str, stem: str, known_from: date, reason: Words) -> str:
    """Return the draft of a correction: the file that is mended, with what it mends, since when, and why.

    Args:
        text: the file that is mended, with no fault.
        stem: its name without ``.yaml``.
        known_from: the day from which the correction is known.
        reason: why it is mended.
    """
    draft = text
    for key in _OF_CORRECTIONS:
        draft = without(draft, (key,))
    why = f"{{zh: {_quoted(reason.zh)}, en: {_quoted(reason.en)}}}"
    draft = with_lines_after(
        draft, "effective", f"corrects: {stem}", f"known_from: {known_from.isoformat()}", f"reason: {why}"
    )
    return with_first_line(draft, schema_line())


def _following(draft: str, before: str) -> str:
    """Return a draft that replaces the version before it; what is under way is finished until somebody decides."""
    if not _written(draft, "replaces"):
        transition = ("transition:", "  open_orders: finish", f"  assumed: {TRANSITION_UNKNOWN}")
        return with_lines_after(draft, "effective", f"replaces: {before}", *transition)
    draft = with_value(draft, ("replaces",), before)
    draft = without(draft, ("transition", "dropped_services"))
    return with_basis(draft, ("transition",), TRANSITION_UNKNOWN)


def _written(text: str, *path: str) -> str:
    """Return the text at a path, or an empty one."""
    node: Any = read_nodes(text, "").tree
    for step in path:
        node = node.get(step) if isinstance(node, dict) else None
    return node if isinstance(node, str) else ""


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
