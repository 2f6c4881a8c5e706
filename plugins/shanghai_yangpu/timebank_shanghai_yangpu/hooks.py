"""Yangpu: where one stands decides. Branches publish, teams serve, and each hour is saved twice: long and short.

Its sources and what is assumed: ``README.md`` beside this package, and the rule files in ``config/shanghai_yangpu``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from timebank.domain.cases import OrderCase
from timebank.domain.days import in_force
from timebank.domain.order import OrderAction, Origin
from timebank.domain.organisation import Organisation
from timebank.domain.refusal import Refusal
from timebank.domain.settlement import Credit, Proposal, VisitToSettle
from timebank.hooks import Problem, RulesInForce, hookimpl, plain_charge, satisfied
from timebank_shanghai_yangpu import sentences
from timebank_shanghai_yangpu.rule_keys import RULE_KEYS

HERE = "extensions.shanghai_yangpu"
BRANCH, TEAMS, KEPT_OUT = f"{HERE}.publishing.level", f"{HERE}.serving.levels", f"{HERE}.kept_out.services"
LONG, SHORT = f"{HERE}.long_term", f"{HERE}.short_term"


@hookimpl
def timebank_rule_keys() -> Mapping[str, Any]:
    """Describe ``extensions.shanghai_yangpu``."""
    return RULE_KEYS


@hookimpl
def timebank_check_rules(rules: RulesInForce) -> list[Problem]:
    """See that only branches publish, nothing professional or kept out is offered, and points follow coins."""
    return [*_places(rules), *_catalogue(rules), *_tracks(rules)]


def _places(rules: RulesInForce) -> Iterator[Problem]:
    if not rules.has("orders.publish") or rules.names("orders.publish.by") != (rules.text(BRANCH),):
        yield Problem("orders.publish", sentences.OTHERS_PUBLISH)


def _catalogue(rules: RulesInForce) -> Iterator[Problem]:
    for service in rules.names("services"):
        if rules.has(f"services.{service}.qualification"):
            yield Problem(f"services.{service}", sentences.PROFESSIONAL)
        if rules.has(KEPT_OUT) and service in rules.names(KEPT_OUT):
            yield Problem(f"services.{service}", sentences.KEPT_OUT)


def _tracks(rules: RulesInForce) -> Iterator[Problem]:
    if not rules.has(f"credit.units.{rules.text(f'{LONG}.saved_in')}"):
        yield Problem(f"{LONG}.saved_in", sentences.NO_COIN)
    if rules.has(f"credit.units.{rules.text(f'{SHORT}.saved_in')}"):
        yield Problem(f"{SHORT}.saved_in", sentences.POINTS_BY_THEMSELVES)


@hookimpl
def timebank_check_order(case: OrderCase, action: OrderAction, rules: RulesInForce) -> list[Refusal]:
    """Ask at each step whether those who take it stand in the right place."""
    asked = {
        OrderAction.PLACE: (_at_home, _on_track),
        OrderAction.PUBLISH: (_by_the_branch,),
        OrderAction.ACCEPT: (_in_a_team,),
    }
    return [refusal for question in asked.get(action, ()) for refusal in question(case, rules)]


def branch_among(nodes: Iterable[Organisation], rules: RulesInForce) -> Organisation | None:
    """Return the branch on a way up the tree, or None."""
    level = rules.text(BRANCH)
    return next((node for node in nodes if node.level == level), None)


def _at_home(case: OrderCase, rules: RulesInForce) -> Iterator[Refusal]:
    """A member's own demand belongs to the branch where they live, for that branch publishes it."""
    if case.order.origin is not Origin.REQUEST:
        return
    home, there = branch_among(case.recipient_home, rules), branch_among(case.place, rules)
    if home is None:
        yield Refusal("no_branch", sentences.NO_BRANCH, BRANCH)
    elif there is None or there.id != home.id:
        yield Refusal("other_branch", sentences.other_branch(home.name), BRANCH)


def _on_track(case: OrderCase, rules: RulesInForce) -> Iterator[Refusal]:
    """Coins are for long-term care and points for short-term service; each is open to people of its own."""
    for track in (LONG, SHORT):
        if case.recipient is None or case.unit != rules.text(f"{track}.saved_in"):
            continue
        outcome = satisfied(rules, f"{track}.who", case.recipient, rules.day)
        if not outcome.holds:
            label = rules.words(f"units.{case.unit}.label")
            yield Refusal("not_on_this_track", sentences.other_track(label, outcome.words), f"{track}.who")


def _by_the_branch(case: OrderCase, rules: RulesInForce) -> Iterator[Refusal]:
    """The desk itself has to be the branch of the place: neither the head office nor a team may publish for it."""
    there = branch_among(case.place, rules)
    if there is None or not case.desk or case.desk[0].id != there.id:
        desk = case.desk[0].name if case.desk else ""
        yield Refusal("not_the_branch", sentences.not_the_branch(desk, there.name if there else ""), BRANCH)


def _in_a_team(case: OrderCase, rules: RulesInForce) -> Iterator[Refusal]:
    """Whoever takes a demand belongs to a team or a partner organisation on the day of service."""
    if case.volunteer is None:
        return
    day, levels = case.order.service_date, rules.names(TEAMS)
    joined = [tie for tie in case.volunteer.memberships if in_force(tie.valid_from, tie.valid_until, day)]
    if not any(tie.level in levels for tie in joined):
        labels = [rules.words(f"levels.{level}.label") for level in levels]
        yield Refusal("in_no_team", sentences.in_no_team(labels, day), TEAMS)


@hookimpl
def timebank_credit_visit(visit: VisitToSettle, rules: RulesInForce, charge_rules: RulesInForce) -> Proposal:
    """Credit coins by their block of the file, and for every coin its point, reckoned by the same block."""
    recognised = visit.visit.recognised_minutes or 0
    coin = _coin(visit, recognised, rules)
    point = replace(coin, account=replace(coin.account, unit=rules.text(f"{SHORT}.saved_in")))
    return Proposal((coin, point), plain_charge(visit, recognised, charge_rules))


def _coin(visit: VisitToSettle, recognised: int, rules: RulesInForce) -> Credit:
    unit = rules.text(f"{LONG}.saved_in")
    path = f"credit.units.{unit}"
    account = visit.volunteer_account(rules.text(f"{path}.account"), unit)
    return Credit(account, recognised * Fraction(rules.decimal(f"{path}.rate")), path)
