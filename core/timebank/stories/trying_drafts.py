"""A draft tried before it is published: the cases that fail under it, and how many moves by one step they notice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from timebank.bank.naming import CASES
from timebank.bank.rule_desk import RuleDesk
from timebank.rules.faults import Fault, fault
from timebank.services.publishing.gate import Tried
from timebank.stories.reading import StoryBroken
from timebank.stories.testing import Tested, try_rules
from timebank.stories.trying import Progress


def try_draft(desk: RuleDesk, progress: Progress | None = None) -> Tried:
    """Play a city's cases with a draft among its rules, and move the draft's values under them.

    Args:
        desk: the city, with the draft.
        progress: told how many of how many cases, then moves, are done.

    Raises:
        RulesBroken: a rule file of the folder has faults.
    """
    cases = desk.folder / CASES
    if desk.file is None or not any(cases.glob("*.yaml")):
        name = "" if desk.file is None else desk.file.name
        return Tried((fault("D11", name, (1, 1), (), folder=str(cases)),), 0, 0)
    try:
        tested = try_rules(desk, notched=True, progress=progress)
    except StoryBroken as broken:
        return Tried(broken.faults, 0, 0)
    (notch,) = tested.notches
    later = [one for one in tested.results if one.story.begins.date() >= notch.rule_set.effective_from]
    return Tried(tuple(_failures(tested, desk.file)), notch.noticed, len(notch.moves), len(later))


def _failures(tested: Tested, draft: Path) -> Iterator[Fault]:
    for result in tested.failed:
        story, failure = result.story, result.failure
        if failure is not None:
            at = (failure.line, 1)
            yield fault("D07", story.file, at, (), case=story.title, why=failure.said, draft=str(draft))
