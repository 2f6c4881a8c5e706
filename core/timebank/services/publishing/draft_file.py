"""A draft on its way to publication: its exact bytes, and where it lies and will lie."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from timebank.domain.refusal import WrongUse
from timebank.domain.words import Words
from timebank.rules.faults import RulesBroken
from timebank.rules.on_disk import content_of
from timebank.rules.rule_set import digest_of
from timebank.services.desk import LONGEST_ID


@dataclass(frozen=True)
class DraftFile:
    """One draft, read once: whatever is judged, proposed, signed and published is these bytes.

    Attributes:
        city: the city's code.
        folder: the city's folder, where rule files lie.
        file: the draft, as whoever works on it names it.
        content: its bytes.
    """

    city: str
    folder: Path
    file: Path
    content: bytes

    @property
    def name(self) -> str:
        """Return the file's name, which a rule file keeps when it is published."""
        return self.file.name

    @property
    def target(self) -> Path:
        """Return where it lies once it is published."""
        return self.folder / self.file.name

    @cached_property
    def digest(self) -> str:
        """Return the digest of its bytes: the draft that was proposed, signed and published is known by it."""
        return digest_of(self.content)


def read_draft(city: str, folder: Path, file: Path) -> DraftFile:
    """Return a draft with its bytes.

    Raises:
        RulesBroken: it is not to be read: a link out of the city's folder, no plain file, or too large.
    """
    content, faults = content_of(file, folder)
    if faults:
        raise RulesBroken(faults)
    return DraftFile(city, folder, file, content)


def check_person(name: str) -> None:
    """Refuse a name that nobody could read back: two names that look alike are one person, never two.

    Raises:
        WrongUse: it is empty, too long, or holds characters that are not seen.
    """
    shown = unicodedata.normalize("NFKC", name).strip()
    if not shown or not shown.isprintable() or len(name) > LONGEST_ID:
        zh = f"姓名须写 1 到 {LONGEST_ID} 个看得见的字，不能有换行等看不见的字符。请重写 --as。"
        en = f"A name has 1 to {LONGEST_ID} characters that are seen, and no line break. Write --as anew."
        raise WrongUse(Words(zh, en))


def same_person(one: str, other: str) -> bool:
    """Say whether two names are one, whatever their case, width and spaces."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
