"""From a story file to its stories: read as strictly as a rule file, with every fault at its line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from pathlib import Path as File
from typing import Any

from jsonschema import Draft202012Validator

from timebank.domain.refusal import TimeBankError
from timebank.domain.words import Words
from timebank.rules import Fault
from timebank.rules.characters import decoded
from timebank.rules.nodes import Reading, read_nodes
from timebank.rules.on_disk import content_of
from timebank.rules.schema_file import formats
from timebank.rules.shape import faults_against
from timebank.stories.building import Builder
from timebank.stories.checking import faults_of_story
from timebank.stories.story import Story

_SCHEMAS = File(__file__).parent / "schema"
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}", re.ASCII)
CASES, STORY = "timebank-cases/1", "timebank-story/1"


class StoryBroken(TimeBankError):
    """A story file cannot be played; carries all its faults."""

    code = "story_broken"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        zh = "\n".join(f"{f.file}:{f.line}:{f.column} {f.code} {f.zh}" for f in self.faults)
        en = "\n".join(f"{f.file}:{f.line}:{f.column} {f.code} {f.en}" for f in self.faults)
        count = len(self.faults)
        super().__init__(
            Words(f"故事文件有 {count} 处问题：\n{zh}", f"The story file has {count} fault(s):\n{en}")
        )


def read_stories(file: File, within: File | None = None) -> list[Story]:
    """Return the stories of one file: its cases, or its one demonstration.

    Args:
        file: a file of the format ``timebank-cases/1`` or ``timebank-story/1``.
        within: a folder out of which no link may lead; the file's own unless given.

    Raises:
        StoryBroken: with every fault at its line.
    """
    name = str(file)
    content, faults = content_of(file, within or file.parent, name)
    if not faults:
        text, faults = decoded(content, name)
    if faults:
        raise StoryBroken(faults)
    reading = read_nodes(text, name)
    _allow_our_words(reading)
    if reading.tree is None:
        raise StoryBroken(reading.faults)
    validator = _validator("story" if reading.tree.get("format") == STORY else "cases")
    faults = [*reading.faults, *faults_against(reading, name, validator)]
    if faults:
        raise StoryBroken(faults)
    stories = Builder(reading, file).stories()
    faults = faults_of_story(reading, file, stories)
    if faults:
        raise StoryBroken(faults)
    return stories


def _allow_our_words(reading: Reading) -> None:
    """Take back the faults that are none in a story: moments, and a register's yes and no."""
    kept = []
    for fault in reading.faults:
        steps = tuple(int(step) if step.isdecimal() else step for step in fault.path.split("."))
        value = _value_at(reading.tree, steps)
        moment = fault.code == "Y58" and isinstance(value, str) and _MOMENT.fullmatch(value)
        answer = fault.code == "Y15" and "registry" in steps and value in {"yes", "no"}
        if moment or answer:
            reading.faulted.discard(steps)
        else:
            kept.append(fault)
    reading.faults[:] = kept


def _value_at(node: Any, steps: Iterable[str | int]) -> Any:
    for step in steps:
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            return None
    return node


@lru_cache(maxsize=2)
def _validator(name: str) -> Draft202012Validator:
    schema = json.loads((_SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    schema["$defs"] = json.loads((_SCHEMAS / "parts.json").read_text(encoding="utf-8"))
    checker = formats()
    checker.checks("moment", raises=ValueError)(_is_a_moment)
    return Draft202012Validator(schema, format_checker=checker)


def _is_a_moment(value: object) -> bool:
    return not isinstance(value, str) or bool(datetime.fromisoformat(value))
