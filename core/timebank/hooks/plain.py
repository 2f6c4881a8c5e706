"""The plain time bank: what every city does unless it says otherwise. Core's own plugin, asked last."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from timebank.domain.offer import Candidate, Score
from timebank.domain.order import Order
from timebank.domain.registry import Answer, LookedUp, Registry
from timebank.domain.settlement import Charge, Credit, Proposal, VisitToSettle
from timebank.hooks.markers import hookimpl
from timebank.rules import RulesInForce


@hookimpl(trylast=True)
def timebank_credit_visit(visit: VisitToSettle, rules: RulesInForce, charge_rules: RulesInForce) -> Proposal:
    """Credit recognised minutes in every unit of the file; charge the payer by the file's basis and rate."""
    recognised = visit.visit.recognised_minutes or 0
    return Proposal(plain_credits(visit, recognised, rules), plain_charge(visit, recognised, charge_rules))


def plain_credits(visit: VisitToSettle, minutes: int, rules: RulesInForce) -> tuple[Credit, ...]:
    """Return one credit to the volunteer for each unit the rule file credits."""
    lines = []
    for unit in rules.names("credit.units"):
        path = f"credit.units.{unit}"
        account = visit.volunteer_account(rules.text(f"{path}.account"), unit)
        lines.append(Credit(account, minutes * Fraction(rules.decimal(f"{path}.rate")), path))
    return tuple(lines)


def plain_charge(visit: VisitToSettle, recognised: int, charge_rules: RulesInForce) -> Charge | None:
    """Return what the payer pays, in the unit that was held; None where nobody pays or nothing was held."""
    payer = charge_rules.text(f"charge.{visit.order.origin}.payer")
    if payer == "nobody" or (payer == "recipient" and not visit.holds):
        return None
    planned = charge_rules.text("charge.basis") == "planned"
    minutes = visit.visit.planned_minutes if planned else recognised
    unit = visit.holds[0].account.unit if visit.holds else charge_rules.text("charge.unit")
    return Charge(unit, minutes * Fraction(charge_rules.decimal("charge.rate")), "charge")


@hookimpl(trylast=True)
def timebank_rank_volunteers(
    order: Order, candidates: tuple[Candidate, ...], rules: RulesInForce
) -> tuple[Score, ...]:
    """Ask first whoever offered first."""
    waiting = sorted(candidates, key=lambda candidate: (candidate.offered_since, candidate.volunteer_id))
    return tuple(
        Score(candidate.volunteer_id, (("waiting", len(waiting) - place),))
        for place, candidate in enumerate(waiting)
    )


@hookimpl(trylast=True)
def timebank_look_up(kind: str, key: str, registries: Mapping[str, Registry]) -> LookedUp | None:
    """Ask the register of that name; where none is connected the answer is to come later."""
    if kind not in registries:
        return LookedUp(Answer.LATER, "not connected", reached=False)
    return registries[kind].ask(kind, key)
