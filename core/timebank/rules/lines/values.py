"""The value after a key, up to the end of its line, and the first slip in it."""

from __future__ import annotations

import re

from timebank.rules.lines.flow import Flow
from timebank.rules.lines.plain import WIDE_BRACKETS
from timebank.rules.lines.quotes import end_of_quoted, wide_quotes
from timebank.rules.lines.slip import Slip, guess, splice
from timebank.rules.lines.sound import EMPTY, KEY

_COMMENT = re.compile(r"\s#")
_COLON = re.compile(r":(?=\s|$)")
_MULTI_LINE = re.compile(r"[|>][-+0-9]*\s*(?:#.*)?$")


def slip_in_value(line: str, start: int) -> Slip | None:
    """Return the first slip in a value, or None.

    Args:
        line: the line.
        start: where the value starts; it is not empty and no comment.
    """
    mark = line[start]
    if mark in "&*!":  # an anchor, an alias, a tag: the parser's events tell
        return None
    if mark == "＃" or (mark in WIDE_BRACKETS and _is_bracket(line, start)):
        meant = WIDE_BRACKETS.get(mark, "#")
        return splice("Y10", line, start, start + 1, meant, text=mark)
    if mark in "[{":
        return _after(line, Flow(line, start).read())
    if mark in "\"'":
        return _after(line, end_of_quoted(line, start))
    return _slip_of_first_mark(line, start) or _slip_in_plain(line, start, _end(line, start))


def _slip_of_first_mark(line: str, start: int) -> Slip | None:
    """Return the slip of a value that begins as no text may."""
    if line[start] in "@`%":
        end = _end(line, start)
        return guess("Y32", line, (start, start, end), f'"{line[start:end]}"')
    if line[start] in "|>" and _MULTI_LINE.match(line, start):
        return Slip("Y43", start)
    return Slip("Y44", start) if line.startswith("- ", start) else None


def _end(line: str, start: int) -> int:
    """Return the index after a plain text, before blanks and a comment."""
    found = _COMMENT.search(line, start)
    return len(line[: found.start() if found is not None else len(line)].rstrip())


def _is_bracket(line: str, start: int) -> bool:
    """Say whether a full-width bracket begins a list or map, and not a text such as 【附则】见后."""
    if line[start] in "｛［":
        return True
    if line[start] not in "【〔":
        return False
    end = _end(line, start)
    return (
        line[end - 1] in "]］】〕"
        and re.fullmatch(r"[A-Za-z0-9_\-\s,，、]*", line[start + 1 : end - 1]) is not None
    )


def _after(line: str, end: int | Slip) -> Slip | None:
    """Nothing but a comment may follow a list, a map or quoted text."""
    if isinstance(end, Slip):
        return end
    if end >= len(line) or EMPTY.fullmatch(line, end):
        return None
    rest = end + len(line[end:]) - len(line[end:].lstrip())
    if rest == len(line):  # blanks of another width after quotes that nobody could tell apart
        return splice("Y10", line, end, rest, "", text=f"U+{ord(line[-1]):04X}")
    stop = max(_end(line, end), rest + 1)
    if line[rest] in "]}］】｝":
        return guess("Y35", line, (rest, rest, rest + 1), "", mark=line[rest])
    return guess("Y37", line, (rest, rest, stop), "", text=line[rest:stop])


def _slip_in_plain(line: str, start: int, end: int) -> Slip | None:
    text = line[start:end]
    wide = re.search(r"\s＃", text)
    if wide is not None:
        at = start + wide.end() - 1
        return splice("Y10", line, at, at + 1, "#", text="＃")
    colon = _COLON.search(text)
    if colon is not None:
        return _colon_in_text(line, start, end, start + colon.start())
    for opening, closing in ("[]", "{}", "［］", "｛｝"):
        if text.endswith(closing) and text.count(closing) > text.count(opening):
            return guess("Y35", line, (end - 1, end - 1, end), "", mark=closing)
    return wide_quotes(line, start, end)


def _colon_in_text(line: str, start: int, end: int, colon: int) -> Slip:
    """A second ``: `` on one line: text that needs quotes, or a line end that is gone."""
    two = re.compile(rf"\s({KEY})$").search(line[start:colon])
    if two is not None and '"' not in line[start:end]:
        return guess("Y46", line, (start + two.start(1), start + two.start(), end), "", text=two[1])
    quoted = line[start:end].replace("\\", "\\\\").replace('"', '\\"')
    return guess("Y31", line, (colon, start, end), f'"{quoted}"')
