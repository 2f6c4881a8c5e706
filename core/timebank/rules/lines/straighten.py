"""A whole text looked at line by line: the slips found, and the text as it was most likely meant."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from timebank.rules.lines.line import Line, are_even
from timebank.rules.lines.sound import EMPTY, folded, sound

if TYPE_CHECKING:
    from timebank.rules.lines.slip import Slip


@dataclass(slots=True)
class Lines:
    """What the lines of a text hold.

    Attributes:
        text: the text to read on with.
        slips: the slips, by line number from 1.
        hidden: numbers of lines whose content nobody can tell.
        blocks_in_doubt: numbers of the lines that opened a block in which a key may be hidden, None for the top.
        kept: the text with nothing but the certain repairs.
    """

    text: str
    slips: dict[int, list[Slip]] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    blocks_in_doubt: set[int | None] = field(default_factory=set)
    kept: str = ""


def straightened(text: str) -> Lines:
    """Return the slips of a text's lines, and the text without them.

    Args:
        text: without tabs and unseen characters.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    held = _all_sound(lines)
    if held is not None and are_even(held):
        return Lines(text, kept="\n".join(lines))
    from timebank.rules.lines.mending import Mending  # noqa: PLC0415 - most files are sound and wait for none of it

    return Mending(lines).done()


def _all_sound(lines: list[str]) -> list[tuple[int, Line]] | None:
    """Return what is known of every line that holds something, or None where one is not sound."""
    held: list[tuple[int, Line]] = []
    for number, fold in enumerate(folded("\n".join(lines)).split("\n"), start=1):
        known = sound(fold)
        if known is not None:
            held.append((number, known))
        elif not EMPTY.fullmatch(lines[number - 1]):
            return None
    return held
