"""The close look at a text of which some line is not sound: each slip found, each line mended as far as one can."""

from __future__ import annotations

import re

from timebank.rules.lines.indents import Indents
from timebank.rules.lines.keys import line_of, slip_of_line
from timebank.rules.lines.line import FIRST_CHINESE, STEP, Line, are_even
from timebank.rules.lines.slip import Slip
from timebank.rules.lines.sound import EMPTY, folded, sound
from timebank.rules.lines.straighten import Lines

_MOST_ON_A_LINE = 12
_MOST_LOOKED_AT = (
    400_000  # characters, each as often as it is looked at: ten slips on every line of the longest file
)
_CONFLICT = re.compile(
    r"([<=>|])\1{6}(?: |$)"
)  # what git leaves where two texts of a file do not fit each other
_LOSING = ("Y37", "Y46")  # their repair drops the rest of the line, and perhaps a key with it


class Mending:
    """Mends the lines of one text."""

    def __init__(self, lines: list[str]) -> None:
        """Take the lines, without their line ends."""
        self.lines = lines
        self.kept = list(lines)
        self.found = Lines("")
        self.held: list[tuple[int, Line]] = []
        self.unknown: list[int] = []
        self.left = _MOST_LOOKED_AT

    def _look_at_lines(self) -> None:
        """Look closely at every line that is not sound."""
        open_at: int | None = None
        self._merge()
        for number, fold in enumerate(folded("\n".join(self.lines)).split("\n"), start=1):
            known = sound(fold)
            line = self.lines[number - 1]
            if open_at is not None and _goes_on_inside(line, open_at):
                self.lines[number - 1] = ""
                continue
            open_at = None
            if known is not None:
                self.held.append((number, known))
            elif not EMPTY.fullmatch(line):
                open_at = self._look_at(number, line)

    def _merge(self) -> None:
        """Tell each place where two texts were merged and nobody chose, and read on with the first of the two."""
        marks = {
            number: found[1] for number, line in enumerate(self.lines, 1) if (found := _CONFLICT.match(line))
        }
        end = max((number for number, mark in marks.items() if mark == ">"), default=0)
        told = theirs = False
        for number in range(1, len(self.lines) + 1 if marks else 0):
            mark = marks.get(number, "")
            if mark:
                if not told:
                    self.found.slips[number] = [Slip("Y53", 0, facts={"mark": self.lines[number - 1][:7]})]
                told, theirs = mark != ">", mark in "|=" and number < end
            if mark or theirs:
                self.lines[number - 1] = ""

    def _look_at(self, number: int, line: str) -> int | None:
        """Mend a line as far as one can; return its indent where it leaves a bracket or quote open."""
        slips: list[Slip] = []
        certain = True
        now: str | None = line
        while now is not None and len(slips) < _MOST_ON_A_LINE and (self.left > 0 or not slips):
            self.left -= len(now)
            slip = None if EMPTY.fullmatch(now) else slip_of_line(now)
            if slip is None:
                break
            certain = certain and slip.certain
            if slip.code not in {other.code for other in slips}:
                slips.append(slip)
            elif not slip.certain:
                break
            now = slip.mended
            if certain and now is not None:
                self.kept[number - 1] = now
        if slips:
            self.found.slips[number] = slips
        self._keep(number, line, now)
        return line_of(line).indent if slips and slips[-1].code in ("Y27", "Y28", "Y43") else None

    def _keep(self, number: int, line: str, now: str | None) -> None:
        known = line_of(now if now is not None else line)
        if now is None:
            self.unknown.append(number)
            now = f"{' ' * known.indent}{'- ' if known.dash else ''}{known.key or '#'}: x"
            known = Line(known.indent, known.dash, known.key, opens=False)
        self.lines[number - 1] = now if known.key else "" if number in self.unknown else now
        if known.key or known.dash or number in self.unknown:
            self.held.append((number, known))

    def _look_at_indents(self) -> None:
        """Put every line on its level."""
        in_doubt = [number for number, slips in self.found.slips.items() if slips[-1].code in _LOSING]
        if are_even(self.held) and not in_doubt and not self.unknown:
            return
        straight = Indents(self.held).walk()
        for number, above in straight.running_on.items():
            self.lines[number - 1] = ""
            self.found.slips.pop(number, None)
            self.found.slips.setdefault(above, [Slip("Y24", self._value_at(above), facts={"next": number})])
        for number in straight.dashes:
            line = self.lines[number - 1]
            if line:  # of a line nobody can tell, the dash is gone as well
                self.found.slips.setdefault(number, [Slip("Y48", line.index("-"))])
                self.lines[number - 1] = line.replace("- ", "", 1)
        for number, indent in straight.indents.items():
            found = len(self.lines[number - 1]) - len(self.lines[number - 1].lstrip(" "))
            self.lines[number - 1] = " " * indent + self.lines[number - 1].lstrip(" ")
            if number in straight.wrong:
                facts: dict[str, str | int] = {"found": found, "wanted": indent}
                self.found.slips.setdefault(number, [Slip("Y39", found, facts=facts)])
        self.found.hidden = set(self.unknown) - set(straight.running_on)
        self.found.blocks_in_doubt = {
            straight.above.get(number) for number in (*self.found.hidden, *in_doubt)
        }

    def _value_at(self, number: int) -> int:
        line = self.lines[number - 1]
        start = line.find(": ")
        return len(line) - len(line.lstrip()) if start < 0 else len(line) - len(line[start + 1 :].lstrip())

    def done(self) -> Lines:
        """Return what was found, and the text without it."""
        self._look_at_lines()
        self._look_at_indents()
        self.found.text, self.found.kept = "\n".join(self.lines), "\n".join(self.kept)
        return self.found


def _goes_on_inside(line: str, indent: int) -> bool:
    """Say whether a line goes on with a list or text that the line above left open."""
    bare = line.lstrip(" ")
    deeper = len(line) - len(bare) >= indent + STEP
    return bool(bare) and (deeper or bare[0] in "]}'\"" or bare[0] >= FIRST_CHINESE)
