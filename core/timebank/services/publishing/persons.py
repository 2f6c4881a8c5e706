"""Names of persons, as they give them: read back by anybody, and two that look alike are one person, never two."""

from __future__ import annotations

import re
import unicodedata

from timebank.domain.refusal import WrongUse
from timebank.domain.words import Words
from timebank.rules.basis import LEAST_LETTERS, says_something
from timebank.services.desk import LONGEST_ID

# Letters and marks that nobody sees: Hangul fillers, inherent vowels of Khmer, selectors of a letter's variant.
_BLANK = re.compile("[\u115f\u1160\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_BETWEEN = " ·・•.'’-‐"


def check_person(name: str) -> None:
    """Refuse a name that nobody could read back, or that could pass for another.

    Raises:
        WrongUse: it is empty, too long, or holds anything but letters, digits and what stands between them.
    """
    if len(name) <= LONGEST_ID and _plain(name) and all(_may_stand(one) for one in _composed(name)):
        return
    zh = (
        f"姓名须写 1 到 {LONGEST_ID} 个看得见的字：只用文字、数字，中间可以有空格、间隔号、连字符；不能有括号、逗号、"
        "看不见的字符、符号，或另加的附加符号。请只写姓名，重写 --as。"
    )
    en = (
        f"A name has 1 to {LONGEST_ID} characters that are seen: letters and digits, between them blanks, dots, hyphens; "
        "no bracket, comma, unseen character, symbol, or accent set apart from its letter. Give --as the name alone."
    )
    raise WrongUse(Words(zh, en))


def same_person(one: str, other: str) -> bool:
    """Say whether two names are one, whatever their case, width, spaces and marks between."""
    return _plain(one) == _plain(other)


def check_reason(reason: str | None) -> None:
    """Refuse a reason that says nothing; None where none is given.

    Raises:
        WrongUse: it holds hardly a letter that anybody sees.
    """
    if reason is not None and not says_something(reason):
        zh = f"--reason 后面没有写理由（至少 {LEAST_LETTERS} 个字）。请写明为什么用例发现得少仍可发布，或去掉 --reason。"
        en = f"--reason gives no reason (at least {LEAST_LETTERS} letters). Say why few noticed moves do, or drop it."
        raise WrongUse(Words(zh, en))


def _plain(name: str) -> str:
    """Return the letters and digits of a name alone, with the marks that belong to them."""
    folded = _composed(_composed(name).casefold())
    return "".join(one for one in folded if _may_stand(one) and one not in _BETWEEN)


def _composed(name: str) -> str:
    return unicodedata.normalize("NFKC", name)


def _may_stand(character: str) -> bool:
    """Say whether a character may stand in a name; a mark may where it belongs to the letters of a script."""
    if _BLANK.match(character):
        return False
    if unicodedata.category(character).startswith("M"):
        return not unicodedata.name(character, "COMBINING").startswith("COMBINING")
    return character.isalnum() or character in _BETWEEN
