"""Beijing: minors beside a guardian and a public home for ten thousand hours (2022); word to 志愿北京.

Its sources and what is assumed: ``README.md`` beside this package, and the rule files in ``config/beijing``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from timebank.domain.cases import OrderCase, TransferCase
from timebank.domain.days import in_force
from timebank.domain.event import Event
from timebank.domain.member import MemberAction, MemberFacts, Role
from timebank.domain.order import OrderAction, Origin
from timebank.domain.refusal import Refusal
from timebank.hooks import Answer, LookedUp, Problem, Registry, RulesInForce, hookimpl, satisfied, trait_holds
from timebank_beijing import sentences
from timebank_beijing.rule_keys import RULE_KEYS

CATALOGUE = "extensions.beijing.catalogue"
MINORS = "extensions.beijing.minors"
TARGET = "public_home"
PUBLIC_HOME = f"extensions.beijing.{TARGET}"
GATE = "admission.volunteer.gate"
REGISTER = "zhiyuan_beijing"


@hookimpl
def timebank_rule_keys() -> Mapping[str, Any]:
    """Describe ``extensions.beijing``."""
    return RULE_KEYS


@hookimpl
def timebank_check_rules(rules: RulesInForce) -> list[Problem]:
    """Compare the catalogue with the published counts; items that only some districts try do not count."""
    if not rules.has(CATALOGUE):
        return []
    city_wide = [name for name in rules.names("services") if not rules.has(f"services.{name}.only_in")]
    found = {"categories": len(rules.names("categories")), "services": len(city_wide)}
    return [
        Problem(f"{CATALOGUE}.{part}", sentences.wrong_count(part, rules.whole(f"{CATALOGUE}.{part}"), count))
        for part, count in found.items()
        if rules.has(f"{CATALOGUE}.{part}") and rules.whole(f"{CATALOGUE}.{part}") != count
    ]


@hookimpl
def timebank_check_member(member: MemberFacts, action: MemberAction, rules: RulesInForce) -> list[Refusal]:
    """Let serve whom the gate of the day still lets in, and a minor only as a pupil with a guardian."""
    if action not in {MemberAction.JOIN, MemberAction.SERVE} or Role.VOLUNTEER not in member.roles:
        return []
    gate = satisfied(rules, GATE, member, rules.day) if rules.has(GATE) else None
    if gate is not None and not gate.holds:
        return [Refusal("outside_gate", gate.words, GATE)]
    if not is_minor(member, rules):
        return []
    needs = ((not is_pupil(member, rules), "not_a_pupil"), (not guardians(member, rules), "no_guardian"))
    return [Refusal(code, sentences.MINOR[code], MINORS) for missing, code in needs if missing]


@hookimpl
def timebank_check_order(case: OrderCase, action: OrderAction, rules: RulesInForce) -> list[Refusal]:
    """Let a minor accept a place only of an order where a guardian already has one."""
    if action is not OrderAction.ACCEPT or case.volunteer is None or not is_minor(case.volunteer, rules):
        return []
    if not rules.flag(f"{MINORS}.guardian_serves_too") or guardians(case.volunteer, rules) & case.companions:
        return []
    code = "guardian_not_there"
    return [Refusal(code, sentences.MINOR[code], f"{MINORS}.guardian_serves_too")]


@hookimpl
def timebank_check_transfer(case: TransferCase, rules: RulesInForce) -> list[Refusal]:
    """Open a public home only to who served long enough and, at the same time, still holds enough coins."""
    asked = case.transfer
    if case.giver is None or asked.target != TARGET or not rules.has(PUBLIC_HOME):
        return []
    unit, saved = rules.text(f"{PUBLIC_HOME}.unit"), rules.minutes(f"{PUBLIC_HOME}.saved")
    held = case.giver.balances.get((asked.account, unit), 0) if asked.unit == unit else 0
    needs = (
        ("served", rules.minutes(f"{PUBLIC_HOME}.served"), case.giver.served_minutes),
        ("saved", saved, held),
        ("paid", saved, asked.minutes),
    )
    one = rules.minutes(f"units.{unit}.one")
    return [
        Refusal(f"public_home_{part}", sentences.too_little(part, least, reached, one), PUBLIC_HOME)
        for part, least, reached in needs
        if reached < least
    ]


@hookimpl
def timebank_look_up(kind: str, key: str, registries: Mapping[str, Registry]) -> LookedUp | None:
    """Ask 志愿北京 by the volunteer number; who has not given theirs yet is asked about later."""
    if kind != REGISTER or kind not in registries:
        return None
    return registries[kind].ask(kind, key) if key.strip() else LookedUp(Answer.LATER, "no volunteer number")


@hookimpl
def timebank_on_event(event: Event, registries: Mapping[str, Registry]) -> None:
    """Pass on published projects and settled visits under the event's id: nothing is published twice."""
    is_project = event.kind == "order.published" and event.body.get("origin") == Origin.PROJECT
    if REGISTER in registries and (is_project or event.kind == "visit.settled"):
        registries[REGISTER].tell(event.id, event.kind, event.body)


def is_minor(volunteer: MemberFacts, rules: RulesInForce) -> bool:
    """Say whether the rules know minors and this is one; without a birthday on record, it may be one."""
    return rules.has(MINORS) and not trait_holds(rules, rules.text(f"{MINORS}.under"), volunteer, rules.day)


def is_pupil(volunteer: MemberFacts, rules: RulesInForce) -> bool:
    """Say whether enrolment has been certified."""
    return trait_holds(rules, rules.text(f"{MINORS}.trait"), volunteer, rules.day)


def guardians(volunteer: MemberFacts, rules: RulesInForce) -> frozenset[str]:
    """Return the members who are proved to be this volunteer's guardians."""
    relations: Iterable[str] = rules.names(f"{MINORS}.led_by")
    ties = [tie for tie in volunteer.kin if in_force(tie.valid_from, tie.valid_until, rules.day)]
    return frozenset(tie.member_id for tie in ties if tie.relation in relations)
