"""Granted hours: minutes a city gives to those its rule file names, used before their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from timebank.domain.account import AccountKind
from timebank.domain.cases import TransferCase
from timebank.domain.command import Actor, Channel, Command
from timebank.domain.identity import derived_id
from timebank.domain.member import MemberFacts, Role
from timebank.domain.organisation import Power
from timebank.domain.refusal import Conflict, Refused, missing
from timebank.domain.transfer import Posting, ProposedTransfer, TransferKind
from timebank.domain.words import Words
from timebank.rules import RulesInForce, satisfied
from timebank.services.authority import is_job, require
from timebank.services.deciding import decided
from timebank.services.desk import Answer, Bank, Desk, Writing, local_day
from timebank.services.exchange import MEMBER, member_account
from timebank.services.facts import member_facts
from timebank.services.rounding import city_account
from timebank.services.rulings import ruled_out
from timebank.services.still_open import require_members
from timebank.storage import grant_rows
from timebank.storage.ledger_session import TransferDraft
from timebank.storage.organisation_rows import tree_on

PAGE = 500


def period_name(day: date, every: str) -> str:
    """Return the name of the period a grant is for: ``once``, ``2024`` or ``2024-03``."""
    return {"once": "once", "year": f"{day:%Y}", "month": f"{day:%Y-%m}"}[every]


def issue(desk: Desk, plan: str, member_id: str) -> Answer:
    """Grant the minutes of a plan to one member for the present period, once.

    Raises:
        Refused: the member is not in the plan's class, the pool is too low, or a plugin objects.
        Conflict: this member already has the grant of this period.
    """
    rules = desk.rules_on(desk.today)
    member = _member(desk, plan, member_id, rules)
    require_entitled(plan, member, rules)
    path = f"grants.{plan}"
    unit, minutes = rules.text(f"{path}.unit"), rules.minutes(f"{path}.minutes")
    asked = ProposedTransfer(TransferKind.GRANT, None, member_id, unit, minutes, "granted", plan)
    answers = desk.city.check_transfer(TransferCase(asked, None, member), rules)
    if answers.value:
        raise Refused(*answers.value)
    period = period_name(desk.today, rules.text(f"{path}.every"))
    source = city_account(desk.city.code, AccountKind(rules.text(f"{path}.from")), unit)
    target = member_account(member_id, "granted", unit)
    made_for = cause(plan, member_id, period)
    with desk.writing() as write:
        require_members(write, [member_id])
        write.ledger.lock({source, target})
        _check_first(write, made_for, period)
        facts = {"plan": plan, "period": period, "minutes": minutes, "unit": unit, "member": member_id}
        decision = decided("granted", rules, facts, answers.answers)
        moved = (Posting(source, target, minutes),)
        draft = TransferDraft(
            TransferKind.GRANT, "grant_plan", made_for, moved, desk.today, decision, member.home_id
        )
        transfer_id = write.ledger.post(draft)
        write.tell("grant.posted", transfer_id=transfer_id, **facts)
        return write.answer(transfer_id=transfer_id, minutes=minutes, unit=unit, period=period)


def _member(desk: Desk, plan: str, member_id: str, rules: RulesInForce) -> MemberFacts:
    """Return the member, once the plan is known and the actor may grant it."""
    if not rules.has(f"grants.{plan}"):
        raise missing(Words("赠时计划", "grant plan"), plan)
    with desk.reading() as connection:
        member = member_facts(connection, desk.city.code, [member_id], desk.today).get(member_id)
        if member is None:
            raise missing(MEMBER, member_id)
        if not is_job(desk.command.actor):
            tree = tree_on(connection, desk.city.code, desk.today)
            require(desk, tree, rules, Power.ISSUE_GRANT, member.home_id)
    return member


def _check_first(write: Writing, made_for: str, period: str) -> None:
    """Refuse a second grant of the same plan and period, under the lock of the member's account."""
    if grant_rows.granted(write.connection, write.desk.city.code, made_for):
        words = Words(f"这位成员已有 {period} 的赠时。", f"This member already has the grant of {period}.")
        raise Conflict(words, "already_granted")


def cause(plan: str, member_id: str, period: str) -> str:
    """Return the cause id of a grant: one plan, one member, one period."""
    return derived_id("grant", plan, member_id, period)


def require_entitled(plan: str, member: MemberFacts, rules: RulesInForce) -> None:
    """Refuse whoever does not belong to the class of a plan."""
    group = rules.text(f"grants.{plan}.to")
    outcome = satisfied(rules, f"recipient_classes.{group}.when", member, rules.day)
    if not outcome.holds or Role.RECIPIENT not in member.roles:
        label = rules.words(f"recipient_classes.{group}.label")
        words = Words(f"不是{label.zh}：{outcome.words.zh}", f"Not a {label.en}: {outcome.words.en}")
        raise ruled_out(rules, "not_in_class", words, f"recipient_classes.{group}")


def issue_due(bank: Bank, city: str, progress: Callable[[int], None] | None = None) -> int:
    """Grant every plan of the rules in force to every admitted member of its class, once a period.

    A grant that was reversed is not made again by itself; staff can issue it.

    Returns:
        How many grants were made now.
    """
    day = local_day(bank.city(city), bank.clock())
    rules = bank.city(city).rules_on(day)
    done = 0
    for plan in rules.names("grants") if rules.has("grants") else ():
        period = period_name(day, rules.text(f"grants.{plan}.every"))
        after = ""
        while True:
            with bank.reading() as connection:
                ids = grant_rows.admitted_after(connection, city, Role.RECIPIENT.value, after, PAGE)
                had = grant_rows.ever_granted(connection, city, [cause(plan, each, period) for each in ids])
                waiting = [each for each in ids if cause(plan, each, period) not in had]
                known = member_facts(connection, city, waiting, day)
            if not ids:
                break
            after = ids[-1]
            for member_id in _in_class(plan, known, rules):
                done += _issue_once(bank, city, plan, member_id, period)
            if progress is not None:
                progress(done)
    return done


def _in_class(plan: str, members: Mapping[str, MemberFacts], rules: RulesInForce) -> list[str]:
    path = f"recipient_classes.{rules.text(f'grants.{plan}.to')}.when"
    return [member.id for member in members.values() if satisfied(rules, path, member, rules.day).holds]


def _issue_once(bank: Bank, city: str, plan: str, member_id: str, period: str) -> int:
    command = Command(city, cause(plan, member_id, period), Actor("job:grants"), Channel.JOB)
    try:
        bank.carry_out(issue, command, plan=plan, member_id=member_id)
    except (Refused, Conflict):
        return 0
    return 1
