"""An explained message as people read it, and as plain values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from timebank.domain.words import Words
from timebank.rules.explained import ExplainedMessage


def lines(found: ExplainedMessage) -> Iterator[Words]:
    """Yield the message, what it means, and a wrong and a right way to write."""
    yield Words(f"{found.code}  {found.sentence.zh}", f"{found.code}  {found.sentence.en}")
    yield Words(f"含义  {found.meaning.zh}", f"meaning  {found.meaning.en}")
    yield from _example(Words("错", "wrong"), found.wrong)
    yield from _example(Words("对", "right"), found.right)


def plain(found: ExplainedMessage) -> dict[str, Any]:
    """Return an explained message as plain values, with both languages in it."""
    parts = {"sentence": found.sentence, "meaning": found.meaning, "wrong": found.wrong, "right": found.right}
    return {"code": found.code, **{name: {"zh": words.zh, "en": words.en} for name, words in parts.items()}}


def _example(label: Words, example: Words) -> Iterator[Words]:
    yield Words(f"{label.zh}：", f"{label.en}:")
    for zh, en in zip(example.zh.split("\n"), example.en.split("\n"), strict=True):
        yield Words(f"    {zh}", f"    {en}")
