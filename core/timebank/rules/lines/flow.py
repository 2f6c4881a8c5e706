"""Lists and maps on one line, ``[a, b]`` and ``{key: value}``: read from left to right up to the first slip."""

from __future__ import annotations

import re
from dataclasses import dataclass

from timebank.rules.characters import MOST_DEPTH
from timebank.rules.lines.labels import comma_in_label
from timebank.rules.lines.plain import WIDE_BRACKETS, Plain, end_of_plain
from timebank.rules.lines.quotes import WIDE, end_of_quoted
from timebank.rules.lines.slip import Slip, guess, splice
from timebank.rules.lines.sound import KEY

_CLOSING = {"{": "}", "[": "]"}
_KEY_THEN_COLON = re.compile(rf"({KEY})\s*+([:：﹕︰∶])(\s*+)")


@dataclass(slots=True)
class _Frame:
    """A bracket that is open: which, where, and whether an item stands in it since the last comma."""

    mark: str
    start: int
    filled: bool = False


class Flow:
    """Reads one list or map."""

    def __init__(self, line: str, start: int) -> None:
        self.line = line
        self.at = start
        self.end = _before_comment(line, start)
        self.frames: list[_Frame] = []

    def read(self) -> int | Slip:
        """Return the index after the list or map, or the first slip in it."""
        while True:
            self._skip_blanks()
            slip = self._end_of_line() if self.at >= self.end else self._next()
            if slip is not None:
                return slip
            if not self.frames:
                return self.at

    def _skip_blanks(self) -> None:
        while self.at < self.end and self.line[self.at] == " ":
            self.at += 1

    def _end_of_line(self) -> Slip:
        """Some brackets are still open: the innermost is shown, all are closed to read on."""
        closing = "".join(_CLOSING[frame.mark] for frame in reversed(self.frames))
        text = self.line[: self.end].rstrip()
        mended = text + closing + self.line[self.end :]
        frame = self.frames[-1]
        return Slip("Y28", frame.start, mended, facts={"mark": frame.mark, "close": _CLOSING[frame.mark]})

    def _next(self) -> Slip | None:
        mark = self.line[self.at]
        if mark in WIDE_BRACKETS:
            return splice("Y10", self.line, self.at, self.at + 1, WIDE_BRACKETS[mark], text=mark)
        if mark in "]}":
            return self._close(mark)
        if mark == ",":
            return self._comma()
        if self.frames and self.frames[-1].filled:
            return self._no_comma()
        if self.frames and self.frames[-1].mark == "{" and (slip := self._key()) is not None:
            return slip
        return self._list_that_went_on() or self._value()

    def _list_that_went_on(self) -> Slip | None:
        """A key inside a list inside a map: the list should have ended before the comma."""
        frame = self.frames[-1] if self.frames else None
        if frame is None or frame.mark != "[" or len(self.frames) == 1:
            return None
        found = _KEY_THEN_COLON.match(self.line, self.at)
        comma = self.line.rfind(",", frame.start, self.at)
        if found is None or found[2] != ":" or not found[3] or comma < 0:
            return None
        return guess("Y28", self.line, (frame.start, comma, comma), "]", mark="[", close="]")

    def _close(self, mark: str) -> Slip | None:
        frame = self.frames[-1]
        if _CLOSING[frame.mark] == mark:
            self.frames.pop()
            self.at += 1
            return None
        if any(_CLOSING[outer.mark] == mark for outer in self.frames[:-1]):
            missing = _CLOSING[frame.mark]
            at = (frame.start, self.at, self.at)
            return guess("Y28", self.line, at, missing, mark=frame.mark, close=missing)
        at = (self.at, self.at, self.at + 1)
        return guess("Y36", self.line, at, _CLOSING[frame.mark], mark=mark, close=_CLOSING[frame.mark])

    def _comma(self) -> Slip | None:
        frame = self.frames[-1]
        if not frame.filled:
            return guess("Y40", self.line, (self.at, self.at, self.at + 1), "")
        frame.filled = False
        self.at += 1
        return None

    def _no_comma(self) -> Slip:
        mark = self.line[self.at]
        if self.line[: self.at].rstrip()[-1] in "\"'" and self._no_key_here():
            text = self.line[self.at : end_of_plain(self.line, self.at, self.end)].rstrip() or mark
            return guess("Y37", self.line, (self.at, self.at, self.at + len(text)), "", text=text)
        if mark in "，；、;":
            return splice("Y09", self.line, self.at, self.at + 1, ", ", text=mark)
        word = re.match(r"[^\s,\[\]{}:：]*", self.line[self.at :])
        text = word[0] if word and word[0] else mark
        return guess("Y34", self.line, (self.at, self.at, self.at), ", ", text=text)

    def _no_key_here(self) -> bool:
        """Say whether what follows is no key that merely lacks the comma before it."""
        return self.line[self.at] not in "，；、;\"'" and _KEY_THEN_COLON.match(self.line, self.at) is None

    def _key(self) -> Slip | None:
        """Take a key and its colon, or return what is wrong with them."""
        line, start = self.line, self.at
        if line[start] in "\"'":
            end = end_of_quoted(line, start)
            if isinstance(end, Slip):
                return end
            self.at = end
            colon = re.compile(r"\s*:\s*").match(line, end)
            if colon is None:
                return guess("Y30", line, (start, end, end), ":", text=line[start:end])
            self.at = colon.end()
            return None
        if line[start] in WIDE:
            found = re.compile(rf"[{WIDE}]({KEY})[{WIDE}\"]").match(line, start)
            if found is not None:
                return splice("Y08", line, start, found.end(), found[1], text=found[0])
        found = _KEY_THEN_COLON.match(line, start)
        if found is not None:
            return self._colon(found)
        return self._odd_key()

    def _colon(self, found: re.Match[str]) -> Slip | None:
        if found[2] != ":":
            return splice("Y07", self.line, found.start(2), found.end(), ": ", text=found[1])
        if not found[3] and found.end() < self.end and self.line[found.end()] not in ",]}":
            return splice("Y11", self.line, found.start(2), found.end(), ": ", text=found[1])
        self.at = found.end()
        self._skip_blanks()
        if self.at >= self.end or self.line[self.at] in ",]}":
            self.frames[-1].filled = True  # a key without a value is for the next stage to tell
        return None

    def _odd_key(self) -> Slip | None:
        """A key that is no plain word: in another language, or without its colon."""
        start = self.at
        if (slip := comma_in_label(self.line, self.frames[-1].start, start, self.end)) is not None:
            return slip
        stop = end_of_plain(self.line, start, self.end)
        if stop < self.end and self.line[stop] == ":":
            self.at = stop + 1
            self._skip_blanks()
            return None
        text = self.line[start:stop]
        wide = re.match(r"([^\s：]+)\s*：\s*", text)
        if wide is not None:
            at = start + wide.end(1)
            return splice("Y07", self.line, at, start + wide.end(), ": ", text=wide[1])
        thousands = re.match(r"(\d{3})\b", text)
        before = re.search(r"\d+,$", self.line[:start])
        if thousands is not None and before is not None:
            meant = before[0][:-1] + thousands[1]
            comma = (start - 1, start - 1, start)
            return guess("Y52", self.line, comma, "", text=before[0] + thousands[1], meant=meant)
        word = re.match(rf"({KEY})\s*", text)
        if word is None:
            return guess("Y30", self.line, (start, stop, stop), ": x", text=text.strip())
        at = start + word.end(1)
        return guess("Y30", self.line, (start, at, start + word.end()), ": ", text=word[1])

    def _value(self) -> Slip | None:
        """Take the start of a list or map, a quoted text or a plain one, or return what is wrong with it."""
        if self.frames:
            if self.frames[-1].filled:
                return None
            self.frames[-1].filled = True
        self._skip_marks()
        mark = self.line[self.at] if self.at < self.end else ","  # the next stage tells a key without a value
        if mark in ",]}":
            return None
        if mark in "[{":
            return self._open(mark)
        if mark in WIDE_BRACKETS and WIDE_BRACKETS[mark] in "[{":
            return splice("Y10", self.line, self.at, self.at + 1, WIDE_BRACKETS[mark], text=mark)
        return self._quoted() if mark in "\"'" else self._plain()

    def _skip_marks(self) -> None:
        """Pass an anchor, an alias or a tag: the parser's events tell of them."""
        if self.at < self.end and self.line[self.at] in "&*!":
            found = re.compile(r"[^\s,\[\]{}]*\s*").match(self.line, self.at, self.end)
            self.at = found.end() if found is not None else self.at + 1

    def _open(self, mark: str) -> Slip | None:
        if len(self.frames) > MOST_DEPTH:
            return Slip("Y20", self.at, facts={"most": MOST_DEPTH})
        self.frames.append(_Frame(mark, self.at))
        self.at += 1
        return None

    def _quoted(self) -> Slip | None:
        end = end_of_quoted(self.line, self.at)
        if isinstance(end, Slip):
            return end
        self.at = end
        return None

    def _plain(self) -> Slip | None:
        """Take a text without quotes, or return what is wrong with it."""
        stop = end_of_plain(self.line, self.at, self.end)
        text = Plain(self.line, self.at, stop, self.end, in_map=self.frames[-1].mark == "{")
        slip = text.slip()
        self.at = max(stop, self.at + 1)
        return slip


def _before_comment(line: str, start: int) -> int:
    """Return where a comment begins, or the end of the line; a mark inside quotes begins none."""
    bare = re.sub(r'"(?:[^"\\]|\\.)*+"', lambda found: "x" * len(found[0]), line)
    found = re.compile(r"\s#").search(bare, start)
    return len(line.rstrip()) if found is None else found.start()
