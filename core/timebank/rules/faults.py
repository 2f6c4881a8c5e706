"""A fault in a rule file: what is wrong, where, and what to do, in Chinese and English."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from timebank.domain.words import Words
from timebank.rules.messages import MESSAGES

Path = tuple[str | int, ...]
MOST_FAULTS = 200  # of one sort, shape or meaning
_MOST_SHOWN = 120  # characters of a long line on either side of its fault


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of one rule file.

    Attributes:
        code: stable code, never given another meaning; Y typing, S shape, R meaning, P plugin, V version.
        file: name of the file as the reader knows it.
        line: line number from 1.
        column: column number from 1, counted in characters.
        path: dotted rule path, such as ``credit.units.coin.quantum``; empty for the file as a whole.
        zh: the sentence in Chinese.
        en: the sentence in English.
        hint: what was probably meant, as it would be written; empty where nothing can be guessed.
        severity: ``error``, or ``warning`` for what may stay.
    """

    code: str
    file: str
    line: int
    column: int
    path: str
    zh: str
    en: str
    severity: str = "error"
    hint: str = ""

    def __lt__(self, other: Fault) -> bool:
        """Sort by file, then by place in the file, then by code."""
        return self._order() < other._order()

    def _order(self) -> tuple[str, int, int, str, str]:
        return (self.file, self.line, self.column, self.code, self.path)

    def __str__(self) -> str:
        """Return two lines: place, code and Chinese; then English."""
        return f"{self.file}:{self.line}:{self.column} {self.code} {self.zh}\n    {self.en}"


class Enough(Exception):
    """So much is wrong of one sort that more would help nobody; that it was left off is noted among the faults."""


class RulesBroken(Exception):
    """The rule files of a city do not hold together; carries all faults of all files."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        count = len(self.faults)
        head = (
            f"规则文件有 {count} 处问题，未启用。\nThe rule files have {count} fault(s) and are not in use."
        )
        super().__init__("\n".join([head, *map(str, self.faults)]))


def dotted(path: Path) -> str:
    """Return a path as people write it: ``caps.store.limit``."""
    return ".".join(str(step) for step in path)


def fault(
    code: str, file: str, place: tuple[int, int], path: Path, *, hint: str = "", **facts: str | int | Words
) -> Fault:
    """Return the fault with this code, its sentences filled in with the facts.

    Args:
        code: a key of ``MESSAGES``.
        file: name of the file.
        place: line and column, both from 1.
        path: rule path as a tuple of keys.
        hint: what was probably meant; the fact ``meant`` where there is one.
        facts: what the sentences name; ``Words`` where the two languages differ.
    """
    said, (line, column) = sentence(code, **facts), place
    meant = hint or str(facts.get("meant", ""))
    return Fault(code, file, line, column, dotted(path), said.zh, said.en, hint=meant)


def sentence(code: str, **facts: str | int | Words) -> Words:
    """Return the sentence of a code with its facts filled in.

    Args:
        code: a key of ``MESSAGES``.
        facts: what the sentence names; ``Words`` where the two languages differ.
    """
    zh, en = MESSAGES[code]
    zh_facts = {name: fact.zh if isinstance(fact, Words) else fact for name, fact in facts.items()}
    en_facts = {name: fact.en if isinstance(fact, Words) else fact for name, fact in facts.items()}
    return Words(zh.format(**zh_facts), en.format(**en_facts))


def show(fault: Fault, text: str) -> str:
    """Return the fault with its source line and a caret under the place.

    Args:
        fault: what to show.
        text: the whole text of the fault's file.
    """
    return "\n".join([str(fault), *source_and_caret(fault, text)])


def source_and_caret(fault: Fault, text: str) -> list[str]:
    """Return the fault's line as it stands in the text, and a line with a caret under the place; or nothing.

    Args:
        fault: what to show.
        text: the whole text of the fault's file.
    """
    lines = text.split("\n") if text else []
    if not 1 <= fault.line <= len(lines):
        return []
    source = lines[fault.line - 1].rstrip("\r")
    start = max(0, fault.column - _MOST_SHOWN) if len(source) > 2 * _MOST_SHOWN else 0
    shown = "".join(map(_visible, source[start : start + 2 * _MOST_SHOWN]))
    prefix = f"{fault.line:>5} | "
    before = sum(map(_width, shown[: fault.column - 1 - start]))
    return [prefix + shown, " " * (len(prefix) - 2) + "| " + " " * before + "^"]


def _visible(character: str) -> str:
    """Return a character, or a blank or a mark in its place where a terminal might obey it."""
    if character == "\t":
        return " "
    return character if character.isprintable() or unicodedata.category(character) == "Zs" else "\ufffd"


def _width(character: str) -> int:
    """Return how many columns a terminal gives a character; Chinese takes two."""
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
