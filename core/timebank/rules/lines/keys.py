"""The key of a line and its colon: what a line that is not sound lacks."""

from __future__ import annotations

import re

from timebank.rules.lines.line import FIRST_CHINESE, Line
from timebank.rules.lines.slip import Slip, guess, splice
from timebank.rules.lines.sound import EMPTY, KEY
from timebank.rules.lines.values import slip_in_value

_COLONS = "：﹕︰∶ː꞉"
_HEAD = re.compile(r" *(?:- )*")
_GOOD = re.compile(
    rf"(?:{KEY}|\"[^\"]*+\"|'[^']*+'|[^\s:：#\[\]{{}}\"'“”,][^:：#\[\]{{}}\"“”]*+)\s*+:(?:\s++|$)"
)
_WIDE_COLON = re.compile(rf"(?P<key>{KEY}|[^\s:#\[\]{{}}，。；、]{{1,12}}?)\s*+[{_COLONS}]\s*:?\s*")
_NO_SPACE = re.compile(rf"(?P<key>{KEY}):+(?=[^\s:])")
_OTHER_MARK = re.compile(rf"(?P<key>{KEY})\s*+(?P<mark>[；;=＝，,、。．·|｜]|->|→)\s*")
_WIDE_KEY = re.compile(rf"[“”‘’「＂]({KEY})[“”‘’」＂\"']")
_WORD = re.compile(rf"(?P<key>{KEY})(?P<rest>\s+\S.*|\s*)$")
_DASH = re.compile(r"-(?=[A-Za-z\"'\[{])")
_BULLET = re.compile(
    r"[\u2010-\u2015\u2022\u2212\u25aa\u25cf\uff0d] *(?=\S)"
)  # Word's dashes and dots for a list
_BRACKET_AS_KEY = re.compile(r"[\]}] *:")


def slip_of_line(line: str) -> Slip | None:
    """Return the first slip of a line that is neither blank nor a comment, or None."""
    head = _HEAD.match(line)
    start = head.end() if head is not None else 0
    mark = line[start : start + 1]
    if (slip := _first_mark(line, start)) is not None:
        return slip
    good = _GOOD.match(line, start)
    if good is not None:
        empty = good.end() >= len(line) or EMPTY.fullmatch(line, good.end())
        return None if empty else slip_in_value(line, good.end())
    if start > len(line) - len(line.lstrip(" ")):  # an item of a list need not have a key
        return slip_in_value(line, start) if mark else None
    if mark in ("[", "{") and not _BRACKET_AS_KEY.search(line):
        return slip_in_value(line, start)
    if mark in ('"', "'", "[", "{", "&", "*", "!", "?", "%", "") or line[start:] == "---":
        return None
    if re.fullmatch(r"\.\.\.\s*", line):
        return Slip("Y21", 0, "")
    return _slip_of_key(line, start)


def _first_mark(line: str, start: int) -> Slip | None:
    """Return the slip of a mark that begins no line here: of a comment or a list in other writing."""
    mark = line[start : start + 1]
    if mark == "＃":
        return splice("Y10", line, start, start + 1, "#", text=mark)
    if line.startswith("//", start):
        return splice("Y54", line, start, start + 2, "#", text="//")
    if (bullet := _BULLET.match(line, start)) is not None:
        return splice("Y55", line, start, bullet.end(), "- ", text=mark)
    return splice("Y51", line, start + 1, start + 1, " ") if _DASH.match(line, start) else None


def _slip_of_key(line: str, start: int) -> Slip | None:
    if (quoted := _WIDE_KEY.match(line, start)) is not None:
        return splice("Y08", line, start, quoted.end(), quoted[1], text=quoted[0])
    if (found := _WIDE_COLON.match(line, start)) is not None:
        return splice(
            "Y07", line, found.end("key"), found.end(), _colon(line, found.end()), text=found["key"]
        )
    if (found := _NO_SPACE.match(line, start)) is not None:
        return splice("Y11", line, found.end("key"), found.end(), ": ", text=found["key"])
    if (found := _OTHER_MARK.match(line, start)) is not None:
        at = (found.start("mark"), found.end("key"), found.end())
        return guess("Y42", line, at, _colon(line, found.end()), text=found["key"], mark=found["mark"])
    if (found := _WORD.match(line, start)) is not None:
        rest = found["rest"].strip()
        mended = f"{line[: found.end('key')]}:{' ' if rest else ''}{rest}"
        return Slip("Y30", start, mended, facts={"text": found["key"]})
    code = "Y56" if line[start] >= FIRST_CHINESE and line[start].isalpha() else "Y30"
    return Slip(code, start, facts={"text": line[start : start + 12]})


def _colon(line: str, end: int) -> str:
    return ": " if end < len(line) else ":"


def line_of(line: str) -> Line:
    """Return what is known of a line that holds something, sound or not."""
    indent = len(line) - len(line.lstrip(" "))
    head = _HEAD.match(line)
    start = head.end() if head is not None else indent
    good = _GOOD.match(line, start)
    if good is None:
        return Line(indent, start > indent, "", opens=False)
    key = good[0].split(":")[0].strip().strip("\"'")
    opens = good.end() >= len(line) or EMPTY.fullmatch(line, good.end()) is not None
    return Line(indent, start > indent, key, opens)
