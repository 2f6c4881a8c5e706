"""What is looked for in a rule file before any YAML reader sees it: size, and characters nobody can see."""

from __future__ import annotations

import re
import unicodedata

from timebank.rules.faults import Fault, fault

MOST_BYTES = 256 * 1024
_BOM = "\ufeff"
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_UNSEEN = "\u00ad\u200b-\u200d\u2060\ufeff"
_ALLOWED = "\n\r\t\u0020-\u007e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010fffd"
_SUSPECT = re.compile(f"\t|\r(?!\n)|[{_BIDI}]|[{_UNSEEN}]|[^{_ALLOWED}]")


def decoded(content: bytes, file: str) -> tuple[str, list[Fault]]:
    """Return the text of a file's bytes, with a fault instead of text when it is not UTF-8."""
    try:
        return content.decode("utf-8"), []
    except UnicodeDecodeError as broken:
        line = content.count(b"\n", 0, broken.start) + 1
        start = content.rfind(b"\n", 0, broken.start) + 1
        column = len(content[start : broken.start].decode("utf-8", "replace")) + 1
        return "", [fault("Y02", file, (line, column), ())]


def faults_in_characters(text: str, file: str) -> list[Fault]:
    """Return the faults that make reading on pointless: size, byte-order mark, unseen characters, tabs."""
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MOST_BYTES:
        return [fault("Y01", file, (1, 1), (), size=size, most=MOST_BYTES)]
    return [_fault_at(text, found.start(), file) for found in _SUSPECT.finditer(text)][:50]


def unseen_in(value: str) -> str | None:
    """Return the name of the first unseen character that an escape put into a quoted text, or None."""
    found = _SUSPECT.search(value)
    return _named(found[0][0]) if found else None


def _named(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".strip()


def _fault_at(text: str, index: int, file: str) -> Fault:
    character = text[index]
    place = (text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index))
    if index == 0 and character == _BOM:
        return fault("Y06", file, place, ())
    if character == "\t":
        return fault("Y05", file, place, ())
    code = "Y04" if re.match(f"[{_BIDI}]", character) else "Y03"
    return fault(code, file, place, (), character=_named(character))
