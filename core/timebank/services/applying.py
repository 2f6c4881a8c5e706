"""Whether a member may apply in a role: the gate of the rule file first, then the city's plugins."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from timebank.domain.days import age_on
from timebank.domain.decision import Decision
from timebank.domain.member import MemberAction, MemberFacts, Role
from timebank.domain.organisation import Tree
from timebank.domain.refusal import Refusal, Refused
from timebank.domain.words import Words
from timebank.hooks.city import City, with_basis
from timebank.rules import RulesInForce, satisfied
from timebank.services.engine_version import ENGINE


def judge(city: City, member: MemberFacts, role: Role, rules: RulesInForce, tree: Tree) -> dict[str, Any]:
    """Return the decision to take an application, in its stored form, or refuse with every reason at once.

    Args:
        city: the running city; its plugins are asked with the role applied for among the member's roles.
        member: facts of the day.
        role: what the member would be.
        rules: the rules in force.
        tree: the branches of where the member belongs.
    """
    refusals = with_basis(gate_refusals(member, role, rules, tree), rules)
    applicant = replace(member, roles=member.roles | {role})
    asked = city.check_member(applicant, MemberAction.JOIN, rules)
    told = {refusal.rule_path for refusal in refusals}
    refusals += [refusal for refusal in asked.value if refusal.rule_path not in told]
    if refusals:
        raise Refused(*refusals)
    facts = {
        "role": role.value,
        "age": age_on(member.born_on, rules.day) if member.born_on is not None else None,
        "traits": [trait.trait for trait in member.traits],
    }
    effective = rules.effective_from.isoformat()
    paths = rules.paths_read
    return Decision("applied", rules.digest, effective, paths, facts, asked.answers, ENGINE).stored()


def gate_refusals(member: MemberFacts, role: Role, rules: RulesInForce, tree: Tree) -> list[Refusal]:
    """Say why the gate of a role does not let a member in."""
    path = f"admission.{role.value}.gate"
    if not rules.has(path):
        return []
    label = role_words(rules, role.value)
    found = []
    outcome = satisfied(rules, path, member, rules.day)
    if not outcome.holds:
        zh = f"不能加入为{label.zh}。{outcome.words.zh}"
        en = f"Not possible to become a {label.en}. {outcome.words.en}"
        found.append(Refusal("outside_gate", Words(zh, en), path))
    if rules.has(f"{path}.only_in"):
        allowed = rules.names(f"{path}.only_in")
        home = tree.path(member.home_id) if member.home_id is not None else ()
        if not any(node.id in allowed for node in home):
            zh = f"现在只接受这些地方的{label.zh}：{'、'.join(allowed)}。"
            en = f"Only {', '.join(allowed)} take a {label.en} at present."
            found.append(Refusal("outside_area", Words(zh, en), f"{path}.only_in"))
    return found


def role_words(rules: RulesInForce, role: str) -> Words:
    """Return what the city calls a role; a name decides nothing, so it is not noted."""
    label = rules.rule_set.tree["brand"][role]
    return Words(label["zh"], label["en"])
