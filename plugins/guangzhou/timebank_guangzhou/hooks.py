"""Guangzhou: served by need or by points of one's own; whole points only; gifts along ties somebody verified.

Its sources and what is assumed: ``README.md`` beside this package, and the rule files in ``config/guangzhou``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

from timebank.domain.cases import OrderCase, TransferCase
from timebank.domain.days import in_force
from timebank.domain.member import MemberFacts, Tie
from timebank.domain.order import OrderAction, Origin
from timebank.domain.refusal import Refusal
from timebank.domain.transfer import ProposedTransfer, TransferKind
from timebank.hooks import Problem, RulesInForce, hookimpl, satisfied, trait_holds
from timebank_guangzhou import sentences

SLOT = "extensions.guangzhou"
RECEIVING, WHOLE, LEAST = f"{SLOT}.receiving", f"{SLOT}.whole_points", f"{SLOT}.least_order.minutes"
TIES, THRESHOLD, SUPPLIER = f"{SLOT}.ties", f"{SLOT}.threshold", f"{SLOT}.supplier"
ASKED_BY_MEMBERS = frozenset({TransferKind.GIFT, TransferKind.DONATION, TransferKind.REDEMPTION})
JOB = "job:"


@hookimpl
def timebank_rule_keys() -> Any:
    """Describe ``extensions.guangzhou``, as ``rule_keys.json`` beside this module does."""
    return json.loads(resources.files(__package__).joinpath("rule_keys.json").read_text(encoding="utf-8"))


@hookimpl
def timebank_check_rules(rules: RulesInForce) -> list[Problem]:
    """See that no amount of the file breaks a point in two."""
    one = _point(rules)
    broken = [path for path in amounts(rules) if rules.minutes(path) % one]
    return [Problem(path, sentences.broken_point(rules.minutes(path), one)) for path in broken]


def amounts(rules: RulesInForce) -> Iterator[str]:
    """Yield the path of every amount that has to be whole points."""
    yield from (f"credit.units.{unit}.quantum" for unit in rules.names("credit.units"))
    yield "charge.quantum"
    yield LEAST
    yield from (f"{SUPPLIER}.items.{item}.price" for item in rules.names(f"{SUPPLIER}.items"))


@hookimpl
def timebank_check_order(case: OrderCase, action: OrderAction, rules: RulesInForce) -> list[Refusal]:
    """Ask of an elder's order: by which way in, is it long enough to give a point, may own points be spent yet?"""
    if action is not OrderAction.PLACE or case.order.origin is not Origin.REQUEST or case.recipient is None:
        return []
    found = [] if ways_in(case.recipient, rules) else [_no_way_in(case.recipient, rules)]
    if case.order.planned_minutes < rules.minutes(LEAST):
        words = sentences.too_short(case.order.planned_minutes, rules.minutes(LEAST))
        found.append(Refusal("no_point_in_it", words, LEAST))
    return found + (_below_threshold(case.recipient, rules) if case.spends else [])


def ways_in(elder: MemberFacts, rules: RulesInForce) -> list[str]:
    """Return every way by which an elder may be served: the classes of need, and points earned after sixty."""
    needs = [f"recipient_classes.{need}.when" for need in rules.names(f"{RECEIVING}.by_need")]
    return [way for way in (*needs, f"{RECEIVING}.earned") if satisfied(rules, way, elder, rules.day).holds]


def _no_way_in(elder: MemberFacts, rules: RulesInForce) -> Refusal:
    needs = [rules.words(f"recipient_classes.{need}.label") for need in rules.names(f"{RECEIVING}.by_need")]
    earned = satisfied(rules, f"{RECEIVING}.earned", elder, rules.day)
    return Refusal("no_way_in", sentences.no_way_in(needs, earned.words), RECEIVING)


def _below_threshold(saver: MemberFacts, rules: RulesInForce) -> list[Refusal]:
    trait = rules.text(f"{THRESHOLD}.trait")
    if not rules.flag(f"{THRESHOLD}.needed") or trait_holds(rules, trait, saver, rules.day):
        return []
    label, hours = rules.words(f"traits.{trait}.label"), saver.served_minutes // 60
    return [Refusal("below_threshold", sentences.below_threshold(label, hours), THRESHOLD)]


@hookimpl
def timebank_check_transfer(case: TransferCase, rules: RulesInForce) -> list[Refusal]:
    """Let only whole points change hands: to kin by a verified tie, to a supplier at the price of the list."""
    asked = case.transfer
    if asked.kind not in ASKED_BY_MEMBERS:
        return []
    found = _not_whole(asked, rules)
    if asked.kind is TransferKind.GIFT:
        found += _unverified(case, rules)
    if asked.kind is TransferKind.REDEMPTION:
        found += _at_a_supplier(asked, rules)
        found += _below_threshold(case.giver, rules) if case.giver is not None else []
    return found


def _point(rules: RulesInForce) -> int:
    return rules.minutes(f"units.{rules.text(f'{WHOLE}.of')}.one")


def _not_whole(asked: ProposedTransfer, rules: RulesInForce) -> list[Refusal]:
    one = _point(rules)
    if asked.minutes % one == 0:
        return []
    return [Refusal("not_whole_points", sentences.not_whole(asked.minutes, one), WHOLE)]


def _unverified(case: TransferCase, rules: RulesInForce) -> list[Refusal]:
    if case.giver is None or case.receiver is None or not rules.flag(f"{TIES}.verified_by_organisation"):
        return []
    ties = ties_between(case.giver, case.receiver, rules)
    if any(is_verified(tie) for tie in ties):
        return []
    return [Refusal("tie_not_verified", sentences.unverified(ties), TIES)]


def ties_between(giver: MemberFacts, receiver: MemberFacts, rules: RulesInForce) -> list[Tie]:
    """Return the ties to the receiver that are in force and of the set to which points may be given."""
    relations = rules.names(f"kin.{rules.text('gifts.to')}.relations")
    today = [tie for tie in giver.kin if in_force(tie.valid_from, tie.valid_until, rules.day)]
    return [tie for tie in today if tie.member_id == receiver.id and tie.relation in relations]


def is_verified(tie: Tie) -> bool:
    """Say whether an organisation answers for a tie; what a job brought in from elsewhere nobody has looked at."""
    return bool(tie.verified_by) and not tie.verified_by.startswith(JOB)


def _at_a_supplier(asked: ProposedTransfer, rules: RulesInForce) -> list[Refusal]:
    kind, _, item = asked.target.partition(":")
    if kind != "supplier":
        return []
    listed: Mapping[str, Any] = rules.block(f"{SUPPLIER}.items")
    if item not in listed:
        return [Refusal("no_such_item", sentences.no_such_item(item, listed), f"{SUPPLIER}.items")]
    price = rules.minutes(f"{SUPPLIER}.items.{item}.price")
    if (asked.unit, asked.minutes) == (rules.text(f"{SUPPLIER}.unit"), price):
        return []
    label = rules.words(f"{SUPPLIER}.items.{item}.label")
    words = sentences.other_price(label, price // _point(rules))
    return [Refusal("other_price", words, f"{SUPPLIER}.items.{item}.price")]
