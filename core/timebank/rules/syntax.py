"""Slips of a Chinese keyboard and of indentation, named for what they are instead of by the YAML parser."""

from __future__ import annotations

import re
from typing import Any

from timebank.rules.faults import Fault, fault

_KEY = r"[A-Za-z_][A-Za-z0-9_-]*"
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|(?<![^\s\[{,])'(?:[^']|'')*'")
_COMMENT = re.compile(r"(?:^|\s)#.*")
_SLIPS = (
    ("Y10", re.compile("^ *(?P<mark>[\u3000\u00a0])")),
    ("Y10", re.compile(r"^ *(?P<mark>＃)")),
    ("Y07", re.compile(rf"(?:^\s*(?:- )*|[{{,]\s*)(?P<text>{_KEY})\s*(?P<mark>：)")),
    ("Y10", re.compile(r"[:：]\s*(?P<mark>[｛［])")),
    ("Y09", re.compile(rf"[{{\[].*?(?P<mark>[，；])\s*{_KEY}\s*[:：]")),
    ("Y11", re.compile(rf"(?:^\s*(?:- )*|[{{,]\s*)(?P<text>{_KEY})(?P<mark>:)(?=[^\s:/])")),
)
_OPEN_QUOTE = re.compile(r"(?:^|[\s\[{,])[\"'][^\"']*(?P<mark>[“”‘’])[^\"']*$")
_CLOSING = (("{", "}", "｝"), ("[", "]", "］"))
_PROBLEMS = (
    ("quoted scalar", "Y27"),
    ("expected ',' or", "Y28"),
    ("expected the node content", "Y28"),
    ("did not find expected node content", "Y28"),
    ("could not find expected ':'", "Y30"),
    ("mapping values are not allowed", "Y31"),
    ("cannot start any token", "Y32"),
    ("did not find expected key", "Y29"),
    ("expected <block end>", "Y29"),
    ("did not find expected '-'", "Y29"),
    ("entries are not allowed", "Y29"),
)
_FROM_CONTEXT = ("Y27", "Y28", "Y30")  # these point at where the trouble begins, not where it shows
_TO_THE_END = ("Y27", "Y28")
_IDS_BY_CHINESE_COMMA = re.compile(r"[A-Za-z0-9_-]+(?:\s*[，、；]\s*[A-Za-z0-9_-]+)+", re.ASCII)
_WRAPPED = re.compile(r"(“[^“”]*”|‘[^‘’]*’|「[^「」]*」|＂[^＂]*＂|”[^“”]*”|“[^“”]*“)")


def punctuation_of_scalar(text: str, *, in_list: bool = False, as_key: bool = False) -> str | None:
    """Return the code of the keyboard slip in a plain scalar, or None.

    Args:
        text: the scalar as read.
        in_list: it is an item of a list, where a Chinese comma joins what should be two items.
        as_key: it is a key, where a colon has lost its space or is full-width.
    """
    if as_key:
        if re.match(rf"{_KEY}\s*：", text):
            return "Y07"
        if re.match(rf"{_KEY}:", text):
            return "Y11"
    if text[:1] in "“”‘’「＂" and _WRAPPED.fullmatch(text):
        return "Y08"
    if text[:1] in "｛［" and text:
        return "Y10"
    if in_list and _IDS_BY_CHINESE_COMMA.fullmatch(text):
        return "Y09"
    return None


def faults_of_syntax(text: str, file: str, broken: Any) -> list[Fault]:
    """Return why the parser gave up: the slips found by looking at the lines, or else its own complaint.

    Args:
        text: the whole text.
        file: its name.
        broken: the parser's error.
    """
    complaint = _complaint(file, broken)
    last = complaint.line if complaint.code not in _TO_THE_END else text.count("\n") + 1
    slips: list[Fault] = []
    for number, line in enumerate(text.split("\n")[:last], start=1):
        slips.extend(_slips_of_line(line, number, file))
    return slips or [complaint]


def _slips_of_line(line: str, number: int, file: str) -> list[Fault]:
    if found := _OPEN_QUOTE.search(_QUOTED.sub(_blank, line)):
        return [_slip("Y08", found, number, file)]
    bare = _COMMENT.sub(_blank, _QUOTED.sub(_blank, line))
    for opening, closing, wide in _CLOSING:
        if wide in bare and bare.count(opening) > bare.count(closing):
            place = (number, bare.index(wide) + 1)
            return [fault("Y10", file, place, (), text=wide)]
    for code, pattern in _SLIPS:
        if found := pattern.search(bare):
            return [_slip(code, found, number, file)]
    return []


def _slip(code: str, found: re.Match[str], number: int, file: str) -> Fault:
    groups = found.groupdict()
    shown = groups.get("text") or groups["mark"]
    return fault(code, file, (number, found.start("mark") + 1), (), text=_visible(shown))


def _visible(mark: str) -> str:
    return {"\u3000": "U+3000", "\u00a0": "U+00A0"}.get(mark, mark)


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _complaint(file: str, broken: Any) -> Fault:
    problem = f"{getattr(broken, 'context', '')} {getattr(broken, 'problem', '')}"
    code = next((code for sign, code in _PROBLEMS if sign in problem), "Y33")
    mark = getattr(broken, "problem_mark", None)
    start = getattr(broken, "context_mark", None)
    if code in _FROM_CONTEXT and start is not None:
        mark = start
    place = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    return fault(code, file, place, (), problem=str(getattr(broken, "problem", "") or broken))
