"""A story as it was written: who is there, what happens, and what is to come of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from timebank.domain.refusal import Refusal, TimeBankError
from timebank.domain.words import Words

Minutes = Mapping[str, Mapping[str, Mapping[str, int]]]


@dataclass(frozen=True, slots=True)
class Origin:
    """An organisation that stands before the story begins."""

    id: str
    level: str
    name: str
    under: str | None
    opened: date | None


@dataclass(frozen=True, slots=True)
class Person:
    """A person known before the story begins.

    Attributes:
        qualifications: last day by kind.
        balances: whole minutes by account kind and unit.
        served: whole minutes served before.
        kin: what another person of the story is to this one.
        registry: numbers in outside registers, by register.
        joined: organisations they belong to.
    """

    id: str
    name: str
    born: date | None = None
    home: str | None = None
    phone: str | None = None
    roles: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()
    qualifications: Mapping[str, date] = field(default_factory=dict)
    balances: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    served: int = 0
    kin: Mapping[str, str] = field(default_factory=dict)
    registry: Mapping[str, str] = field(default_factory=dict)
    joined: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Serve:
    """A whole service in one line.

    Attributes:
        minutes: how long it took; planned: how long it was meant to take.
        recipient: who is served; None for a project of the organisation.
        start: naive local time, or None for this moment.
    """

    volunteer: str
    service: str
    minutes: int
    planned: int
    recipient: str | None = None
    organisation: str | None = None
    start: datetime | None = None
    team: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens.

    Attributes:
        line: line of the file.
        at: naive local time to which the clock moves first.
        do: the use case, as ``module.function``, with `inputs` as written; their lines are in `lines`.
        by: who does it; None for a job.
        party: the person for whom it is done.
        answer_to: the name under which later steps find the answer.
        expect_refusal: it is to be refused, with `code` and `because` where they are written.
    """

    line: int
    at: datetime | None = None
    say: Words | None = None
    do: str | None = None
    by: str | None = None
    party: str | None = None
    channel: str | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    answer_to: str | None = None
    serve: Serve | None = None
    run: str | None = None
    registry: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    expect_refusal: bool = False
    code: str | None = None
    because: str | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """What is to come of a story.

    Attributes:
        shown: what is available by owner, account kind and unit, as people read it in Chinese.
        lines: line of each expectation, by its dotted path below ``then``.
    """

    balances: Minutes = field(default_factory=dict)
    held: Minutes = field(default_factory=dict)
    orders: Mapping[str, str] = field(default_factory=dict)
    visits: Mapping[str, str] = field(default_factory=dict)
    honours: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Story:
    """One worked case or one demonstration.

    Attributes:
        id: the case's name, or the file's.
        file: as the reader knows it; line: where the story begins.
        begins: naive local time of the first step.
        imported: services brought in from an earlier system before it, by the columns of ``services.csv``.
    """

    id: str
    city: str
    title: Words
    file: str
    line: int
    begins: datetime
    organisations: Mapping[str, Origin]
    people: Mapping[str, Person]
    steps: Sequence[Step]
    expected: Expected = field(default_factory=Expected)
    imported: Sequence[Mapping[str, str | int]] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a story that went as written.

    Attributes:
        member_ids: the bank's identifiers of its people.
        answers: the answers of named steps.
        refusals: what was refused, and had to be.
    """

    member_ids: Mapping[str, str]
    answers: Mapping[str, Mapping[str, Any]]
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleRead:
    """One rule that a story met, as people find it.

    Attributes:
        file: the rule file's name.
        line: where the value stands in it.
        value: as written there.
    """

    file: str
    line: int
    path: str
    value: str

    def __str__(self) -> str:
        """Return it in one line."""
        return f"{self.file}:{self.line} {self.path} = {self.value}"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that came otherwise than expected; ``refused`` where it is whether, or why, a step is refused."""

    field: str
    wanted: str
    came: str

    @property
    def words(self) -> Words:
        """Return the difference as a sentence."""
        return Words(
            f"{self.field} 应为 {self.wanted}，实得 {self.came}。",
            f"{self.field}: expected {self.wanted}, got {self.came}.",
        )


class StoryFailed(TimeBankError):
    """A story did not go as written; the sentence says where, what was expected and what came.

    Attributes:
        line: of the story's file.
        said: what happened, without place, title and rules.
        difference: the one field that differs, or None where the story could not even begin.
        rules: the rules that bear on it, the nearest first.
    """

    code = "story_failed"

    def __init__(
        self,
        words: Words,
        line: int,
        said: Words,
        difference: Difference | None,
        rules: Sequence[RuleRead] = (),
    ) -> None:
        super().__init__(words)
        self.line = line
        self.said = said
        self.difference = difference
        self.rules = tuple(rules)
