"""The basis of a rule: the article it comes from, or the reason why it is assumed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from timebank.domain.words import Words
from timebank.rules.faults import Path, dotted

BASIS_KEYS = ("source", "assumed")
LEAST_LETTERS = 3  # of a reason, as 未公布 has: 无, 待定 or “x” says nothing to whoever has to answer for it

_ENGLISH = {"条": "Article", "章": "Chapter", "款": "paragraph", "项": "item", "附件": "Annex"}
# Compiled when first used: a check of a rule file uses neither.
_NUMBERED = r"第([〇零一二三四五六七八九十百0-9]+)(条|章|款|项)|(附件)([一二三四五六七八九十0-9]+)"
_CHINESE = r"[\u4e00-\u9fff]"
_ASCII_BRACKETS = str.maketrans("（）", "()")
_DIGITS = {character: number for number, character in enumerate("零一二三四五六七八九")} | {"〇": 0}


@dataclass(frozen=True, slots=True)
class Basis:
    """What a rule rests on.

    Attributes:
        kind: ``source`` or ``assumed``.
        text: as written in the file.
        path: dotted path of the block that states it.
        words: the citation as people read it.
    """

    kind: Literal["source", "assumed"]
    text: str
    path: str
    words: Words


def nearest_basis(tree: Mapping[str, Any], path: Path) -> Basis | None:
    """Return the basis of the nearest block at or around a path, or None.

    Args:
        tree: a whole rule file.
        path: the path of a value or a block.
    """
    found: Basis | None = None
    node: Any = tree
    for depth in range(len(path) + 1):
        if isinstance(node, Mapping):
            found = _stated(tree, node, path[:depth]) or found
        if depth == len(path):
            break
        node = _inner(node, path[depth])
    return found


def _inner(node: Any, step: str | int) -> Any:
    if isinstance(node, Mapping):
        return node.get(step)
    if isinstance(node, (list, tuple)) and isinstance(step, int) and 0 <= step < len(node):
        return node[step]
    return None


def _stated(tree: Mapping[str, Any], block: Mapping[str, Any], path: Path) -> Basis | None:
    source, assumed = block.get("source"), block.get("assumed")
    if isinstance(source, str):
        return Basis("source", source, dotted(path), citation(tree, source))
    if isinstance(assumed, str):
        why = in_both_languages(assumed)
        words = Words(f"无明文依据，暂按：{why.zh}", f"assumed: {why.en}")
        return Basis("assumed", assumed, dotted(path), words)
    return None


def says_something(reason: str) -> bool:
    """Say whether a reason has as many letters as it takes to give one."""
    return len([*islice(filter(_is_letter, reason), LEAST_LETTERS)]) == LEAST_LETTERS


def _is_letter(character: str) -> bool:
    return character.isalpha() and not unicodedata.name(character, "FILLER").endswith("FILLER")


def in_both_languages(assumed: str) -> Words:
    """Return ``中文 · English`` as the two it holds; a reason in one language serves for both."""
    zh, _, en = assumed.rpartition(" · ")
    return Words(zh, en) if zh and not re.search(_CHINESE, en) else Words(assumed, assumed)


def citation(tree: Mapping[str, Any], source: str) -> Words:
    """Return ``mb25 第九条`` as people read it: the document's title and the article."""
    name, _, article = source.partition(" ")
    title = tree.get("sources", {}).get(name, {}).get("title", {})
    zh = str(title.get("zh", name)).removeprefix("《").removesuffix("》")
    en = str(title.get("en", name))
    return Words(f"《{zh}》{article}", f"{en}, {_in_english(article)}" if article else en)


def _in_english(article: str) -> str:
    """Return the article with 第九条 as “Article 9”; words it does not know stay Chinese."""
    return " ".join(re.sub(_NUMBERED, _one_in_english, article).translate(_ASCII_BRACKETS).split())


def _one_in_english(found: re.Match[str]) -> str:
    number, unit = (found[1], found[2]) if found[1] else (found[4], found[3])
    return f" {_ENGLISH[unit]} {_value(number)} "


def _value(numeral: str) -> int:
    """Return a Chinese numeral below a thousand as a number: 三十 is 30, 一百零五 is 105."""
    if numeral.isdecimal():
        return int(numeral)
    total, digit = 0, 0
    for character in numeral:
        if character in _DIGITS:
            digit = _DIGITS[character]
        else:
            total += (digit or 1) * {"十": 10, "百": 100}[character]
            digit = 0
    return total + digit
