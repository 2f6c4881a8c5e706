"""A rule file under check: any part may be missing or of a wrong kind, and asking never fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from timebank.domain.refusal import BadInput
from timebank.rules.amounts import minutes_of
from timebank.rules.faults import MOST_FAULTS, Enough, Fault, Path, dotted, fault
from timebank.rules.nodes import Reading


class Draft:
    """The content of a file that may be broken, and the faults found in it so far.

    What already has a fault of typing or shape is given out as missing, so that one slip is one fault.
    """

    def __init__(self, reading: Reading, file: str) -> None:
        self.reading = reading
        self.file = file
        self.faults: list[Fault] = []
        self._broken: dict[Path, bool] = {}

    def at(self, *path: str | int) -> Any:
        """Return what stands at a path, or None."""
        node: Any = self.reading.tree
        for depth, step in enumerate(path, start=1):
            if path[:depth] in self.reading.faulted:
                return None
            if isinstance(node, dict):
                node = node.get(step)
            elif isinstance(node, list) and isinstance(step, int) and step < len(node):
                node = node[step]
            else:
                return None
        return node

    def text(self, *path: str | int) -> str | None:
        """Return the text at a path, or None."""
        value = self.at(*path)
        return value if isinstance(value, str) else None

    def block(self, *path: str | int) -> dict[str, Any]:
        """Return the block at a path, or an empty one."""
        value = self.at(*path)
        return value if isinstance(value, dict) else {}

    def items(self, *path: str | int) -> Iterator[tuple[Path, str]]:
        """Return the texts of a list with their paths."""
        value = self.at(*path)
        for index, item in enumerate(value if isinstance(value, list) else ()):
            if isinstance(item, str) and self.text(*path, index) is not None:
                yield (*path, index), item

    def paths(self, pattern: str) -> Iterator[Path]:
        """Return the paths of what a dotted pattern such as ``credit.units.*`` finds in the file."""
        found: list[Path] = [()]
        for step in pattern.split("."):
            found = [inner for path in found for inner in self._inner(path, step)]
        return iter(found)

    def _inner(self, path: Path, step: str) -> Iterator[Path]:
        value = self.at(*path)
        if isinstance(value, list) and step == "*":
            yield from ((*path, index) for index in range(len(value)))
        elif isinstance(value, dict):
            keys = value if step == "*" else [step]
            yield from ((*path, key) for key in keys if self.at(*path, key) is not None)

    def excused(self, *path: str | int) -> bool:
        """Say whether a missing key is missing only because it is mistyped."""
        return path in self.reading.excused or path[:-1] in self.reading.unsure

    def is_broken(self, *path: str | int) -> bool:
        """Say whether a block, or the key of an entry in it, is a fault already: what it declares is not known."""
        if path not in self._broken:  # no fault of typing or shape is found any more
            depth = len(path)
            self._broken[path] = any(
                found[:depth] == path and len(found) <= depth + 1
                for found in (*self.reading.faulted, *self.reading.unsure)
            )
        return self._broken[path]

    def add(self, code: str, path: Path, *, at_key: bool = False, **facts: Any) -> None:
        """Note a fault, unless this very path already has one.

        Raises:
            Enough: there are so many that no more are looked for.
        """
        if path in self.reading.faulted:
            return
        place = self.reading.place(path)
        if len(self.faults) == MOST_FAULTS:
            self.faults.append(fault("R35", self.file, place.key, (), most=MOST_FAULTS))
            raise Enough
        self.faults.append(fault(code, self.file, place.key if at_key else place.value, path, **facts))

    def minutes(self, *path: str | int) -> int | None:
        """Return a duration in minutes, or None where it is missing or already a fault."""
        text = self.text(*path)
        try:
            return None if text is None else minutes_of(text)
        except BadInput:
            return None

    def need(self, path: Path, key: str, because: Path) -> None:
        """Note the lack of a key that another one makes necessary."""
        there = (*path, key)
        if self.at(*there) is None and not self.excused(*there) and there not in self.reading.faulted:
            self.add("R16", path, at_key=True, key=dotted(there), because=dotted(because))
