"""From the events of the YAML parser to plain data and places, without PyYAML's own typing.

The events are taken one by one and without recursion, so depth is known before anything is built and the C loader
cannot be driven out of its stack.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any, ClassVar

import yaml

from timebank.rules.characters import MOST_DEPTH, unseen_in
from timebank.rules.faults import Path, fault
from timebank.rules.reading import Place, Reading
from timebank.rules.scalars import looks_like_a_date, trap_in, typed

# `on` says what a cap is on. YAML 1.1 takes the word for true; as a key of our own it stays text.
OUR_KEYS = frozenset({"on"})


class Stop(Exception):
    """Reading on makes no sense; the fault is already noted."""


_DAY = len("YYYY-MM-DD")


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


class Composer:
    """Builds one reading from the events of one text."""

    def __init__(self, file: str, told: Set[int] = frozenset()) -> None:
        """Start with nothing.

        Args:
            file: name of the file, for the faults.
            told: lines that have a fault already, about which nothing more is said.
        """
        self.file = file
        self.told = told
        self.reading = Reading()
        self.frames: list[_Frame] = []
        self.documents = 0
        self.top: Any = None

    def take(self, event: Any) -> None:
        """Take the next event of the parser."""
        take = self._TAKES.get(type(event))
        if take is not None:
            take(self, event)

    def _fault(self, code: str, at: tuple[int, int], path: Path, **facts: Any) -> None:
        if at[0] in self.told:
            return
        self.reading.faults.append(fault(code, self.file, at, path, **facts))
        self.reading.faulted.add(path)

    def _alias(self, event: Any) -> None:
        self._fatal("Y13", event, mark=f"*{event.anchor}")

    def _document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            self._fatal("Y21", event)
        if event.version or event.tags:
            self._fatal("Y23", event)

    def _fatal(self, code: str, event: Any, **facts: Any) -> None:
        self._fault(code, _at(event.start_mark), self._here(), **facts)
        raise Stop

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
        code = trap_in(text)
        if code is not None:
            self._fault(code, start, path, text=text, **({"meant": text[:_DAY]} if code == "Y58" else {}))
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

    _TAKES: ClassVar[Mapping[type, Callable[[Composer, Any], None]]] = {
        yaml.ScalarEvent: _scalar,
        yaml.MappingStartEvent: _open,
        yaml.SequenceStartEvent: _open,
        yaml.MappingEndEvent: _close,
        yaml.SequenceEndEvent: _close,
        yaml.AliasEvent: _alias,
        yaml.DocumentStartEvent: _document,
    }


def _at(mark: Any) -> tuple[int, int]:
    return (mark.line + 1, mark.column + 1)
