"""Wrapping of sentences on a terminal: Chinese may break anywhere but before its closing marks, words and figures not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len
from rich.text import Text

_PARTS = re.compile(r"[\w.,:/%+*=~@#$&…·-]+(?<![\u2e80-\uffff])|\s+|.", re.ASCII | re.DOTALL)
_CLOSING = set("，。；：、）》”’！？…·」』】%)]},.;:!?")
_OPENING = set("（《“‘「『【([{")


def wrapped(text: Text, width: int) -> list[Text]:
    """Return styled text as lines of at most so many columns, its line ends without spaces.

    Args:
        text: one paragraph.
        width: columns; Chinese takes two each.
    """
    cuts: list[int] = []
    used = 0
    for start, end in _folded(text.plain, width):
        piece = text.plain[start:end]
        columns = cell_len(piece)
        if used and used + cell_len(piece.rstrip()) > width:
            cuts.append(start)
            used = 0
        used += columns
    return [_trimmed(line) for line in text.divide(cuts)]


def _folded(plain: str, width: int) -> Iterator[tuple[int, int]]:
    """Yield the pieces, one wider than a whole line cut into its characters."""
    for start, end in _pieces(plain):
        if cell_len(plain[start:end].rstrip()) <= width:
            yield start, end
        else:
            yield from ((place, place + 1) for place in range(start, end))


def _trimmed(line: Text) -> Text:
    line.rstrip()
    return line[len(line.plain) - len(line.plain.lstrip()) :]


def _pieces(plain: str) -> list[tuple[int, int]]:
    """Return where the pieces that stay whole begin and end: closing marks stay with what they close."""
    pieces: list[tuple[int, int]] = []
    for found in _PARTS.finditer(plain):
        start, end = found.span()
        if pieces and _clings(plain, pieces[-1], start):
            pieces[-1] = (pieces[-1][0], end)
        else:
            pieces.append((start, end))
    return pieces


def _clings(plain: str, before: tuple[int, int], start: int) -> bool:
    last = plain[before[1] - 1]
    if plain[start] in _CLOSING or last in _OPENING or plain[start].isspace():
        return True
    # A figure stays with its unit: “30 分钟”.
    return last == " " and before[1] >= 2 and plain[before[1] - 2].isdigit() and not plain[start].isascii()  # noqa: PLR2004
