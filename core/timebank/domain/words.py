"""A sentence for people, in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """One sentence or label in both languages of the house.

    Attributes:
        zh: Simplified Chinese, the first language.
        en: English, complete.
    """

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """Return the text for a language code such as ``zh``, ``zh_CN`` or ``en_GB``."""
        return self.en if language.lower().startswith("en") else self.zh

    def joined(self, other: Words) -> Words:
        """Return this sentence followed by another."""
        return Words(self.zh + other.zh, f"{self.en} {other.en}")


def listed(many: list[Words] | tuple[Words, ...]) -> Words:
    """Return several labels as one enumeration."""
    return Words("、".join(word.zh for word in many), ", ".join(word.en for word in many))
