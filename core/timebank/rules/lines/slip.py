"""A slip of typing on one line: what it is, where, and how the line would read without it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip on one line.

    Attributes:
        code: of the message.
        column: where it shows, counted from 0 in the line as it was looked at.
        mended: the line without it; None where nobody can say what the line holds.
        certain: the repair is mechanical: it changes marks and blanks, never what the line means.
        facts: what the message names.
    """

    code: str
    column: int
    mended: str | None = None
    certain: bool = False
    facts: Mapping[str, str | int] = field(default_factory=dict)


def spliced(line: str, start: int, end: int, new: str) -> str:
    """Return a line with the characters from start up to end replaced."""
    return line[:start] + new + line[end:]


def splice(code: str, line: str, start: int, end: int, new: str, **facts: str) -> Slip:
    """Return a slip that a certain repair of a few characters mends."""
    return Slip(code, start, spliced(line, start, end, new), certain=True, facts=facts)


def guess(code: str, line: str, at: tuple[int, int, int], new: str, **facts: str) -> Slip:
    """Return a slip whose repair is good enough to read on, and not to keep.

    Args:
        code: of the message.
        line: the line.
        at: where the slip shows; where the replaced characters start and end.
        new: what replaces them.
        facts: what the message names.
    """
    column, start, end = at
    return Slip(code, column, spliced(line, start, end, new), facts=facts)
