"""What is given is read strictly: lengths, codes, closed lists and periods, each refused in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from timebank.domain.refusal import BadInput
from timebank.domain.words import Words

LONGEST_NAME = 200
LONGEST_CODE = 64
LONGEST_TEXT = 2000
_CODE = re.compile(rf"[^\s\x00-\x1f\x7f]{{1,{LONGEST_CODE}}}")


def name(what: Words, text: str) -> str:
    """Return a name without the space around it, or refuse an empty or overlong one."""
    return _within(what, text, LONGEST_NAME)


def note(what: Words, text: str, longest: int = LONGEST_TEXT) -> str:
    """Return a free text, which may be empty, or refuse an overlong one."""
    return _within(what, text, longest) if text.strip() else ""


def proof(what: Words, text: str) -> str:
    """Return what was seen as evidence, or refuse where nothing is named."""
    return _within(what, text, LONGEST_NAME)


def _within(what: Words, text: str, longest: int) -> str:
    trimmed = text.strip()
    if not 0 < len(trimmed) <= longest:
        zh = f"{what.zh}须为 1 至 {longest} 个字，现在是 {len(trimmed)} 个。"
        en = f"The {what.en} must have 1 to {longest} characters; it has {len(trimmed)}."
        raise BadInput(Words(zh, en))
    return trimmed


def code(what: Words, text: str) -> str:
    """Return a code as given, or refuse one with spaces, an empty or an overlong one."""
    if not _CODE.fullmatch(text):
        zh = f"{what.zh}“{text}”不合要求：1 至 {LONGEST_CODE} 个字符，不含空格。"
        en = f"The {what.en} “{text}” must have 1 to {LONGEST_CODE} characters and no spaces."
        raise BadInput(Words(zh, en))
    return text


def one_of(what: Words, text: str, known: Iterable[str]) -> str:
    """Return a name from a closed list, or refuse and show the list."""
    names = list(known)
    if text not in names:
        zh = f"没有{what.zh}“{text}”。可用的有：{'、'.join(names) or '无'}。"
        raise BadInput(Words(zh, f"There is no {what.en} “{text}”. Known: {', '.join(names) or 'none'}."))
    return text


def period(valid_from: date, valid_until: date | None) -> tuple[date, date | None]:
    """Return a period of whole days, both ends included, or refuse one that ends before it begins."""
    if valid_until is not None and valid_until < valid_from:
        zh = f"止于 {valid_until}，早于开始的 {valid_from}。请核对日期。"
        en = f"It would end on {valid_until}, before it begins on {valid_from}. Check the dates."
        raise BadInput(Words(zh, en))
    return valid_from, valid_until


def days(first: date | None, last: date | None) -> None:
    """Refuse days to be counted of which the last is before the first; either may be open."""
    if first is not None:
        period(first, last)
