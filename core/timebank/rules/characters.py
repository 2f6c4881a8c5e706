"""What is looked for in a rule file before anything reads it: its size, and characters nobody can see."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from timebank.domain.words import Words
from timebank.rules.faults import Fault, fault

MOST_BYTES = 256 * 1024
MOST_LINES = 5000
MOST_ON_A_LINE = 2000  # characters; what is looked for on a line may take longer than the line grows
MOST_MARKS = (
    20_000  # that divide one thing from the next: sixteen times as many as in the largest file we know
)
MOST_DEPTH = 20
_MOST_FAULTS = 200
_MARKS = ",:[{，：、；"
_BOM = "\ufeff"
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_UNSEEN = "\u00ad\u200b-\u200d\u2060\ufeff"
_ALLOWED = "\n\r\t\u0020-\u007e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010fffd"
# Compiled when first used, for sets outside ASCII take long to compile, and most texts hold none of these.
_SUSPECT = f"\t|\r(?!\n)|[{_BIDI}]|[{_UNSEEN}]|[^{_ALLOWED}]"
_BLANK = "[\u3000\u00a0\u1680\u2000-\u200a\u202f\u205f]"
_QUOTED = r'"(?:[^"\\]|\\.)*+"'
_COMMENT = r"(?:^|\s)#"

_WIDE_BLANK = "\u3000"
_OTHER_FILES = {
    b"PK\x03\x04": Words("Excel、Word 或压缩", "spreadsheet, word-processor or zip"),
    b"\xd0\xcf\x11\xe0": Words("旧版 Excel 或 Word", "old spreadsheet or word-processor"),
    b"%PDF": Words("PDF", "PDF"),
}


class _Odd(NamedTuple):
    """A character that has no place in a rule file, from which line to which."""

    character: str
    line: int
    column: int
    last: int

    def goes_on(self, before: _Odd) -> bool:
        """Say whether a line is indented with the same blank, no wide one, as the line before it."""
        same = (self.character, self.column, self.line) == (before.character, 1, before.last + 1)
        return (
            same
            and self.column == 1
            and self.character != _WIDE_BLANK
            and bool(re.match(_BLANK, self.character))
        )


def decoded(content: bytes, file: str) -> tuple[str, list[Fault]]:
    """Return the text of a file's bytes, with a fault instead of text when it is not UTF-8."""
    try:
        return content.decode("utf-8"), []
    except UnicodeDecodeError as broken:
        for begins, kind in _OTHER_FILES.items():
            if content.startswith(begins):
                return "", [fault("Y60", file, (1, 1), (), kind=kind)]
        line = content.count(b"\n", 0, broken.start) + 1
        start = content.rfind(b"\n", 0, broken.start) + 1
        column = len(content[start : broken.start].decode("utf-8", "replace")) + 1
        return "", [fault("Y02", file, (line, column), ())]


def fault_of_size(text: str, file: str) -> Fault | None:
    """Return the fault of a file too large to be a rule file, which is not read at all."""
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MOST_BYTES:
        return fault("Y01", file, (1, 1), (), size=size, most=MOST_BYTES)
    lines = text.split("\n")
    if len(lines) > MOST_LINES + 1:
        return fault("Y47", file, (MOST_LINES, 1), (), lines=len(lines) - 1, most=MOST_LINES)
    for number, line in enumerate(lines, start=1):
        if len(line) > MOST_ON_A_LINE:
            place = (number, MOST_ON_A_LINE + 1)
            return fault("Y49", file, place, (), length=len(line), most=MOST_ON_A_LINE)
    marks = sum(map(text.count, _MARKS))
    return fault("Y50", file, (1, 1), (), marks=marks, most=MOST_MARKS) if marks > MOST_MARKS else None


def seen(text: str, file: str) -> tuple[str, list[Fault]]:
    """Return a text without tabs, unseen characters and odd blanks, and the fault of each line that held one."""
    if _is_visible(text):
        return text, []
    lines = text.split("\n")
    odd: list[_Odd] = []
    for number, line in enumerate(lines, start=1):
        found = re.search(_SUSPECT, line.removesuffix("\r")) or _odd_blank(line)
        if found is not None:
            lines[number - 1] = _without(line)
            _take(odd, _Odd(found[0], number, found.start() + 1, number))
    return "\n".join(lines), [_fault_at(one, file) for one in odd[:_MOST_FAULTS]]


def _take(odd: list[_Odd], one: _Odd) -> None:
    """Take one line more; a pasted block that is indented with the same blanks is one fault."""
    before = odd[-1] if odd else None
    if before is not None and one.goes_on(before):
        odd[-1] = before._replace(last=one.line)
    else:
        odd.append(one)


def unseen_in(value: str) -> str | None:
    """Return the name of the first unseen character that an escape put into a quoted text, or None."""
    found = None if _is_visible(value) else re.search(_SUSPECT, value)
    return _named(found[0][0]) if found else None


def _is_visible(text: str) -> bool:
    """Say whether every character can be seen: what is looked for here is no letter, mark or ASCII blank."""
    return text.replace("\r\n", "").replace("\n", "").isprintable()


def _odd_blank(line: str) -> re.Match[str] | None:
    """Return the first blank of another width outside quotes and comments, or None."""
    bare = _bare(line)
    found = re.search(_BLANK, bare)
    if found is not None and not bare[: found.start()].strip():
        return found
    comment = re.search(_COMMENT, bare)
    if found is None or '"' in bare or (comment is not None and comment.start() < found.start()):
        return None
    return found


def _bare(line: str) -> str:
    """Return a line of the same length with nothing in its quotes; one that is left open stays to be seen."""
    return re.sub(_QUOTED, lambda found: "x" * len(found[0]), line)


def _without(line: str) -> str:
    """Return a line with every tab and odd blank as blanks, and nothing unseen."""
    body = line.lstrip("\t \u3000\u00a0")
    head = line[: len(line) - len(body)].replace("\t", "  ").replace("\u3000", "  ").replace("\u00a0", " ")
    body, bare = body.replace("\t", " "), _bare(body)
    if '"' not in bare:
        body = "".join(" " if re.match(_BLANK, mark) else old for old, mark in zip(body, bare, strict=True))
    end = "\r" if body.endswith("\r") else ""
    return head + re.sub(_SUSPECT, "", body.removesuffix("\r")) + end


def _named(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".strip()


def _fault_at(odd: _Odd, file: str) -> Fault:
    place, character = (odd.line, odd.column), odd.character
    if character == _BOM and place == (1, 1):
        return fault("Y06", file, place, ())
    if character == "\t":
        return fault("Y05", file, place, ())
    if character == _WIDE_BLANK:
        return fault("Y10", file, place, (), text=_named(character).split(" ")[0])
    if re.match(_BLANK, character):
        more = Words("", "")
        if odd.last > odd.line:
            more = Words(f"到第 {odd.last} 行都是。", f" So it is down to line {odd.last}.")
        return fault("Y59", file, place, (), character=_named(character), lines=more)
    code = "Y04" if re.match(f"[{_BIDI}]", character) else "Y03"
    return fault(code, file, place, (), character=_named(character))
