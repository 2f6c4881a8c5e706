"""From draft to rule file: what one person proposed and others signed, another person publishes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from timebank.rules import Fault, RulesBroken, RuleSet
from timebank.services.desk import Bank, local_day
from timebank.services.publishing import gate, rule_files
from timebank.services.publishing.draft_file import DraftFile
from timebank.services.publishing.gate import Try
from timebank.services.publishing.persons import check_person, check_reason
from timebank.services.publishing.placing import place, prepared, put, remove
from timebank.services.publishing.standing import Standing, standing_of, take_step
from timebank.storage.publishing_rows import PROPOSED, PUBLISHED


@dataclass(frozen=True, slots=True)
class Published:
    """What came of publishing.

    Attributes:
        effective_from: the first day on which the rules decide.
        drafter: who proposed them, or None for a file that was there when the city was set up.
        publisher: who published them.
        earlier: whether they had been published before, and at most their file was put into its place now.
        dry: whether nothing was written, as was asked.
    """

    effective_from: date
    drafter: str | None
    publisher: str | None
    earlier: bool = False
    dry: bool = False


def publish_draft(
    bank: Bank,
    draft: DraftFile,
    person: str,
    try_cases: Try,
    *,
    reason: str | None = None,
    dry: bool = False,
) -> Published:
    """Bring a draft into force, or say everything that stands in the way.

    The database is written first, then the file: after a crash in between, calling this again puts the file into its
    place, and until then the bank runs with the text that the database keeps.

    Args:
        bank: the bank.
        draft: the draft.
        person: who publishes.
        try_cases: plays the city's cases under the draft; called where the draft can be read.
        reason: why it will do that the cases notice few moves; None where no reason is given.
        dry: judge, and write nothing.

    Raises:
        RulesBroken: with everything that stands in the way.
        Conflict: somebody published another rule file meanwhile; nothing was written.
        WrongUse: nobody could read the name, or the reason.
    """
    check_person(person)
    check_reason(reason)
    standing = standing_of(bank, draft)
    if draft.digest in standing.recorded.get(draft.name, ()):
        return _again(bank, draft, standing, dry=dry)
    rule_set, faults, details = _judged(bank, draft, standing, person, try_cases, reason)
    if faults or rule_set is None:
        raise RulesBroken(faults)
    published = Published(rule_set.effective_from, standing.person(draft, PROPOSED), person, dry=dry)
    if dry:
        return published
    _bring_into_force(bank, draft, person, rule_set, rule_files.next_number(standing.recorded), details)
    return published


def _bring_into_force(
    bank: Bank, draft: DraftFile, person: str, rule_set: RuleSet, number: int, details: Mapping[str, Any]
) -> None:
    """Write the database, then put the file into its place, then remove the draft."""
    with prepared(draft.target, draft.content):
        take_step(
            bank,
            draft,
            person,
            rule_files.publish,
            file=draft.name,
            text=rule_set.text,
            effective_from=rule_set.effective_from,
            number=number,
            details=details,
        )
        put(draft.target, draft.content)
    _remove(draft)


def _judged(
    bank: Bank, draft: DraftFile, standing: Standing, person: str, try_cases: Try, reason: str | None
) -> tuple[RuleSet | None, list[Fault], dict[str, Any]]:
    """Return a draft as a rule set, everything that stands in its way, and what is kept of the judgement."""
    city = bank.city(draft.city)
    rule_set, faults = gate.checked(city, draft, standing.recorded)
    sound = rule_set is not None and not faults
    faults += gate.faults_of_place(draft, standing.recorded)
    faults += gate.faults_of_persons(draft, standing.steps, person)
    details: dict[str, Any] = {"reason": (reason or "").strip()}
    if rule_set is not None:
        faults += gate.faults_of_dates(rule_set, local_day(city, bank.clock()))
        wanted = gate.to_be_signed(city, rule_set)
        faults += gate.faults_of_assumptions(draft, gate.unsigned(wanted, draft, standing.steps))
    if sound and rule_set is not None:
        tried = try_cases()
        faults += [
            *tried.faults,
            *gate.faults_of_notches(draft, rule_set, tried, reason),
            *gate.faults_of_change(draft),
        ]
        details |= {"noticed": tried.noticed, "moves": tried.moves}
    return rule_set, sorted(faults), details


def _again(bank: Bank, draft: DraftFile, standing: Standing, *, dry: bool) -> Published:
    """Finish what was published before: its file in its place, and no draft of it left."""
    lies = draft.target.is_file() and draft.target.read_bytes() == draft.content
    if not dry:
        if not lies:
            place(draft.target, draft.content)
        _remove(draft)
    rule_set = bank.city(draft.city).book.by_digest(draft.digest)
    drafter, publisher = (standing.person(draft, step) for step in (PROPOSED, PUBLISHED))
    return Published(rule_set.effective_from, drafter, publisher, earlier=True, dry=dry)


def _remove(draft: DraftFile) -> None:
    """Remove a draft that is published, unless somebody went on writing in it."""
    if not draft.has_changed():
        remove(draft.file)
