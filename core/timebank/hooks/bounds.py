"""What a plugin's answer must look like before the engine uses it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from timebank.domain.account import SPENDABLE, AccountKey, AccountKind, OwnerKind
from timebank.domain.offer import Candidate, Score
from timebank.domain.settlement import Charge, Credit, Proposal, VisitToSettle
from timebank.hooks.ask import shown
from timebank.rules import RulesInForce

CREDIT_RULES = ("quantum", "rounding", "remainder")
# No rule of any city gives more than this for one visit, whatever its rates: it stops a broken plugin, not a rule.
MOST_PER_MINUTE = 10


def proposal_fault(answer: Any, visit: VisitToSettle) -> str | None:
    """Say what is wrong with an answer to ``timebank_credit_visit``, or None."""
    if not isinstance(answer, Proposal) or not isinstance(answer.credits, tuple):
        return f"{shown(answer)} is not a Proposal"
    most = MOST_PER_MINUTE * max(visit.visit.planned_minutes, visit.visit.recognised_minutes or 0)
    served, seen = visit.served, set()
    lines: tuple[Any, ...] = answer.credits
    for line in lines:
        if not _is_credit(line):
            return f"{shown(line)} is not a credit to a savings, granted or donation-only account"
        if (line.account.owner_kind, line.account.owner_id) not in served:
            return f"{line.account.owner_kind} {line.account.owner_id} did not serve in this visit"
        if line.account in seen:
            return f"{line.account} is credited twice"
        seen.add(line.account)
        fault = _minutes_fault(line.minutes, most)
        if fault is not None:
            return fault
    return _charge_fault(answer.charge, most) or _other_unit(answer.charge, visit)


def _other_unit(charge: Charge | None, visit: VisitToSettle) -> str | None:
    held = {hold.account.unit for hold in visit.holds}
    if charge is None or not held or held == {charge.unit}:
        return None
    return f"the charge counts in {shown(charge.unit)}, and what was held in {', '.join(sorted(held))}"


def _is_credit(line: Any) -> bool:
    account: Any = line.account if isinstance(line, Credit) else None
    if not isinstance(account, AccountKey):
        return False
    kinds: tuple[Any, Any] = (account.kind, account.owner_kind)
    texts: tuple[Any, ...] = (account.owner_id, account.unit, line.rule_path)
    known = isinstance(kinds[0], AccountKind) and isinstance(kinds[1], OwnerKind)
    return known and account.kind in SPENDABLE and all(isinstance(text, str) for text in texts)


def _charge_fault(charge: Any, most: int) -> str | None:
    if charge is None:
        return None
    if not isinstance(charge, Charge) or not isinstance(charge.unit, str):
        return f"{shown(charge)} is not a Charge"
    return _minutes_fault(charge.minutes, most)


def unruled_fault(answer: Proposal, rules: RulesInForce, charge_rules: RulesInForce) -> str | None:
    """Say which unit or rule path of a well-formed proposal the rule files do not have, or None."""
    units = rules.rule_set.tree["units"]  # whether a name exists decides nothing, so it is not noted as read
    for line in answer.credits:
        if line.account.unit not in units:
            return f"the rule file has no unit {shown(line.account.unit)}"
        if not all(rules.has(f"{line.rule_path}.{key}") for key in CREDIT_RULES):
            return f"{shown(line.rule_path)} is no block of the rule file with {', '.join(CREDIT_RULES)}"
    charge = answer.charge
    if charge is not None and charge.unit not in _charged_units(charge_rules):
        return f"the charge counts in {shown(charge.unit)}, the rule file in another unit"
    return None


def _charged_units(rules: RulesInForce) -> set[str]:
    """Return the usual unit and all that a payer may choose from."""
    payments = [block for block in rules.rule_set.tree["charge"].values() if isinstance(block, Mapping)]
    return {rules.text("charge.unit"), *(unit for payment in payments for unit in payment.get("units", ()))}


def _minutes_fault(minutes: Any, most: int) -> str | None:
    if isinstance(minutes, bool) or not isinstance(minutes, int | Fraction):
        return f"minutes must be a whole number or a Fraction, not {shown(minutes)}"
    if not 0 <= minutes <= most:
        return f"{shown(minutes)} minutes are outside 0 to {most}"
    return None


def scores_fault(answer: Any, candidates: tuple[Candidate, ...]) -> str | None:
    """Say what is wrong with an answer to ``timebank_rank_volunteers``, or None."""
    if not isinstance(answer, tuple) or not all(isinstance(score, Score) for score in answer):
        return f"{shown(answer)} is not a tuple of Score"
    asked = {candidate.volunteer_id for candidate in candidates}
    named = [score.volunteer_id for score in answer]
    if len(named) != len(set(named)) or not set(named) <= asked:
        return "a score names somebody who was not asked about, or names somebody twice"
    if not all(type(value) is int for score in answer for _, value in score.parts):
        return "the parts of a score are whole numbers"
    return None
