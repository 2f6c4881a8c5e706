"""Before a draft is published: somebody proposes it, and what it assumes is signed."""

from __future__ import annotations

from collections.abc import Sequence

from timebank.domain.refusal import Conflict, WrongUse
from timebank.domain.words import Words
from timebank.rules import RulesBroken, RuleSet
from timebank.rules.assumptions import Assumption
from timebank.services.desk import Bank, local_day
from timebank.services.publishing import gate, rule_files
from timebank.services.publishing.draft_file import DraftFile
from timebank.services.publishing.persons import check_person, same_person
from timebank.services.publishing.standing import Standing, standing_of, take_step
from timebank.storage import publishing_rows
from timebank.storage.publishing_rows import PROPOSED

ALL = "all"


def propose_draft(bank: Bank, draft: DraftFile, person: str) -> list[Assumption]:
    """Write down who drafted a draft, and return the assumptions in it that are still to be signed.

    Raises:
        RulesBroken: with every fault of the draft.
        Conflict: somebody else proposed exactly this draft, or it was proposed under another file name.
        WrongUse: nobody could read the name.
    """
    check_person(person)
    standing = standing_of(bank, draft)
    rule_set = _sound(bank, draft, standing)
    drafter = standing.person(draft, PROPOSED)
    if drafter is not None and not same_person(drafter, person):
        zh = f"这份草案已由 {drafter} 提交，不必再提交；起草人就是 {drafter}。"
        raise Conflict(Words(zh, f"{drafter} has proposed this draft already, and is its drafter."))
    if drafter is None:
        _check_no_other_name(bank, draft)
        take_step(bank, draft, person, rule_files.propose, file=draft.name, digest=draft.digest)
    return gate.unsigned(gate.to_be_signed(bank.city(draft.city), rule_set), draft, standing.steps)


def _check_no_other_name(bank: Bank, draft: DraftFile) -> None:
    """Refuse bytes that were proposed under another file name: each draft is proposed once."""
    with bank.reading() as connection:
        before = publishing_rows.proposal_of(connection, draft.city, draft.digest)
    if before is not None and before.file != draft.name:
        zh = (
            f"同样的内容已由 {before.person} 以 {before.file} 提交。请改回那个文件名；"
            "确要用新的文件名，就在草案里改一处（加一行注释即可），再提交。"
        )
        en = (
            f"{before.person} has proposed this very content as {before.file}. Give the file that name again; to keep "
            "the new one, change something in the draft (a comment will do), then propose it."
        )
        raise Conflict(Words(zh, en))


def sign_assumptions(bank: Bank, draft: DraftFile, person: str, paths: Sequence[str]) -> list[Assumption]:
    """Write down who stands for assumptions of a draft, and return those that were signed now.

    Args:
        bank: the bank.
        draft: the draft.
        person: who signs.
        paths: the assumptions, by path; ``all`` for every one that nobody has signed.

    Raises:
        RulesBroken: with every fault of the draft.
        WrongUse: a path names no assumption that is new or changed, or nobody could read the name.
    """
    check_person(person)
    standing = standing_of(bank, draft)
    wanted = gate.to_be_signed(bank.city(draft.city), _sound(bank, draft, standing))
    unknown = sorted(set(paths) - {found.path for found in wanted} - {ALL})
    if unknown:
        known = [found.path for found in wanted]
        zh = f"没有要签认的假定“{'、'.join(unknown)}”。要签认的有：{'、'.join(known) or '无'}。"
        en = f"No assumption to be signed is called {', '.join(unknown)}. There are: {', '.join(known) or 'none'}."
        raise WrongUse(Words(zh, en))
    open_ones = gate.unsigned(wanted, draft, standing.steps)
    chosen = [found for found in open_ones if ALL in paths or found.path in paths]
    if chosen:
        signed = [found.path for found in chosen]
        given = {"file": draft.name, "digest": draft.digest, "paths": signed}
        take_step(bank, draft, person, rule_files.sign, "\n".join(signed), **given)
    return chosen


def _sound(bank: Bank, draft: DraftFile, standing: Standing) -> RuleSet:
    """Return a draft as a rule set, or raise its faults: those of its text and of its dates."""
    city = bank.city(draft.city)
    rule_set, faults = gate.checked(city, draft, standing.recorded)
    if rule_set is not None:
        faults += gate.faults_of_dates(rule_set, local_day(city, bank.clock()))
    if faults or rule_set is None:
        raise RulesBroken(faults)
    return rule_set
