"""Quoted text on one line: where it ends, and the slips in it."""

from __future__ import annotations

import re

from timebank.rules.lines.slip import Slip, guess, splice

WIDE = "“”„‟「」『』＂"
_DOUBLE = re.compile(r'"(?:[^"\\]|\\.)*+"')
_SINGLE = re.compile(r"'(?:[^']|'')*+'")
_ESCAPE = re.compile(r"\\(?:[0abtnvfre \"/\\N_LP]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})")
_AFTER_QUOTED = re.compile(r"\s*(?:[,}\]:]|\s#|$)")
_WIDE_CLOSING = re.compile(f"[{WIDE}’](?=\\s*(?:[,}}\\]]|$))")


def end_of_quoted(line: str, start: int) -> int | Slip:
    """Return the index after the quoted text that starts at an index, or the slip in it."""
    found = (_DOUBLE if line[start] == '"' else _SINGLE).match(line, start)
    if found is None:
        return _unclosed(line, start)
    if (early := _closed_early(line, found)) is not None:
        return early
    if line[start] == '"':
        for escape in re.finditer(r"\\.", found[0]):
            if not _ESCAPE.match(found[0], escape.start()):
                at = start + escape.start()
                return guess("Y38", line, (at, at, at + 1), r"\\", text=escape[0], meant="\\\\")
    return found.end()


def _closed_early(line: str, found: re.Match[str]) -> Slip | None:
    """Return the slip of a full-width quote that was to close a text, which runs on to the quote of the next one."""
    wide = _WIDE_CLOSING.search(line, found.start() + 1, found.end())
    if wide is None or _AFTER_QUOTED.match(line, found.end()):
        return None
    return splice("Y08", line, wide.start(), wide.end(), line[found.start()], text=wide[0])


def _unclosed(line: str, start: int) -> Slip:
    closing = _WIDE_CLOSING.search(line, start + 1)
    if closing is not None:
        return splice("Y08", line, closing.start(), closing.end(), line[start], text=closing[0])
    return Slip("Y27", start)


def wide_quotes(line: str, start: int, end: int) -> Slip | None:
    """Return the slip of a plain text that is wrapped in full-width quotes, or half so.

    Args:
        line: the line.
        start: where the text starts.
        end: just after its last character.
    """
    text = line[start:end]
    if text[:1] in "“”„‟「『＂‘":
        return _wrapped(line, start, end)
    if text[-1:] in ('"', "”", "』", "」", "＂") and not _opened(text):
        return guess("Y41", line, (end - 1, end - 1, end), "", text=text[-1])
    if text.count('"') % 2 and '"' in text:
        at = start + text.index('"')
        return guess("Y41", line, (at, at, at + 1), "", text='"')
    return None


def _wrapped(line: str, start: int, end: int) -> Slip | None:
    text = line[start:end]
    inner, last = text[1:-1], text[-1:]
    wide_end = last in '”“„‟」』＂’"' and len(text) > 1
    if wide_end and not any(mark in inner for mark in "“”「」『』＂"):
        return splice("Y08", line, start, end, f'"{inner}"', text=text)
    return None


def _opened(text: str) -> bool:
    """Say whether a text that ends in a quote opens as many as it closes."""
    if text[-1] == '"':
        return text.count('"') % 2 == 0
    opening = {"”": "“", "』": "『", "」": "「", "＂": "＂"}[text[-1]]
    if opening == "＂":
        return text.count("＂") % 2 == 0
    return text.count(opening) >= text.count(text[-1])
