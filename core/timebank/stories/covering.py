"""Which worked cases met a rule: those that came out as written and asked for it on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from timebank.bank.rule_desk import RuleDesk
from timebank.domain.refusal import WrongUse
from timebank.stories.story import Story
from timebank.stories.testing import try_rules
from timebank.stories.trying import CaseResult, Progress


@dataclass(frozen=True, slots=True)
class Covered:
    """The cases of a city that met one rule.

    Attributes:
        stories: those that came out as written, in the order of files and lines.
        failing: how many cases did not come out as written, and so cover nothing.
    """

    stories: tuple[Story, ...] = ()
    failing: int = 0


def cases_that_met(desk: RuleDesk, file: str, path: str, progress: Progress | None = None) -> Covered:
    """Play a city's cases in a throw-away database and return those that met a rule.

    Args:
        desk: the city, and the draft where one is meant.
        file: name of the rule file whose rule it is.
        path: dotted path of a value, or of a block: then of anything in it.
        progress: told how many of how many cases are done.

    Raises:
        RulesBroken: a rule file has faults.
        StoryBroken: a file of cases has faults.
    """
    try:
        tested = try_rules(desk, progress=progress)
    except WrongUse:  # a city without cases
        return Covered()
    return Covered(tuple(_met(tested.results, file, path)), len(tested.failed))


def _met(results: Sequence[CaseResult], file: str, path: str) -> list[Story]:
    return [
        result.story
        for result in results
        if result.failure is None
        and any(asked == path or asked.startswith(f"{path}.") for asked in result.asked(file))
    ]
