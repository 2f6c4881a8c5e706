"""Nanjing: a group's time may only be donated, neighbours are asked first, granted time stays with its elder.

Its sources and what is assumed: ``README.md`` beside this package, and the rule files in ``config/nanjing``.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from timebank.domain.offer import Candidate, Score
from timebank.domain.order import Order, OrderAction, Origin
from timebank.domain.refusal import Refusal
from timebank.domain.settlement import Credit, Proposal, VisitToSettle
from timebank.domain.transfer import TransferKind
from timebank.hooks import Problem, RulesInForce, hookimpl, plain_charge, satisfied, trait_holds
from timebank_nanjing import sentences
from timebank_nanjing.rule_keys import RULE_KEYS

if TYPE_CHECKING:
    from timebank.domain.cases import OrderCase, TransferCase
    from timebank.domain.member import MemberFacts

GROUP_LEVEL = "extensions.nanjing.group_level"
GRANTED = "extensions.nanjing.granted_time"
RECEIVING = "extensions.nanjing.receiving"
PASSING_ON = frozenset({TransferKind.GIFT, TransferKind.DONATION})


@hookimpl
def timebank_rule_keys() -> Mapping[str, Any]:
    """Describe ``extensions.nanjing``."""
    return RULE_KEYS


@hookimpl
def timebank_check_rules(rules: RulesInForce) -> list[Problem]:
    """See that a group's time has an account nobody spends from, and that granted time is used first."""
    accounts = rules.names("charge.request.accounts")
    spendable = not rules.has("credit.team.account") or rules.text("credit.team.account") in accounts
    late = rules.has("grants") and accounts[0] != rules.text(f"{GRANTED}.account")
    faults = (
        (spendable, "credit.team", "group_time_spendable"),
        (late, "charge.request.accounts", "granted_time_not_first"),
    )
    return [Problem(path, sentences.RULES[code]) for wrong, path, code in faults if wrong]


@hookimpl
def timebank_check_order(case: OrderCase, action: OrderAction, rules: RulesInForce) -> list[Refusal]:
    """Let key elders order, and whoever is old enough and has time; tell others which is missing."""
    if action is not OrderAction.PLACE or case.order.origin is not Origin.REQUEST or case.recipient is None:
        return []
    if is_key_elder(case.recipient, rules):
        return []
    asked = (rules.text(f"{RECEIVING}.age"), rules.text(f"{RECEIVING}.time"))
    lacking = [trait for trait in asked if not trait_holds(rules, trait, case.recipient, rules.day)]
    if not lacking:
        return []
    label = rules.words(f"recipient_classes.{rules.text(f'{RECEIVING}.free_for')}.label")
    wanted = [rules.words(f"traits.{trait}.label") for trait in lacking]
    return [Refusal("neither_key_elder_nor_saver", sentences.may_not_order(label, wanted), RECEIVING)]


@hookimpl
def timebank_check_transfer(case: TransferCase, rules: RulesInForce) -> list[Refusal]:
    """Keep a group's time for donation, and granted time with the elder to whom it was granted."""
    kind, account = case.transfer.kind, case.transfer.account
    if account == rules.text("credit.team.account") and kind is not TransferKind.DONATION:
        return [Refusal("group_time_only_donated", sentences.GROUP_TIME, "credit.team")]
    stays = account == rules.text(f"{GRANTED}.account") and not rules.flag(f"{GRANTED}.may_be_passed_on")
    if stays and kind in PASSING_ON:
        return [Refusal("granted_time_stays", sentences.GRANTED_TIME, GRANTED)]
    return []


@hookimpl
def timebank_credit_visit(
    visit: VisitToSettle, rules: RulesInForce, charge_rules: RulesInForce
) -> Proposal | None:
    """Credit a group's visit to the group; about an individual's there is nothing special to say."""
    if visit.team_level != rules.text(GROUP_LEVEL):
        return None
    recognised = visit.visit.recognised_minutes or 0
    kind = rules.text("credit.team.account")
    account = visit.team_account if rules.text("credit.team.owner") == "team" else visit.volunteer_account
    lines = [
        Credit(account(kind, unit), recognised * Fraction(rules.decimal(f"{path}.rate")), path)
        for unit in rules.names("credit.units")
        for path in [f"credit.units.{unit}"]
    ]
    return Proposal(tuple(lines), plain_charge(visit, recognised, charge_rules))


@hookimpl
def timebank_rank_volunteers(order: Order, candidates: tuple[Candidate, ...]) -> tuple[Score, ...]:
    """Ask the nearest in the management tree first, and among the equally near whoever has waited longest."""
    farthest = max((candidate.distance for candidate in candidates), default=0)
    waiting = sorted(candidates, key=lambda candidate: (candidate.offered_since, candidate.volunteer_id))
    return tuple(
        Score(
            candidate.volunteer_id,
            (
                ("nearness", (farthest - candidate.distance) * len(waiting)),
                ("waiting", len(waiting) - 1 - place),
            ),
        )
        for place, candidate in enumerate(waiting)
    )


def is_key_elder(recipient: MemberFacts, rules: RulesInForce) -> bool:
    """Say whether the elder belongs to the class that is served free."""
    group = rules.text(f"{RECEIVING}.free_for")
    return satisfied(rules, f"recipient_classes.{group}.when", recipient, rules.day).holds
