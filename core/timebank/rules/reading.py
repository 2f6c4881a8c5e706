"""What a rule file's text holds: its content as plain data, and the place of every key and value."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from timebank.rules.faults import Fault, Path


class Place(NamedTuple):
    """Where a value and its key stand; lines and columns from 1. The end is just after the last character."""

    line: int
    column: int
    key_line: int
    key_column: int
    end_line: int
    end_column: int

    @property
    def value(self) -> tuple[int, int]:
        """Return line and column of the value."""
        return (self.line, self.column)

    @property
    def key(self) -> tuple[int, int]:
        """Return line and column of the key; for a list item, of the item."""
        return (self.key_line, self.key_column)


class FaultedPaths(set[Path]):
    """Paths that have a fault, and of each block the keys at or below which one lies."""

    def __init__(self) -> None:
        super().__init__()
        self._keys: dict[Path, set[str | int]] = {}

    def add(self, path: Path) -> None:
        """Take one path more."""
        super().add(path)
        for depth, step in enumerate(path):
            self._keys.setdefault(path[:depth], set()).add(step)

    def keys_in(self, block: Path) -> Set[str | int]:
        """Return the keys of a block at or below which a fault lies."""
        return self._keys.get(block, frozenset())


@dataclass(slots=True)
class Reading:
    """What a text holds.

    Attributes:
        tree: the top mapping as plain data, or None when the text cannot be read.
        positions: the place of each path.
        faults: what is wrong with the writing.
        faulted: paths whose value or key already has a fault, so that no second one is reported.
        slipped: lines whose writing has a fault, about which no later check says more.
        unsure: blocks in which a key that seems missing may stand on a line nobody can read.
        excused: paths of keys that are missing only because they are mistyped.
        plain_dates: paths with an unquoted YYYY-MM-DD.
    """

    tree: dict[str, Any] | None = None
    positions: dict[Path, Place] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    faulted: FaultedPaths = field(default_factory=FaultedPaths)
    slipped: set[int] = field(default_factory=set)
    unsure: set[Path] = field(default_factory=set)
    excused: set[Path] = field(default_factory=set)
    plain_dates: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def place(self, path: Path) -> Place:
        """Return the place of a path, or of the nearest block around it."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.positions:
                return self.positions[path[:length]]
        return Place(1, 1, 1, 1, 1, 1)
