"""The rules of one city tried: its cases under every version, a draft among them, and the moves they notice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from timebank.bank.naming import CASES
from timebank.bank.rule_desk import RuleDesk, desk_of
from timebank.rules import RuleSet
from timebank.stories.notching import Notch, notch
from timebank.stories.playhouse import Playhouse, open_playhouse
from timebank.stories.trying import CaseResult, Progress, cases_of, try_cases, versions_of


@dataclass(frozen=True)
class Tested:
    """What came of trying a city's rules.

    Attributes:
        desk: the city, and the draft where one was named.
        results: how each case came out, in the order of files and lines.
        changed: for a draft, the cases dated before it that would come out otherwise, had it been in force then.
        notches: for each rule file that was moved, which moves were noticed.
    """

    desk: RuleDesk
    results: list[CaseResult]
    changed: list[CaseResult] = field(default_factory=list)
    notches: list[Notch] = field(default_factory=list)

    @property
    def failed(self) -> list[CaseResult]:
        """Return the cases that did not come out as written."""
        return [result for result in self.results if result.failure is not None]

    @property
    def passed(self) -> bool:
        """Say whether every case came out as written."""
        return not self.failed


def what_to_test(name: str, config: Path) -> tuple[RuleDesk, Path | None]:
    """Return the desk of a city, draft or rule file; or that of a file of cases, with the file.

    Raises:
        WrongUse: the name means nothing.
    """
    file = Path(name)
    if file.is_file() and file.absolute().parent.name == CASES:
        return desk_of(str(file.absolute().parent.parent), config), file
    return desk_of(name, config), None


def try_rules(
    desk: RuleDesk,
    *,
    file: Path | None = None,
    only: str | None = None,
    notched: bool = False,
    progress: Progress | None = None,
) -> Tested:
    """Play a city's worked cases in a throw-away database, and perhaps move its rules under them.

    Args:
        desk: the city; where it names a rule file or draft, that file alone is moved.
        file: one file of cases, in place of all of the city.
        only: one case by its name.
        notched: whether every value is moved one step.
        progress: told how many of how many cases, then moves, are done.

    Raises:
        RulesBroken: a rule file has faults.
        StoryBroken: a file of cases has faults.
        WrongUse: there are no such cases.
    """
    versions = versions_of(desk)
    cases = cases_of(desk.folder, file, only)
    with open_playhouse() as house:
        results = try_cases(house, desk, versions, cases, progress)
        tested = Tested(desk, results, _changed(house, desk, versions, results))
        for version in _moved(desk, versions) if notched else ():
            tested.notches.append(notch(house, desk, versions, results, version.file, progress))
    return tested


def _moved(desk: RuleDesk, versions: Sequence[RuleSet]) -> list[RuleSet]:
    if desk.file is None:
        return list(versions)
    return [version for version in versions if version.file == desk.file.name]


def _changed(
    house: Playhouse, desk: RuleDesk, versions: Sequence[RuleSet], results: Sequence[CaseResult]
) -> list[CaseResult]:
    """Return the cases of the version before a draft that come out otherwise under the draft."""
    if desk.file is None or not desk.is_draft:
        return []
    *published, draft = versions
    earlier = [version for version in published if version.effective_from < draft.effective_from]
    if not earlier:
        return []
    before = max(earlier, key=lambda version: version.effective_from).effective_from
    instead = [version for version in earlier if version.effective_from < before]
    instead.append(replace(draft, effective_from=before))
    old = [
        result.story
        for result in results
        if result.failure is None and before <= result.story.begins.date() < draft.effective_from
    ]
    return [result for result in try_cases(house, desk, instead, old) if result.failure is not None]
