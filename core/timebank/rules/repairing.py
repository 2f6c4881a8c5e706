"""Mending what is mechanical in a rule file: marks and blanks of the wrong kind, and yes or no for true or false.

Nothing is guessed. A line changes only where its one meaning is plain; every other byte, and every remark, stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from timebank.rules.characters import fault_of_size, seen
from timebank.rules.faults import Path
from timebank.rules.lines.straighten import Lines, straightened
from timebank.rules.nodes import read_nodes
from timebank.rules.schema_file import schema_at

_YES = {"y": "true", "yes": "true", "on": "true", "true": "true"}
_NO = {"n": "false", "no": "false", "off": "false", "false": "false"}
_ODD = "\t\u3000\u00a0"


@dataclass(frozen=True, slots=True)
class Repair:
    """One line that was mended.

    Attributes:
        line: its number, from 1.
        before: as it stood.
        after: as it stands.
    """

    line: int
    before: str
    after: str


def repaired(text: str, plugin_schema: Mapping[str, Mapping[str, Any]]) -> tuple[str, list[Repair]]:
    """Return a text with its mechanical slips mended, and what was mended.

    Args:
        text: a whole rule file.
        plugin_schema: JSON Schemas of the plugins' own slots, by plugin.
    """
    if fault_of_size(text, "") is not None:
        return text, []
    visible, _ = seen(text, "")
    lines = straightened(visible)
    now = lines.kept.split("\n")
    _indent_anew(text, lines, now)
    for number, start, end, word in _truths(lines, now, plugin_schema):
        now[number - 1] = now[number - 1][:start] + word + now[number - 1][end:]
    return _put_together(text, now)


def _indent_anew(text: str, lines: Lines, now: list[str]) -> None:
    """Give lines that were indented with tabs or wide blanks the indent of their level."""
    meant = lines.text.split("\n")
    for index, line in enumerate(text.split("\n")):
        head = line[: len(line) - len(line.lstrip(f" {_ODD}"))]
        if head.strip(" ") and meant[index].strip():
            indent = len(meant[index]) - len(meant[index].lstrip(" "))
            now[index] = " " * indent + now[index].lstrip(" ")


def _truths(
    lines: Lines, now: list[str], plugin_schema: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[int, int, int, str]]:
    """Yield (line, start, end, word) of each yes or no where the schema wants true or false."""
    meant = lines.text.split("\n")
    reading = read_nodes(lines.text, "")
    for path in reading.faulted:
        place = reading.positions.get(path)
        if place is None or place.line > len(meant) or meant[place.line - 1] != now[place.line - 1]:
            continue
        if not _is_truth(path, plugin_schema):
            continue
        start, end = place.column - 1, place.end_column - 1
        written = now[place.line - 1][start:end].lower()
        word = _YES.get(written) or _NO.get(written)
        if word is not None:
            yield place.line, start, end, word


def _is_truth(path: Path, plugin_schema: Mapping[str, Mapping[str, Any]]) -> bool:
    if path[:1] == ("extensions",) and len(path) > 1:
        found = schema_at(path[2:], plugin_schema.get(str(path[1]), {}))
    else:
        found = schema_at(path)
    return found is not None and found.get("type") == "boolean"


def _put_together(text: str, now: list[str]) -> tuple[str, list[Repair]]:
    """Return the text with the lines that changed, each with its own kind of line end."""
    repairs: list[Repair] = []
    old = text.split("\n")
    for index, line in enumerate(old):
        before, end = (line[:-1], "\r") if line.endswith("\r") else (line, "")
        after = now[index].rstrip() if before != before.rstrip(_ODD) else now[index]
        if after != before:
            repairs.append(Repair(index + 1, before, after))
            old[index] = after + end
    return "\n".join(old), repairs
