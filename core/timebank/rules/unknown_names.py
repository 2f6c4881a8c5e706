"""Names that nothing declares: each is told once, where it stands first, with the other lines that use it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from timebank.domain.words import Words
from timebank.rules.draft import Draft
from timebank.rules.faults import Path

_MOST_LINES = 20  # that are listed of one name


@dataclass(slots=True)
class _Unknown:
    """One name: what is said of it, and where it stands, as (line, column, path, whether at its key)."""

    code: str
    facts: dict[str, Any]
    places: list[tuple[int, int, Path, bool]] = field(default_factory=list)


class UnknownNames:
    """Collects the names that a file uses and nothing in it declares."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._found: dict[tuple[str, str], _Unknown] = {}

    def note(
        self, code: str, path: Path, block: str, name: str, *, at_key: bool = False, **facts: Any
    ) -> None:
        """Take one place, unless it has a fault already.

        Args:
            code: of the message, the same for every place of a name.
            path: of the value, or of the key.
            block: where the name should be declared.
            name: as it stands in the file.
            at_key: the name is the key at the path.
            facts: what the message names beside them.
        """
        place = self._draft.reading.place(path)
        line, column = place.key if at_key else place.value
        if path in self._draft.reading.faulted or line in self._draft.reading.slipped:
            return
        unknown = self._found.setdefault(
            (block, name), _Unknown(code, {**facts, "block": block, "name": name})
        )
        unknown.places.append((line, column, path, at_key))

    def tell(self) -> None:
        """Note each name as one fault, at the first of its places in the file.

        Raises:
            Enough: there are so many that no more are looked for.
        """
        for unknown in self._found.values():
            (_, _, path, at_key), *others = sorted(unknown.places, key=lambda place: place[:2])
            lines = sorted({line for line, *_ in others})
            self._draft.add(
                unknown.code, path, at_key=at_key, more=_more(len(others), lines), **unknown.facts
            )


def _more(count: int, lines: list[int]) -> Words:
    """Return where else a name stands, in words; nothing where it stands nowhere else."""
    if not count:
        return Words("", "")
    shown = [str(line) for line in lines[:_MOST_LINES]] + ["…"] * (len(lines) > _MOST_LINES)
    return Words(
        f"另有 {count} 处：第 {'、'.join(shown)} 行。",
        f" It stands in {count} more places: lines {', '.join(shown)}.",
    )
