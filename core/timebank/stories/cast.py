"""What a story's names stand for: members, organisations, answers of earlier steps, tokens, moments, durations."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, get_args
from zoneinfo import ZoneInfo

from timebank.domain.command import Actor, Channel
from timebank.domain.refusal import BadInput
from timebank.domain.words import Words
from timebank.rules import minutes_of
from timebank.rules.amounts import DURATION
from timebank.stories.story import Story

JOB = Actor("job:story")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_NAMES_A_MEMBER = re.compile(r"\w+_ids?|directed_to", re.ASCII)


@dataclass
class Cast:
    """Who and what the names of one story stand for.

    Attributes:
        member_ids: a person's identifier in the bank.
        answers: what named steps answered.
        token_of: gives the last offer token sent to a member, having delivered what waits.
    """

    story: Story
    timezone: ZoneInfo
    token_of: Callable[[str], str | None]
    member_ids: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def actor(self, name: str | None) -> tuple[Actor, Channel]:
        """Return who acts and how: a person by app, an organisation's staff at the desk, nobody as a job."""
        if name is None:
            return JOB, Channel.JOB
        if name in self.member_ids:
            return Actor(self.member_ids[name]), Channel.APP
        return Actor(f"staff:{name}", name), Channel.DESK

    def instant(self, local: datetime) -> datetime:
        """Return a naive local time as an instant, UTC."""
        return local.replace(tzinfo=self.timezone).astimezone(UTC)

    def person_of(self, member_id: str) -> str | None:
        """Return the story's name of a member, or None."""
        return next((name for name, known in self.member_ids.items() if known == member_id), None)

    def called(self, name: str) -> str:
        """Return what people call a person or an organisation of the story."""
        if name in self.story.people:
            return self.story.people[name].name
        found = self.story.organisations.get(name)
        return found.name if found is not None else name

    def inputs(self, written: Mapping[str, Any], kinds: Mapping[str, Any]) -> dict[str, Any]:
        """Return a step's inputs as its use case takes them.

        Args:
            written: as the story has them.
            kinds: the annotation of each input.
        """
        return {key: self._value(key, value, kinds.get(key, Any)) for key, value in written.items()}

    def _value(self, key: str, written: Any, kind: Any) -> Any:
        if isinstance(written, list):
            inner = next((part for part in (kind, *get_args(kind)) if get_args(part)), None)
            return [
                self._value(key, item, get_args(inner)[0] if inner is not None else Any) for item in written
            ]
        if isinstance(written, dict):
            return {name: self._value(name, inner, Any) for name, inner in written.items()}
        if isinstance(written, str):
            return self._text(key, written, kind)
        return str(written) if _takes(kind, str) and not _takes(kind, type(written)) else written

    def _text(self, key: str, written: str, kind: Any) -> Any:
        if written.startswith("$"):
            return self._reference(key, written)
        if _takes(kind, datetime) and _MOMENT.fullmatch(written):
            return self.instant(datetime.fromisoformat(written))
        if _takes(kind, date) and _DAY.fullmatch(written):
            return date.fromisoformat(written)
        if _takes(kind, int) and DURATION.fullmatch(written):
            return minutes_of(written)
        if _NAMES_A_MEMBER.fullmatch(key) and written in self.member_ids:
            return self.member_ids[written]
        return written

    def _reference(self, key: str, written: str) -> Any:
        name, _, part = written[1:].partition(".")
        if name == "token":
            token = self.token_of(self.member_ids[part])
            if token is None:
                zh = f"还没有给{self.called(part)}发过派单，{written} 没有内容。"
                raise BadInput(
                    Words(zh, f"No offer has been sent to {self.called(part)}: {written} stands for nothing.")
                )
            return token
        answer = self.answers.get(name, {})
        if (part or key) not in answer:
            known = "、".join(answer) or "-"
            zh = f"{written} 没有内容：“{name}”的结果里没有 {part or key}，有：{known}。"
            raise BadInput(
                Words(
                    zh, f"{written} stands for nothing: the answer '{name}' has {', '.join(answer) or '-'}."
                )
            )
        return answer[part or key]


def _takes(kind: Any, wanted: type) -> bool:
    return kind is wanted or any(part is wanted for part in get_args(kind))
