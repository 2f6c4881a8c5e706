"""A draft on its way to publication: its exact bytes, and where it lies and will lie."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from timebank.rules.faults import RulesBroken
from timebank.rules.on_disk import content_of
from timebank.rules.rule_set import digest_of


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

    def has_changed(self) -> bool:
        """Say whether its file holds other bytes by now; one that is gone does not."""
        return self.file.exists() and content_of(self.file, self.folder)[0] != self.content


def read_draft(city: str, folder: Path, file: Path) -> DraftFile:
    """Return a draft with its bytes.

    Raises:
        RulesBroken: it is not to be read: a link out of the city's folder, no plain file, or too large.
    """
    content, faults = content_of(file, folder)
    if faults:
        raise RulesBroken(faults)
    return DraftFile(city, folder, file, content)
