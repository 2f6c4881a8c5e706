"""Indents, two blanks a level: which line stands where no line may, and where it was meant to stand.

A line in the wrong place often shows only on the next one. The lines around decide which of the two is out of place: the
line between others that fit each other is the one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from timebank.rules.lines.line import STEP, Line


@dataclass(slots=True)
class _Level:
    """One open level: where its lines are meant to stand, where some do and the keys seen, each with its first line."""

    meant: int
    actual: dict[int, int]
    opener: int | None = None  # number of the line above that opened it
    is_list: bool = False
    keys: dict[str, int] = field(default_factory=dict)

    def forget(self, number: int, line: Line) -> None:
        """Take back what a line put in first."""
        if self.actual.get(line.indent) == number:
            del self.actual[line.indent]
        if self.keys.get(line.key) == number:
            del self.keys[line.key]


@dataclass(slots=True)
class Straight:
    """Where every line is meant to stand.

    Attributes:
        indents: meant indent by line number, where it is not the one found.
        wrong: numbers of the lines that are out of place.
        dashes: numbers of the lines that begin with a dash among lines that do not.
        running_on: numbers of the lines that go on with the text of the line before, by the number of that line.
        above: number of the line that opened the block a line stands in, None at the top.
    """

    indents: dict[int, int] = field(default_factory=dict)
    wrong: list[int] = field(default_factory=list)
    dashes: list[int] = field(default_factory=list)
    running_on: dict[int, int] = field(default_factory=dict)
    above: dict[int, int | None] = field(default_factory=dict)


class Indents:
    """Walks the lines that hold something, from the first to the last."""

    def __init__(self, lines: Sequence[tuple[int, Line]]) -> None:
        self.lines = lines
        self.found = Straight()
        self.levels = [_Level(0, {0: 0})]
        self.last: tuple[int, Line, int] | None = None  # number, line, where it was meant to stand
        self.earlier: tuple[list[_Level], tuple[int, Line, int] | None] = ([], None)  # both, a line before

    def walk(self) -> Straight:
        """Return where every line is meant to stand."""
        for index, (number, line) in enumerate(self.lines):
            if self._runs_on(number, line):
                continue
            if line.dash and self._is_no_list(line):
                self.found.dashes.append(number)
                line = Line(line.indent, False, line.key, line.opens)  # noqa: PLW2901 - it was meant without
            meant = self._meant(index, number, line)
            if meant != line.indent:
                self.found.indents[number] = meant
            self._stand(number, line, meant)
        return self.found

    def _runs_on(self, number: int, line: Line) -> bool:
        """A line without a key, deeper than a line that is complete, goes on with its text."""
        if line.key or line.dash or self.last is None:
            return False
        above, last, meant = self.last
        if last.opens or not last.key or line.indent <= meant:
            return False
        self.found.running_on[number] = above
        return True

    def _is_no_list(self, line: Line) -> bool:
        """Say whether a dash stands among lines of the same block that have none."""
        level = next((level for level in reversed(self.levels) if line.indent in level.actual), None)
        return (
            level is not None and not level.is_list and line.indent != _child(self.last) and bool(level.keys)
        )

    def _meant(self, index: int, number: int, line: Line) -> int:
        child = _child(self.last)
        if line.indent == child:
            return line.indent
        level = next((level for level in reversed(self.levels) if line.indent in level.actual), None)
        if level is None:
            return self._misplaced(index, number, line, child)
        if child is not None and self._swallows(line):
            self._move_last(child - STEP - STEP)
            return child - STEP
        return level.meant

    def _swallows(self, line: Line) -> bool:
        """Say whether the opener above is too deep: among the keys of the block before it, its own lines after it.

        The level has the keys of its lines already, as ``label`` of the block before ``coin:``.
        """
        levels, _ = self.earlier
        if self.last is None or line.indent != self.last[1].indent or len(levels) < STEP:
            return False
        above, _, meant = self.last
        return levels[-1].meant == meant and levels[-1].keys.get(line.key, above) != above

    def _misplaced(self, index: int, number: int, line: Line, child: int | None) -> int:
        """A line that fits no open level: it, or the line above, is out of place."""
        wanted = line.indent - (0 if child is None else STEP)
        if self.last is not None and line.indent > self.last[1].indent and wanted > self.last[2]:
            (levels, before), above = self.earlier, self.last[0]
            stood = any(level.actual.get(wanted, above) != above for level in levels)
            fits = wanted == _child(before) or stood
            if fits and self._goes_on(index, child):
                self._move_last(wanted)
                return line.indent
        self.found.wrong.append(number)
        return self._nearest(index, line, child)

    def _goes_on(self, index: int, child: int | None) -> bool:
        """Say whether the next line speaks for the line above being the one out of place."""
        if index + 1 >= len(self.lines) or self.last is None:
            return True
        following, last = self.lines[index + 1][1], self.last[1]
        if child is not None:
            return following.indent != child
        return following.indent != last.indent or (following.opens and not last.opens)

    def _move_last(self, meant: int) -> None:
        """The line above is the one out of place: it stands where it was meant to after all."""
        if self.last is not None:
            number, line, _ = self.last
            self.found.wrong.append(number)
            self.found.indents[number] = meant
            self.levels, self.last = self.earlier
            for level in self.levels:
                level.forget(number, line)
            self._stand(number, line, meant)

    def _nearest(self, index: int, line: Line, child: int | None) -> int:
        """Return the level a line out of place most likely belongs to: of a block, the one its own lines tell."""
        if self.last is None:
            return 0
        if line.opens and index + 1 < len(self.lines):
            told = self.lines[index + 1][1].indent - STEP
            if told == child or any(level.meant == told for level in self.levels):
                return told
        if line.indent > self.last[2]:
            return self.last[2] if child is None else child
        free = [level for level in self.levels if line.key not in level.keys] or self.levels
        return min(free, key=lambda level: (abs(level.meant - line.indent), -level.meant)).meant

    def _stand(self, number: int, line: Line, meant: int) -> None:
        """Put a line on its level; deeper levels end, and a dash opens one of its own."""
        self.earlier = ([*self.levels], self.last)
        opener = self.last[0] if self.last is not None and meant > self.last[2] else None
        while self.levels and self.levels[-1].meant > meant:
            self.levels.pop()
        if not self.levels or self.levels[-1].meant < meant:
            self.levels.append(_Level(meant, {meant: number}, opener, line.dash))
        if all(line.indent != level.meant for level in self.levels):
            self.levels[-1].actual.setdefault(line.indent, number)
        if line.dash:
            stood = {meant + STEP: number, line.indent + STEP: number}
            self.levels.append(_Level(meant + STEP, stood, number))
        self.levels[-1].keys.setdefault(line.key, number)
        self.found.above[number] = self.levels[-1].opener
        self.last = (number, line, meant)


def _child(last: tuple[int, Line, int] | None) -> int | None:
    """Return where the lines of the block stand that a line opens, or None where it opens none."""
    if last is None or not last[1].opens:
        return None
    return last[2] + STEP + (STEP if last[1].dash else 0)
