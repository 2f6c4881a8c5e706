"""One call of the command line: its language, its form, its configuration, and how it speaks."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from timebank.domain.words import Words

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

CONFIG_VARIABLE = "TIMEBANK_CONFIG"
DEFAULT_CONFIG = Path("config/timebank.yaml")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LANGUAGE_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


@dataclass
class Session:
    """How one call speaks.

    Attributes:
        language: ``zh`` or ``en``.
        as_json: one JSON value on standard output in place of sentences.
        config: the configuration file.
        stdout: where what was asked for goes.
        stderr: where progress and complaints go.
        width: columns of the terminal; found out unless given.
    """

    language: str
    config: Path
    as_json: bool = False
    stdout: TextIO = field(default_factory=lambda: sys.stdout)
    stderr: TextIO = field(default_factory=lambda: sys.stderr)
    width: int | None = None

    @cached_property
    def out(self) -> Console:
        """Return standard output as a terminal; made when first asked for, so that plain answers wait for no rich."""
        from rich.console import Console  # noqa: PLC0415

        return Console(file=self.stdout, width=self.width, highlight=False, soft_wrap=False)

    @cached_property
    def err(self) -> Console:
        """Return standard error as a terminal."""
        from rich.console import Console  # noqa: PLC0415

        return Console(file=self.stderr, width=self.width, highlight=False)

    def text(self, words: Words) -> str:
        """Return a sentence in the reader's language."""
        return obeyed_by_no_terminal(words.in_language(self.language))

    def say(self, words: Words, style: str = "") -> None:
        """Print a sentence; with JSON nobody asked for one."""
        if not self.as_json:
            self.out.print(self.text(words), style=style, markup=False, soft_wrap=True)

    def write(self, text: str) -> None:
        """Print lines as they are, but for marks that a terminal would obey."""
        self.stdout.write(obeyed_by_no_terminal(text) + "\n")

    def give(self, value: Any) -> None:
        """Print the one JSON value of this call."""
        text = json.dumps(value, ensure_ascii=False, indent=2, default=str)
        self.stdout.write(text + "\n")

    @contextmanager
    def progress(self, what: Words, total: int | None = None) -> Iterator[Advance]:
        """Show progress of long work on standard error, where somebody watches it."""
        from rich.progress import (  # noqa: PLC0415
            BarColumn,
            MofNCompleteColumn,
            Progress,
            SpinnerColumn,
            TextColumn,
            TimeElapsedColumn,
        )

        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self.err, transient=True, disable=not self.err.is_terminal) as bar:
            task = bar.add_task(self.text(what), total=total)
            yield Advance(bar, task)


@dataclass(frozen=True)
class Advance:
    """Takes how much is done."""

    bar: Progress
    task: Any

    def __call__(self, done: int, total: int | None = None, what: str | None = None) -> None:
        """Show that so much of so much is done."""
        if total is not None:
            self.bar.update(self.task, total=total)
        if what is not None:
            self.bar.update(self.task, description=what)
        self.bar.update(self.task, completed=done)


def new_session(environ: Mapping[str, str] | None = None) -> Session:
    """Return a session as the environment asks for it; options may still change it."""
    found = os.environ if environ is None else environ
    return Session(language_of(found), Path(found.get(CONFIG_VARIABLE) or DEFAULT_CONFIG))


def obeyed_by_no_terminal(text: str) -> str:
    """Return a text with a mark in the place of each control character: names of files and values come from anywhere."""
    return _CONTROLS.sub("\ufffd", text)


def language_of(environ: Mapping[str, str]) -> str:
    """Return ``en`` where the first of the usual variables that names Chinese or English names English; else ``zh``."""
    for variable in _LANGUAGE_VARIABLES:
        language = environ.get(variable, "").lower()
        if language.startswith(("zh", "en")):
            return language[:2]
    return "zh"
