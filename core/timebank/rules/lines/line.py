"""What is known of one line, and whether all lines stand where they should."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

FIRST_CHINESE = "\u3400"  # no key begins so: a line that does goes on with the text above
STEP = 2  # blanks a level


class Line(NamedTuple):
    """What is known of one line that holds something.

    Attributes:
        indent: blanks before the first mark.
        dash: an item of a list begins here.
        key: its key as written, or empty where it has none.
        opens: nothing follows the key, so that a block begins.
    """

    indent: int
    dash: bool
    key: str
    opens: bool


def are_even(lines: Sequence[tuple[int, Line]]) -> bool:
    """Say whether every line stands on an open level and every block that opens holds a line."""
    levels = [(0, False)]
    child: int | None = None
    for _, line in lines:
        here = (line.indent, line.dash)
        if not (line.key or line.dash) or (child is not None and line.indent != child):
            return False
        while levels and levels[-1][0] > line.indent:
            levels.pop()
        if child is not None:
            levels.append(here)
        elif not levels or levels[-1] != here:
            return False
        if line.dash:
            levels.append((line.indent + STEP, False))
        child = levels[-1][0] + STEP if line.opens else None
    return True
