"""Text without quotes inside a list or a map, where commas, colons and brackets end it: the slips that show in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from timebank.rules.lines.quotes import wide_quotes
from timebank.rules.lines.slip import Slip, guess, splice
from timebank.rules.lines.sound import KEY

WIDE_BRACKETS = {"｛": "{", "［": "[", "【": "[", "〔": "[", "｝": "}", "］": "]", "】": "]", "〕": "]"}
_TEXT = re.compile(r"[^,\[\]{}:]*+(?::(?![\s,\[\]{}]|$)[^,\[\]{}:]*+)*+")
_LATE_KEY = re.compile(rf"(?:(?P<mark>[，；、;])\s*|(?P<gap>\s+))(?P<key>{KEY})\s*$")
_WIDE_KEY = re.compile(rf"(?P<mark>[，；、;])\s*(?P<key>{KEY})\s*：")
_IDS_BY_WIDE_COMMA = re.compile(r"[A-Za-z0-9_-]+\s*(?P<mark>[，、；])\s*[A-Za-z0-9_-]+")
_CLOSING_QUOTE = {"“": "”", "「": "」", "『": "』"}


def end_of_plain(line: str, start: int, end: int) -> int:
    """Return the index where a text ends: at a comma, a bracket, or a colon before a blank."""
    found = _TEXT.match(line, start, end)
    return found.end() if found is not None else start


@dataclass(frozen=True, slots=True)
class Plain:
    """One text without quotes: from where to where in which line, and whether it is a value in a map."""

    line: str
    start: int
    stop: int
    end: int
    in_map: bool

    def slip(self) -> Slip | None:
        """Return the first slip in the text, or None."""
        for look in (self._comma, self._colon, self._bracket, self._quote, self._first_mark, self._inner):
            slip = look()
            if slip is not None:
                return slip
        return None

    @property
    def text(self) -> str:
        """Return the text without the blanks after it."""
        return self.line[self.start : self.stop].rstrip()

    def _ends_in(self, marks: str) -> bool:
        return self.stop < self.end and self.line[self.stop] in marks

    def _comma(self) -> Slip | None:
        """A comma of a Chinese keyboard before the next key of a map, or between the names of a list."""
        found = _WIDE_KEY.search(self.text) if self.in_map else _IDS_BY_WIDE_COMMA.match(self.text)
        return None if found is None or (not self.in_map and self._ends_in(":")) else self._divided(found)

    def _divided(self, found: re.Match[str]) -> Slip:
        at = self.start + found.start("mark")
        end = at + 1 + len(self.line[at + 1 :]) - len(self.line[at + 1 :].lstrip())
        return splice("Y09", self.line, at, end, ", ", text=found["mark"])

    def _colon(self) -> Slip | None:
        """A second colon: the comma before its key is missing, or of a Chinese keyboard."""
        if not self._ends_in(":"):
            return None
        late = _LATE_KEY.search(self.line[self.start : self.stop]) if self.in_map else None
        if late is None:
            return Slip("Y31", self.stop)
        if late["mark"]:
            return self._divided(late)
        at, gap = self.start + late.start("key"), self.start + late.start("gap")
        return guess("Y34", self.line, (at, gap, at), ", ", text=late["key"])

    def _bracket(self) -> Slip | None:
        """A full-width bracket that closes what nothing in the text opens."""
        for opening, closing in ("｛｝", "［］", "【】"):
            if self.text.count(closing) > self.text.count(opening):
                at = self.start + self.text.rindex(closing)
                return splice("Y10", self.line, at, at + 1, WIDE_BRACKETS[closing], text=closing)
        return None

    def _quote(self) -> Slip | None:
        """Full-width quotes around a text, which a comma in it may divide."""
        first = self.line[self.start]
        if first in _CLOSING_QUOTE:
            last = rf"[{_CLOSING_QUOTE[first]}\"](?=\s*(?:[,\]}}]|$))"
            found = re.compile(rf"{first}([^“”「」『』\"]*+){last}").match(self.line, self.start, self.end)
            if found is not None:
                return splice("Y08", self.line, self.start, found.end(), f'"{found[1]}"', text=found[0])
        return wide_quotes(self.line, self.start, self.start + len(self.text))

    def _first_mark(self) -> Slip | None:
        """A mark with which YAML lets no text begin."""
        if self.text[:1] not in ("@", "`", "%"):
            return None
        end = self.start + len(self.text)
        return guess("Y32", self.line, (self.start, self.start, end), f'"{self.text}"')

    def _inner(self) -> Slip | None:
        """A bracket inside a text."""
        if self.text and self._ends_in("[{"):
            return Slip("Y45", self.stop, facts={"text": self.line[self.stop]})
        return None
