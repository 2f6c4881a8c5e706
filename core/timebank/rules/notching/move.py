"""One move of one value, and the rule set that comes of it."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from timebank.domain.words import Words
from timebank.rules.faults import Path, dotted
from timebank.rules.suggestions import written

REMOVED: Any = object()


class MoveKind(enum.StrEnum):
    """How a value is moved."""

    MORE = "more"
    LESS = "less"
    OTHER = "other"
    WITHOUT = "without"
    WITH = "with"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Move:
    """One value of a rule file, moved one step.

    Attributes:
        path: what is moved; for a list that loses or gains an item, the list.
        kind: how.
        was: the value in the file, as plain data.
        now: what stands there afterwards; ``REMOVED`` for nothing.
        item: the item that a list loses or gains.
        line: where it stands in the file.
    """

    path: Path
    kind: MoveKind
    was: Any
    now: Any
    item: Any = None
    line: int = 1

    @property
    def dotted(self) -> str:
        """Return the path as people write it."""
        return dotted(self.path)

    @property
    def words(self) -> Words:
        """Return the move as people would say it: ``15 min → 16 min``."""
        if self.kind is MoveKind.GONE:
            return Words("整块去掉", "taken out")
        if self.kind is MoveKind.WITHOUT:
            return Words(f"少了 {written(self.item)}", f"without {written(self.item)}")
        if self.kind is MoveKind.WITH:
            return Words(f"多了 {written(self.item)}", f"with {written(self.item)}")
        step = f"{written(self.was)} → {written(self.now)}"
        return Words(step, step)

    def read_in(self, notes: Iterable[str]) -> bool:
        """Say whether a value that this move touches is among the paths that were asked for.

        Args:
            notes: as ``rules.noting`` gives them.
        """
        path, names = self.dotted, f"{dotted(self.path[:-1])}.*".removeprefix(".")
        below = f"{path}."
        gone = self.kind is MoveKind.GONE
        return any(note == path or note.startswith(below) or (gone and note == names) for note in notes)


def edited(tree: Mapping[str, Any], path: Path, now: Any) -> dict[str, Any]:
    """Return plain data with another value at a path, or without it; what is not on the way is shared.

    Args:
        tree: plain data, maps and lists.
        path: what changes.
        now: the new value, or ``REMOVED``.
    """
    changed: dict[str, Any] = _edited(tree, path, now)
    return changed


def _edited(node: Any, path: Path, now: Any) -> Any:
    if not path:
        return now
    step, rest = path[0], path[1:]
    copy: Any = dict(node) if isinstance(node, Mapping) else list(node)
    if not rest and now is REMOVED:
        del copy[step]
    else:
        copy[step] = _edited(copy[step], rest, now)
    return copy
