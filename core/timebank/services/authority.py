"""Who may do what to whom: the powers of a level, over everything below the organisation one acts for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from timebank.domain.command import Actor
from timebank.domain.member import KIN, MemberFacts
from timebank.domain.organisation import Organisation, Power, Tree
from timebank.domain.power_words import POWER_WORDS
from timebank.domain.refusal import Refused, refuse
from timebank.domain.words import Words, listed
from timebank.rules import RulesInForce
from timebank.services.desk import Desk
from timebank.services.rulings import ruled_out

JOB = "job:"


def is_job(actor: Actor) -> bool:
    """Say whether the actor is one of core's own jobs, which act for nobody."""
    return actor.id.startswith(JOB)


def require(
    desk: Desk, tree: Tree, rules: RulesInForce, power: Power, subject_organisation_id: str | None
) -> None:
    """Refuse unless the actor may use a power over an organisation.

    Args:
        desk: the command being carried out; its actor names the organisation acted for.
        tree: the management tree of the day, or the branches of both organisations.
        rules: the rules in force; ``levels.<level>.may`` decides.
        power: what is about to be done.
        subject_organisation_id: to which organisation the matter belongs. None for what belongs to none: then
            the root of the tree decides.

    Raises:
        Refused: a sentence that names the organisation, the power, and who has it.
    """
    if is_job(desk.command.actor):
        return
    acting = _acting(desk.command.actor, tree, power)
    _require_above(tree, acting, power, subject_organisation_id)
    path = f"levels.{acting.level}.may"
    if not rules.has(path) or power.value not in rules.names(path):
        raise _powerless(rules, acting, power)


def require_any(
    desk: Desk, tree: Tree, rules: RulesInForce, power: Power, subject_organisation_ids: Sequence[str]
) -> None:
    """Refuse unless the actor may use a power over at least one of the organisations; the first is told of."""
    within = [
        subject for subject in subject_organisation_ids if _is_within(desk.command.actor, tree, subject)
    ]
    first = next(iter([*within, *subject_organisation_ids]), None)
    require(desk, tree, rules, power, first)


def require_party(desk: Desk, tree: Tree, member: MemberFacts) -> None:
    """Refuse unless the actor is the member, their proved kin, a job, or staff of the member's home.

    An organisation that the member has joined acts for nobody by that alone: it may take in whom it likes.

    Args:
        desk: the command being carried out.
        tree: the branches of the acting organisation and of the member's home.
        member: the facts of the day.
    """
    actor = desk.command.actor
    if is_job(actor) or (actor.organisation_id is None and actor.id in {member.id, *_kin(member)}):
        return
    if member.home_id is not None and _is_within(actor, tree, member.home_id):
        return
    zh = "只有本人、已核实的亲属，或其居住地所属组织（含上级）的工作人员可以办理；所加入的组织不能代办。"
    en = (
        "Only the member, proved kin, or staff of the organisation where the member lives, or of one above it, "
        "may do this; an organisation that the member has joined may not."
    )
    raise refuse("not_party", zh, en)


def belongs_to(member: MemberFacts) -> tuple[str, ...]:
    """Return the organisations to which a member belongs: by residence first, then those joined."""
    joined = [membership.organisation_id for membership in member.memberships]
    return (*([member.home_id] if member.home_id is not None else []), *joined)


def _kin(member: MemberFacts) -> set[str]:
    return {tie.member_id for tie in member.kin if tie.relation in KIN}


def _is_within(actor: Actor, tree: Tree, organisation_id: str) -> bool:
    return actor.organisation_id is not None and tree.is_above(actor.organisation_id, organisation_id)


def _acting(actor: Actor, tree: Tree, power: Power) -> Organisation:
    verb = POWER_WORDS[power]
    if actor.organisation_id is None:
        zh = f"只有组织的工作人员可以{verb.zh}。请以所在组织的身份办理。"
        raise refuse(
            "not_staff", zh, f"Only staff of an organisation may {verb.en}. Act for your organisation."
        )
    path = tree.path(actor.organisation_id)
    if not path:
        zh = f"组织“{actor.organisation_id}”在 {tree.day} 不在管理树中，不能{verb.zh}。请核对组织编号与日期。"
        en = (
            f"The organisation “{actor.organisation_id}” is not in the management tree on {tree.day} and may "
            f"not {verb.en}. Check its code and the date."
        )
        raise refuse("organisation_not_open", zh, en)
    return path[0]


def _require_above(tree: Tree, acting: Organisation, power: Power, subject_id: str | None) -> None:
    verb = POWER_WORDS[power]
    if subject_id is None:
        if acting.parent_id is None:
            return
        zh = f"这名成员没有所属组织，只有最上级组织可以{verb.zh}。请先登记所属组织，或报最上级办理。"
        en = f"This matter belongs to no organisation: only the root of the tree may {verb.en} here."
        raise refuse("outside_area", zh, en)
    if tree.is_above(acting.id, subject_id):
        return
    subject = tree.nodes.get(subject_id)
    name = subject.name if subject is not None else subject_id
    zh = f"“{name}”不属于“{acting.name}”管辖，“{acting.name}”不能为其{verb.zh}。请由其所在组织或上级办理。"
    en = (
        f"“{name}” is not within “{acting.name}”, which may not {verb.en} there. "
        "Its own organisation or one above it can."
    )
    raise refuse("outside_area", zh, en)


def _powerless(rules: RulesInForce, acting: Organisation, power: Power) -> Refused:
    verb, levels = POWER_WORDS[power], _levels(rules)
    able = listed([_label(block) for block in levels.values() if power.value in block.get("may", ())])
    who = Words(f"有此权限的层级：{able.zh}。", f"Levels that may: {able.en}.")
    if not able.zh:
        who = Words("规则文件没有把此权限给任何层级。", "The rule file gives this power to no level.")
    level = _label(levels[acting.level]) if acting.level in levels else Words(acting.level, acting.level)
    zh = f"“{acting.name}”（{level.zh}）没有权限{verb.zh}。{who.zh}"
    en = f"“{acting.name}” ({level.en}) may not {verb.en}. {who.en}"
    if acting.level not in levels:
        return refuse("no_power", zh, en)
    return ruled_out(rules, "no_power", Words(zh, en), f"levels.{acting.level}")


def _levels(rules: RulesInForce) -> dict[str, Mapping[str, Any]]:
    levels = rules.rule_set.tree[
        "levels"
    ]  # for the sentence only: names decide nothing, so they are not noted
    return {level: block for level, block in levels.items() if not isinstance(block, str)}


def _label(block: Mapping[str, Any]) -> Words:
    return Words(block["label"]["zh"], block["label"]["en"])
