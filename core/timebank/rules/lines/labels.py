"""Text in both languages on one line, ``{zh: 陪聊, en: chat}``: a comma inside such a text ends it too early."""

from __future__ import annotations

import re

from timebank.rules.lines.slip import Slip, guess
from timebank.rules.lines.sound import KEY

_LANGUAGE = re.compile(r"[{,] *(?:zh|en): +")
_TEXT = re.compile(rf"[^{{}}\[\]\"'#:]+?(?= *(?:, *{KEY}:(?:\s|$)|[}}\]]|$))")


def comma_in_label(line: str, opened: int, start: int, end: int) -> Slip | None:
    """Return the slip of a text in one of the languages that a comma cuts, or None.

    Args:
        line: the line.
        opened: where the map begins.
        start: where a key is missing: just after the comma and its blanks.
        end: where the line's content ends.
    """
    before = [*_LANGUAGE.finditer(line, opened, start)]
    if not before or re.compile(r"(?:zh|en)\b").match(line, start):
        return None
    begin = before[-1].end()
    if re.search(r"[\"'\[\]{}:#]", line[begin:start]):
        return None
    found = _TEXT.match(line, start, end)
    if found is None:
        return None
    text = line[begin : found.end()]
    comma = begin + line[begin:start].rstrip().rindex(",")
    return guess("Y57", line, (comma, begin, found.end()), f'"{text}"', text=text)
