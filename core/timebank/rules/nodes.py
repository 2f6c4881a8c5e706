"""From YAML text to plain data and the place of every key and value, without PyYAML's own typing.

The text is read as parser events, one loop and no recursion, so depth is known before anything is built
and the C loader cannot be driven out of its stack.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from timebank.rules.characters import faults_in_characters, unseen_in
from timebank.rules.faults import Fault, Path, fault
from timebank.rules.scalars import looks_like_a_date, trap_in, typed
from timebank.rules.syntax import faults_of_syntax, punctuation_of_scalar

MOST_DEPTH = 20
# `on` says what a cap is on. YAML 1.1 takes the word for true; as a key of our own it stays text.
OUR_KEYS = frozenset({"on"})
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Place:
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


@dataclass(slots=True)
class Reading:
    """What a text holds.

    Attributes:
        tree: the top mapping as plain data, or None when the text cannot be read.
        positions: the place of each path.
        faults: what is wrong with the writing.
        faulted: paths whose value or key already has a fault, so that no second one is reported.
        excused: paths of keys that are missing only because they are mistyped.
        plain_dates: paths with an unquoted YYYY-MM-DD.
    """

    tree: dict[str, Any] | None = None
    positions: dict[Path, Place] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    faulted: set[Path] = field(default_factory=set)
    excused: set[Path] = field(default_factory=set)
    plain_dates: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def place(self, path: Path) -> Place:
        """Return the place of a path, or of the nearest block around it."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.positions:
                return self.positions[path[:length]]
        return Place(1, 1, 1, 1, 1, 1)


class _Stop(Exception):
    """Reading on makes no sense; the fault is already noted."""


@dataclass(slots=True)
class _Frame:
    """A mapping or list whose end has not come yet."""

    data: Any
    path: Path
    start: tuple[int, int]
    key_at: tuple[int, int]
    pending: str | None = None
    pending_at: tuple[int, int] = (1, 1)
    first_at: dict[str, int] = field(default_factory=dict)
    duplicates: int = 0
    skipping: bool = False


