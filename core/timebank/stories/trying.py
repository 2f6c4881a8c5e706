"""Plays a city's worked cases under its rule files, a draft among them, and notes which rules each of them met."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from timebank.bank.naming import CASES
from timebank.bank.rule_desk import RuleDesk
from timebank.domain.refusal import WrongUse
from timebank.domain.words import Words
from timebank.hooks.city import City
from timebank.rules import RuleBook, RulesBroken, RuleSet
from timebank.rules.noting import NotingBook, noting
from timebank.stories.playhouse import Begun, Playhouse
from timebank.stories.reading import read_stories
from timebank.stories.story import Story, StoryFailed

Progress = Callable[[int, int], None]
Notes = Mapping[str, frozenset[str]]


@dataclass(frozen=True, eq=False)
class CaseResult:
    """How one worked case came out.

    Attributes:
        failure: what went otherwise than written, or None.
        given: the paths its beginning asked of each rule file, by the file's name.
        read: the paths its steps asked, likewise; ``caps.*`` where the names in a block were asked.
        days: the local days for whose rules it asked.
        begun: where it begins, to be played again; None where it could not begin.
    """

    story: Story
    failure: StoryFailed | None
    given: Notes
    read: Notes
    days: frozenset[date] = frozenset()
    begun: Begun | None = field(default=None, repr=False)

    def asked(self, file: str) -> frozenset[str]:
        """Return every path it asked of one rule file."""
        return self.given.get(file, frozenset()) | self.read.get(file, frozenset())


def cases_of(folder: Path, file: Path | None = None, only: str | None = None) -> list[Story]:
    """Return the worked cases of a city's folder, in the order of files and lines.

    Args:
        folder: the city's folder, with ``cases/`` in it.
        file: one file of cases, in place of all.
        only: the one case with this name.

    Raises:
        StoryBroken: a file of cases cannot be played.
        WrongUse: there are no cases, or none has the name.
    """
    files = [file] if file is not None else sorted((folder / CASES).glob("*.yaml"))
    found = [story for each in files for story in read_stories(each, folder)]
    if not found:
        zh = f"{folder / CASES} 里没有用例。请写一个，写法见 docs/cases.md。"
        raise WrongUse(
            Words(zh, f"There are no cases in {folder / CASES}. Write one, as docs/cases.md says.")
        )
    chosen = [story for story in found if only in (None, story.id)]
    if not chosen:
        zh = f"没有叫“{only}”的用例。用例的名字是 cases 下面的一行，请核对。"
        raise WrongUse(Words(zh, f"No case is called '{only}'. Its name is a line below 'cases'; check it."))
    return chosen


def city_with(desk: RuleDesk, versions: Iterable[RuleSet]) -> City:
    """Return a city with these rule files, its plugins, and no outside register."""
    return City(desk.city, RuleBook(desk.city, versions), desk.asker, {})


def versions_of(desk: RuleDesk) -> list[RuleSet]:
    """Return the versions of a desk, the draft among them.

    Raises:
        RulesBroken: one of them has a fault; no case can be played under it.
    """
    versions, faults = desk.versions()
    errors = [fault for fault in faults if fault.severity == "error"]
    if errors:
        raise RulesBroken(errors)
    return versions


def try_cases(
    house: Playhouse,
    desk: RuleDesk,
    versions: Sequence[RuleSet],
    cases: Sequence[Story],
    progress: Progress | None = None,
) -> list[CaseResult]:
    """Play cases under rule files and return how each came out.

    Args:
        house: where they are played.
        desk: the city.
        versions: its rule files.
        cases: the cases.
        progress: told how many of how many are done.
    """
    trial = _Trial(house, desk, versions)
    results = []
    for number, case in enumerate(cases):
        results.append(trial.one(case))
        if progress is not None:
            progress(number + 1, len(cases))
    return results


def covering(results: Iterable[CaseResult], file: str) -> dict[str, list[str]]:
    """Return the names of the passing cases that met each path of a rule file, by path.

    Args:
        results: as ``try_cases`` gives them.
        file: the rule file's name.
    """
    found: dict[str, list[str]] = {}
    for result in results:
        for path in result.asked(file) if result.failure is None else ():
            found.setdefault(path, []).append(result.story.id)
    return found


class _Trial:
    """One city whose rules note what is asked of them."""

    def __init__(self, house: Playhouse, desk: RuleDesk, versions: Sequence[RuleSet]) -> None:
        self.house = house
        self.noted: dict[str, set[str]] = {version.file: set() for version in versions}
        self.book = NotingBook(
            desk.city, [noting(version, self.noted[version.file].add) for version in versions]
        )
        self.city = City(desk.city, self.book, desk.asker, {})

    def one(self, case: Story) -> CaseResult:
        self._taken()
        self.book.days.clear()
        case = replace(case, city=self.city.code)
        try:
            begun = self.house.begin(self.city, case)
        except StoryFailed as failure:
            return CaseResult(case, failure, self._taken(), {}, frozenset(self.book.days))
        given = self._taken()
        failed: StoryFailed | None = None
        try:
            self.house.go_on(self.city, begun)
        except StoryFailed as failure:
            failed = failure
        return CaseResult(case, failed, given, self._taken(), frozenset(self.book.days), begun)

    def _taken(self) -> dict[str, frozenset[str]]:
        taken = {file: frozenset(paths) for file, paths in self.noted.items()}
        for paths in self.noted.values():
            paths.clear()
        return taken
