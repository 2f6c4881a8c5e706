"""What each message about a rule file means, with a wrong and a right way to write it.

The law of this room: every code of ``messages.py`` is explained in both languages, and a check proves every example.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from timebank.domain.refusal import WrongUse
from timebank.domain.words import Words
from timebank.rules.messages import MESSAGES
from timebank.rules.suggestions import nearest

_FILE = Path(__file__).with_name("messages.yaml")
_FACT = re.compile(r"\{[a-z_]+\}")
_SHORT = re.compile(r"[A-Z][0-9]")
_OTHER_PLACES = "{more}"  # most often there are none
_NOTHING = Words("（没有写）", "(not written)")


@dataclass(frozen=True, slots=True)
class ExplainedMessage:
    """One message and what it means.

    Attributes:
        code: its stable code.
        sentence: the message, … standing for what it names.
        meaning: why it is said.
        wrong: a way to write that gives this message.
        right: the same, written rightly.
    """

    code: str
    sentence: Words
    meaning: Words
    wrong: Words
    right: Words


def explain_code(code: str) -> ExplainedMessage:
    """Return what a message means.

    Args:
        code: of the message, in capitals or not.

    Raises:
        WrongUse: there is no such code; the nearest is named.
    """
    name = _in_full(code.strip().upper())
    found = explanations().get(name)
    if found is None or name not in MESSAGES:
        meant = nearest(name, explanations())
        zh = f"没有“{code}”这个代码。" + (
            f"是不是 {meant}？" if meant else "代码在每条消息的位置之后，如 R01。"
        )
        en = f"There is no code “{code}”." + (
            f" Did you mean {meant}?" if meant else " It stands after the place in each message, such as R01."
        )
        raise WrongUse(Words(zh, en))
    sentence = Words(*(_FACT.sub("…", template.replace(_OTHER_PLACES, "")) for template in MESSAGES[name]))
    meaning = Words(found["zh"], found["en"])
    return ExplainedMessage(name, sentence, meaning, _shown(found["wrong"]), _shown(found["right"]))


def _in_full(code: str) -> str:
    """Return a code with both of its digits: Y07 of Y7."""
    return f"{code[0]}0{code[1]}" if _SHORT.fullmatch(code) else code


@lru_cache(maxsize=1)
def explanations() -> Mapping[str, Mapping[str, Any]]:
    """Return the explanations by code: zh, en, wrong and right; the last two as text, or as words in both languages."""
    told: Mapping[str, Mapping[str, Any]] = yaml.load(_FILE.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506
    return told


def _shown(example: Any) -> Words:
    """Return an example as it is shown: text of a rule file in both languages the same, without its last line end."""
    if isinstance(example, Mapping):
        return Words(example["zh"], example["en"])
    text = str(example).rstrip("\n")
    return Words(text, text) if text.strip() else _NOTHING
