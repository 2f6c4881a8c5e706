"""Changing single places of a rule file's text; every other line, comment and space stays as it was written.

Each function reads the text anew for its places and returns the changed text, so that edits may follow each other. The
texts have no fault of typing: brackets and quotes end on the line where they begin.
"""

from __future__ import annotations

from timebank.rules.faults import Path
from timebank.rules.nodes import Reading, read_nodes

_EDITORS = "# yaml-language-server:"


def with_first_line(text: str, line: str) -> str:
    """Return a text whose first line points editors to a schema: the one it has, or this one before all else."""
    return text if text.startswith(_EDITORS) else f"{line}\n{text}"


def with_value(text: str, path: Path, value: str) -> str:
    """Return a text with another value, written on one line, at a path that is there."""
    place = _read(text).positions[path]
    start = _offset(text, place.line, place.column)
    return _cut(text, start, _offset(text, place.end_line, place.end_column), value)


def with_basis(text: str, block: Path, assumed: str) -> str:
    """Return a text in which a block that states its basis rests on an assumption instead."""
    reading = _read(text)
    stated = next(path for key in ("source", "assumed") if (path := (*block, key)) in reading.positions)
    place = reading.positions[stated]
    start = _offset(text, place.key_line, place.key_column)
    return _cut(text, start, _offset(text, place.end_line, place.end_column), f"assumed: {assumed}")


def with_lines_after(text: str, key: str, *lines: str) -> str:
    """Return a text with more lines at the top level, after everything that a key of the top level holds."""
    reading = _read(text)
    indent = " " * (reading.positions[(key,)].key_column - 1)
    rows = text.split("\n")
    last = _last_line(reading, (key,))
    return "\n".join([*rows[:last], *(indent + line for line in lines), *rows[last:]])


def without(text: str, path: Path) -> str:
    """Return a text without a key and all it holds; where the key is not there, the text as it is."""
    reading = _read(text)
    place = reading.positions.get(path)
    if place is None:
        return text
    rows = text.split("\n")
    if not rows[place.key_line - 1][: place.key_column - 1].strip():
        return "\n".join([*rows[: place.key_line - 1], *rows[_last_line(reading, path) :]])
    start = _offset(text, place.key_line, place.key_column)
    return _without_entry(text, start, _offset(text, place.end_line, place.end_column))


def _without_entry(text: str, start: int, end: int) -> str:
    """Take one entry out from between braces, and the comma that parted it from its neighbour."""
    head, rest = text[:start].rstrip(), text[end:].lstrip()
    if rest.startswith(","):
        return head + ("" if head.endswith("{") else " ") + rest[1:].lstrip()
    return head.removesuffix(",") + rest


def _read(text: str) -> Reading:
    return read_nodes(text, "")


def _last_line(reading: Reading, path: Path) -> int:
    """Return the number of the last line of what stands at a path.

    The parser ends a block where the next one starts, comments and empty lines before it included; what lies in the
    block and holds nothing itself ends where it ends.
    """
    around = {found[:-1] for found in reading.positions if found}
    inside = (found for found in reading.positions if found[: len(path)] == path and found not in around)
    return max(reading.positions[found].end_line for found in inside)


def _offset(text: str, line: int, column: int) -> int:
    """Return how many characters stand before a place."""
    start = 0
    for _ in range(line - 1):
        start = text.index("\n", start) + 1
    return start + column - 1


def _cut(text: str, start: int, end: int, new: str) -> str:
    """Put other characters in the place of those between two offsets."""
    return text[:start] + new + text[end:]
