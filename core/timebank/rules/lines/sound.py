"""What a sound line of a rule file is: blank, a comment, ``key: value`` or ``- item`` in our small part of YAML.

Sound lines are told from the rest by a few expressions over the whole text: marks of a Chinese keyboard are replaced by
one character a kind, quoted text is folded to one mark, then flat lists and maps to another, from the inside out, until
``key: value`` or ``- item`` is all that a sound line holds. The parts of the expressions never give back what they took
(``*+``), so that no text, however odd, takes longer than its length. Outside ASCII they would take long to compile, hence
the kinds.
"""

from __future__ import annotations

import re

from timebank.rules.lines.line import Line

KEY = r"[A-Za-z_][A-Za-z0-9_-]*+"
# None of these occurs in a text that was looked through for unseen characters.
_TEXT, _BLOCK, _NOWHERE, _NOT_IN_BRACES, _NOT_IN_LISTS = "\x00", "\x01", "\x02", "\x03", "\x04"
_KINDS = {
    _NOWHERE: "\u3000\u00a0\u2002\u2003\u2009\t”］｝】＃",
    _NOT_IN_BRACES: "：“‘「『｛［【＂＇",
    _NOT_IN_LISTS: "，、；",
}
_DEEPEST = 6
_NEVER = rf"\"\[\]{{}}\n{_TEXT}{_BLOCK}{_NOWHERE}"
_FIRST = rf"[^\s\-?:,#&*!|>'%@`{_NOT_IN_BRACES}{_NOT_IN_LISTS}{_NEVER}]"
_PLAIN = rf"{_FIRST}(?:[^:#{_NEVER}]|:(?=\S))*+"
_PLAIN_IN_BRACES = rf"{_FIRST}(?:[^:#,{_NOT_IN_BRACES}{_NEVER}]|:(?=[0-9]))*+"
_PLAIN_IN_LIST = rf"{_FIRST}[^:#,{_NOT_IN_BRACES}{_NOT_IN_LISTS}{_NEVER}]*+"
_FOLDED = f"[{_TEXT}{_BLOCK}]"

_QUOTED = re.compile(rf"(?<=[ \[{{])(?:\"[^\"\\\n{_NOWHERE}]*+\"|'[^'\n{_NOWHERE}]*+')")
# 时间银行 in “时间银行”项目: quotes of a Chinese text that do not stand for the ASCII ones around a value.
_QUOTED_INSIDE = re.compile(r"(?<=[^\s,:：{\[])“[^“”\n\"]*+”|“[^“”\n,\"]*+”(?=[^\s,}\]\"])")
_ITEM = rf"(?:{_PLAIN_IN_LIST}|{_FOLDED}) *+"
_ENTRY = rf"{KEY}: ++(?:{_PLAIN_IN_BRACES}|{_FOLDED}) *+"
_FLAT = re.compile(rf"\[ *+(?:{_ITEM}(?:, *+{_ITEM})*+)?+\]|\{{ *+(?:{_ENTRY}(?:, *+{_ENTRY})*+)?+\}}")
_SOUND = re.compile(
    rf"(?P<indent> *+)(?:(?P<dash>- )?+(?P<key>{KEY}):(?: ++(?P<value>{_PLAIN}|{_FOLDED}))?+|(?P<item>- ){_ITEM})"
    r" *+(?:(?<= )#.*+)?+"
)
EMPTY = re.compile(r"[ \t\r]*+(?:#.*+)?+")


def folded(text: str) -> str:
    """Return a text of the same lines with quoted text, lists and maps each folded to one character."""
    text = _QUOTED_INSIDE.sub("x", text)
    for kind, marks in _KINDS.items():
        for mark in marks:
            text = text.replace(mark, kind)
    text = _QUOTED.sub(_TEXT, text)
    for _ in range(_DEEPEST):
        text, count = _FLAT.subn(_BLOCK, text)
        if not count:
            break
    return text


def sound(folded_line: str) -> Line | None:
    """Return what is known of a folded line if it is sound, else None."""
    found = _SOUND.fullmatch(folded_line)
    if found is None:
        return None
    if found["item"] is not None:
        return Line(len(found["indent"]), dash=True, key="", opens=False)
    return Line(len(found["indent"]), found["dash"] is not None, found["key"], opens=found["value"] is None)
