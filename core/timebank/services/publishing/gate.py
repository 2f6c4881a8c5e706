"""Everything that stands in the way of publishing a draft, told at once, each as a fault with its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from timebank.domain.words import Words
from timebank.hooks.city import City
from timebank.hooks.opening import rule_keys, rule_problems
from timebank.rules import Fault, RuleSet
from timebank.rules.assumptions import Assumption, new_assumptions
from timebank.rules.faults import Path, fault
from timebank.rules.loader import read_rule_bytes
from timebank.rules.rule_book import NoRulesYet
from timebank.rules.versions import faults_between_versions
from timebank.services.publishing.draft_file import DraftFile
from timebank.services.publishing.persons import same_person
from timebank.storage.publishing_rows import PROPOSED, SIGNED

LEAST_NOTICED_PERCENT = 90
_START = (1, 1)


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of playing a city's cases under a draft.

    Attributes:
        faults: the cases that did not come out as written, as faults.
        noticed: how many moves by one step the cases noticed.
        moves: how many there were.
        later: how many cases begin on the draft's first day or later; None where that is not known.
    """

    faults: tuple[Fault, ...]
    noticed: int
    moves: int
    later: int | None = None

    @property
    def percent(self) -> int:
        """Return which part was noticed, in whole percent, rounded down."""
        return 100 if self.moves == 0 else self.noticed * 100 // self.moves


Try = Callable[[], Tried]


def checked(
    city: City, draft: DraftFile, recorded: Mapping[str, Sequence[str]]
) -> tuple[RuleSet | None, list[Fault]]:
    """Return a draft as a rule set, and its faults, by itself and beside the rule files that were recorded."""
    keys = rule_keys(city.asker)
    rule_set, faults = read_rule_bytes(
        draft.content, draft.name, city.code, keys, lambda rules: rule_problems(city.asker, rules)
    )
    if draft.name in recorded:
        stem = draft.name[:10]
        faults.append(fault("D09", draft.name, _START, (), name=draft.name, stem=stem))
    elif rule_set is not None and not faults:
        faults += faults_between_versions([*city.book.versions, rule_set])
    return rule_set, [found for found in faults if found.severity == "error"]


def faults_of_dates(rule_set: RuleSet, today: date) -> list[Fault]:
    """Return a fault where a draft would decide about days gone by."""
    if rule_set.corrects is None:
        if rule_set.effective_from > today:
            return []
        path: Path = ("effective", "from")
        facts = {"start": str(rule_set.effective_from), "earliest": str(today + timedelta(days=1))}
        return [fault("D01", rule_set.file, _place(rule_set, path), path, today=str(today), **facts)]
    known = rule_set.known_from
    if known is None or known >= today:
        return []
    path = ("known_from",)
    return [fault("D02", rule_set.file, _place(rule_set, path), path, known=str(known), today=str(today))]


def faults_of_place(draft: DraftFile, recorded: Mapping[str, Sequence[str]]) -> list[Fault]:
    """Return a fault where another file, never published, lies in the draft's place."""
    if draft.name in recorded or not draft.target.is_file() or draft.target.read_bytes() == draft.content:
        return []
    return [fault("D10", draft.name, _START, (), folder=str(draft.folder), name=draft.name)]


def faults_of_persons(draft: DraftFile, steps: Sequence[Any], publisher: str) -> list[Fault]:
    """Return a fault where nobody, or the publisher, proposed exactly this draft."""
    proposals = [step for step in steps if step.step == PROPOSED]
    drafter = next((step.person for step in proposals if step.digest == draft.digest), None)
    if drafter is None and not proposals:
        return [fault("D04", draft.name, _START, (), draft=str(draft.file))]
    if drafter is None:
        last = proposals[-1].person
        return [fault("D05", draft.name, _START, (), person=last, draft=str(draft.file))]
    if same_person(drafter, publisher):
        return [fault("D06", draft.name, _START, (), person=drafter, draft=str(draft.file))]
    return []


def faults_of_assumptions(draft: DraftFile, open_ones: Sequence[Assumption]) -> list[Fault]:
    """Return a fault for each assumption that nobody has signed."""
    return [
        fault(
            "D03",
            draft.name,
            (found.line, found.column),
            tuple(found.path.split(".")),
            block=found.path,
            reason=found.reason,
            draft=str(draft.file),
        )
        for found in open_ones
    ]


def faults_of_notches(draft: DraftFile, rule_set: RuleSet, tried: Tried, reason: str | None) -> list[Fault]:
    """Return a fault where the cases notice too little and nobody says why that will do."""
    if tried.percent >= LEAST_NOTICED_PERCENT or reason:
        return []
    start, none_later = rule_set.effective_from, Words("", "")
    if tried.later == 0:
        zh = f"没有一个用例的日期在 {start} 或以后，草案一条也没有演到。"
        none_later = Words(zh, f" No case is dated {start} or later, so that none plays the draft;")
    return [
        fault(
            "D08",
            draft.name,
            _START,
            (),
            draft=str(draft.file),
            noticed=tried.noticed,
            moves=tried.moves,
            percent=tried.percent,
            least=LEAST_NOTICED_PERCENT,
            none_later=none_later,
            hint=f"on: {start} 09:00" if tried.later == 0 else "",
        )
    ]


def faults_of_change(draft: DraftFile) -> list[Fault]:
    """Return a fault where a draft was changed since it was read: nobody knows which text the cases were played under."""
    return [fault("D15", draft.name, _START, (), draft=str(draft.file))] if draft.has_changed() else []


def to_be_signed(city: City, rule_set: RuleSet) -> list[Assumption]:
    """Return the assumptions of a draft that are new or changed since the rules it follows or corrects."""
    return new_assumptions(rule_set, _before(city, rule_set))


def unsigned(wanted: Sequence[Assumption], draft: DraftFile, steps: Sequence[Any]) -> list[Assumption]:
    """Return the assumptions that nobody has signed in exactly this draft."""
    signed = {step.path for step in steps if step.step == SIGNED and step.digest == draft.digest}
    return [found for found in wanted if found.path not in signed]


def _before(city: City, rule_set: RuleSet) -> RuleSet | None:
    if rule_set.corrects is not None:
        return next((one for one in city.book.versions if one.stem == rule_set.corrects), None)
    try:
        return city.book.on(rule_set.effective_from - timedelta(days=1))
    except NoRulesYet:
        return None


def _place(rule_set: RuleSet, path: Path) -> tuple[int, int]:
    place = rule_set.positions.get(path)
    return _START if place is None else place.value
