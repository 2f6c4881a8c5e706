"""Whether a member meets a condition: any of several alternatives, each a list of traits that all hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from timebank.domain.days import age_on, in_force
from timebank.domain.words import Words, listed
from timebank.rules.in_force import RulesInForce

if TYPE_CHECKING:
    from timebank.domain.member import MemberFacts

    _Way = Callable[[RulesInForce, str, str, MemberFacts, date], bool]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a condition holds, and why, in a sentence for the member."""

    holds: bool
    words: Words


def satisfied(rules: RulesInForce, path: str, member: MemberFacts, day: date) -> Outcome:
    """Return whether a member meets the condition at a path on a day.

    Args:
        rules: the rules in force; every trait asked for is noted there.
        path: a block with ``any``, such as ``admission.volunteer.gate``.
        member: the facts, as they stand on the day.
        day: the city's local day.
    """
    failed: list[Words] = []
    for number, _ in enumerate(rules.block(path)["any"]):
        traits = rules.names(f"{path}.any.{number}.all")
        lacking = [trait for trait in traits if not trait_holds(rules, trait, member, day)]
        labels = listed([_label(rules, trait) for trait in traits])
        if not lacking:
            return Outcome(True, Words(f"符合条件：{labels.zh}。", f"Meets the condition: {labels.en}."))
        failed.append(_failed(labels, listed([_lacking(rules, trait, member) for trait in lacking])))
    if len(failed) == 1:
        return Outcome(False, Words(f"须符合：{failed[0].zh}。", f"Needed: {failed[0].en}."))
    zh = "；".join(f"（{number}）{words.zh}" for number, words in enumerate(failed, start=1))
    en = "; ".join(f"({number}) {words.en}" for number, words in enumerate(failed, start=1))
    return Outcome(False, Words(f"须符合下列之一：{zh}。", f"One of these is needed: {en}."))


def trait_holds(rules: RulesInForce, trait: str, member: MemberFacts, day: date) -> bool:
    """Return whether a member has a trait on a day.

    Age is in whole years; who is born on 29 February turns a year older on 1 March of common years.
    Where the birthday is not known, no age holds. A dated fact holds on its first and on its last day.
    """
    path = f"traits.{trait}"
    way = next((way for way in _WAYS if way in rules.block(path)), "recorded")
    return _WAYS[way](rules, f"{path}.{way}", trait, member, day)


def _age(rules: RulesInForce, path: str, _: str, member: MemberFacts, day: date) -> bool:
    return _within_age(rules, path, member.born_on, day)


def _within_age(rules: RulesInForce, path: str, born_on: date | None, day: date) -> bool:
    if born_on is None or born_on > day:
        return False
    age = age_on(born_on, day)
    old_enough = not rules.has(f"{path}.from") or age >= rules.whole(f"{path}.from")
    return old_enough and (not rules.has(f"{path}.to") or age <= rules.whole(f"{path}.to"))


def _recorded(_rules: RulesInForce, _path: str, trait: str, member: MemberFacts, day: date) -> bool:
    return any(
        fact.trait == trait and in_force(fact.valid_from, fact.valid_until, day) for fact in member.traits
    )


def _member_of(rules: RulesInForce, path: str, _: str, member: MemberFacts, day: date) -> bool:
    level = rules.text(path)
    return any(
        tie.level == level and in_force(tie.valid_from, tie.valid_until, day) for tie in member.memberships
    )


def _kin(rules: RulesInForce, path: str, _: str, member: MemberFacts, day: date) -> bool:
    relations = rules.names(f"{path}.relations")
    ties = [
        tie
        for tie in member.kin
        if tie.relation in relations and in_force(tie.valid_from, tie.valid_until, day)
    ]
    if not rules.has(f"{path}.age"):
        return bool(ties)
    return any(_within_age(rules, f"{path}.age", tie.born_on, day) for tie in ties)


def _balance(rules: RulesInForce, path: str, _: str, member: MemberFacts, _day: date) -> bool:
    unit = rules.text(f"{path}.unit")
    kinds = rules.names(f"{path}.accounts") if rules.has(f"{path}.accounts") else ("savings",)
    return sum(member.balances.get((kind, unit), 0) for kind in kinds) >= rules.minutes(f"{path}.at_least")


def _served(rules: RulesInForce, path: str, _: str, member: MemberFacts, _day: date) -> bool:
    return member.served_minutes >= rules.minutes(f"{path}.at_least")


def _qualified(rules: RulesInForce, path: str, _: str, member: MemberFacts, day: date) -> bool:
    kind = rules.text(path)
    return any(
        fact.kind == kind and in_force(fact.valid_from, fact.valid_until, day)
        for fact in member.qualifications
    )


_WAYS: dict[str, _Way] = {
    "age": _age,
    "recorded": _recorded,
    "member_of": _member_of,
    "kin": _kin,
    "balance": _balance,
    "served": _served,
    "qualified": _qualified,
}
TRAIT_WAYS = tuple(_WAYS)


def _label(rules: RulesInForce, trait: str) -> Words:
    label = rules.rule_set.tree["traits"][trait]["label"]  # a name decides nothing, so it is not noted
    return Words(label["zh"], label["en"])


def _lacking(rules: RulesInForce, trait: str, member: MemberFacts) -> Words:
    label = _label(rules, trait)
    if member.born_on is None and "age" in rules.rule_set.tree["traits"][trait]:
        return Words(f"{label.zh}（出生日期未登记）", f"{label.en} (birthday not on record)")
    return label


def _failed(needed: Words, lacking: Words) -> Words:
    if needed == lacking:
        return needed
    return Words(f"{needed.zh}（缺：{lacking.zh}）", f"{needed.en} (missing: {lacking.en})")