class _Composer:
    """Builds one reading from the events of one text."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.reading = Reading()
        self.frames: list[_Frame] = []
        self.documents = 0
        self.top: Any = None

    def take(self, event: Any) -> None:
        """Take the next event of the parser."""
        match event:
            case yaml.ScalarEvent():
                self._scalar(event)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._open(event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._close(event)
            case yaml.AliasEvent():
                self._fatal("Y13", event, mark=f"*{event.anchor}")
            case yaml.DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    self._fatal("Y21", event)
                if event.version or event.tags:
                    self._fatal("Y23", event)

    def _fault(self, code: str, at: tuple[int, int], path: Path, **facts: Any) -> None:
        self.reading.faults.append(fault(code, self.file, at, path, **facts))
        self.reading.faulted.add(path)

    def _fatal(self, code: str, event: Any, **facts: Any) -> None:
        self._fault(code, _at(event.start_mark), self._here(), **facts)
        raise _Stop

    def _here(self) -> Path:
        if not self.frames:
            return ()
        frame = self.frames[-1]
        if isinstance(frame.data, list):
            return (*frame.path, len(frame.data))
        return frame.path if frame.pending is None else (*frame.path, frame.pending)

    def _refuse_marks(self, event: Any) -> None:
        if event.anchor is not None:
            self._fault("Y13", _at(event.start_mark), self._here(), mark=f"&{event.anchor}")
        if event.tag is not None:
            self._fault("Y14", _at(event.start_mark), self._here(), tag=event.tag)

    def _open(self, event: Any) -> None:
        self._refuse_marks(event)
        if len(self.frames) >= MOST_DEPTH:
            self._fatal("Y20", event, most=MOST_DEPTH)
        if self.frames and isinstance(self.frames[-1].data, dict) and self.frames[-1].pending is None:
            self._fatal("Y22", event)
        start = _at(event.start_mark)
        data: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        key_at = (
            self.frames[-1].pending_at if self.frames and isinstance(self.frames[-1].data, dict) else start
        )
        self.frames.append(_Frame(data, self._here(), start, key_at))

    def _close(self, event: Any) -> None:
        frame = self.frames.pop()
        self._put(frame.data, frame.path, frame.start, _at(event.end_mark))

    def _scalar(self, event: Any) -> None:
        self._refuse_marks(event)
        frame = self.frames[-1] if self.frames else None
        if frame is not None and isinstance(frame.data, dict) and frame.pending is None:
            self._key(frame, event)
            return
        path, start = self._here(), _at(event.start_mark)
        value: Any = event.value
        if not event.style:
            value = self._plain(event, path, start)
        elif (unseen := unseen_in(value)) is not None:
            self._fault("Y03", start, path, character=unseen)
        self._put(value, path, start, _at(event.end_mark))

    def _plain(self, event: Any, path: Path, start: tuple[int, int]) -> Any:
        text: str = event.value
        if not text and path in self.reading.faulted:
            return text
        if event.start_mark.line != event.end_mark.line and text:
            self._fault("Y24", start, path, next=start[0] + 1)
            return text
        code = trap_in(text) or punctuation_of_scalar(text, in_list=bool(path) and isinstance(path[-1], int))
        if code is not None:
            self._fault(code, start, path, text=text)
            return text
        if looks_like_a_date(text):
            self.reading.plain_dates[path] = start
        return typed(text)

    def _key(self, frame: _Frame, event: Any) -> None:
        key, at = str(event.value), _at(event.start_mark)
        if key in frame.first_at:
            self._fault("Y12", at, (*frame.path, key), key=key, first=frame.first_at[key])
            frame.duplicates += 1
            frame.skipping = True
            frame.pending = f"{key} ({frame.duplicates + 1})"
        else:
            frame.first_at[key] = at[0]
            frame.pending = key
            if not event.style:
                self._plain_key(frame, key, at)
        frame.pending_at = at

    def _plain_key(self, frame: _Frame, key: str, at: tuple[int, int]) -> None:
        path = (*frame.path, key)
        if key in OUR_KEYS:
            return
        if key == "<<":
            self._fault("Y13", at, path, mark="<<")
        elif (code := trap_in(key)) is not None:
            self._fault(code, at, path, text=key)
        elif not isinstance(typed(key), str):
            self._fault("Y25", at, path, text=key)
        elif (found := punctuation_of_scalar(key, as_key=True)) is not None:
            self._fault(found, at, path, text=key)

    def _put(self, value: Any, path: Path, start: tuple[int, int], end: tuple[int, int]) -> None:
        if not self.frames:
            self.top = value
            self.reading.positions[()] = Place(*start, *start, *end)
            return
        frame = self.frames[-1]
        if isinstance(frame.data, list):
            frame.data.append(value)
            self.reading.positions[path] = Place(*start, *start, *end)
            return
        if frame.pending is not None and not frame.skipping:
            frame.data[frame.pending] = value
        frame.pending, frame.skipping = None, False
        self.reading.positions[path] = Place(*start, *frame.pending_at, *end)


def read_nodes(text: str, file: str) -> Reading:
    """Return what a rule file's text holds, and everything wrong with its writing.

    Args:
        text: the whole text.
        file: its name, for the faults.
    """
    unseen = faults_in_characters(text, file)
    if unseen:
        return Reading(faults=unseen)
    composer = _Composer(file)
    reading = composer.reading
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            composer.take(event)
    except _Stop:
        return reading
    except yaml.YAMLError as broken:
        told = [found for found in reading.faults if found.code != "Y24"]
        reading.faults = [*told, *faults_of_syntax(text, file, broken)]
        return reading
    if isinstance(composer.top, dict):
        reading.tree = composer.top
    else:
        reading.faults.append(fault("Y26", file, (1, 1), ()))
    return reading


def _at(mark: Any) -> tuple[int, int]:
    return (mark.line + 1, mark.column + 1)
