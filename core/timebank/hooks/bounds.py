"""What a plugin's answer must look like before the engine uses it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from timebank.domain.account import AccountKind
from timebank.domain.offer import Candidate, Score
from timebank.domain.settlement import Charge, Credit, Proposal, VisitToSettle

CREDITABLE = frozenset({AccountKind.SAVINGS, AccountKind.GRANTED, AccountKind.DONATION_ONLY})
# No rule of any city gives more than this for one visit, whatever its rates: it stops a broken plugin, not a rule.
MOST_PER_MINUTE = 10


def proposal_fault(answer: Any, visit: VisitToSettle) -> str | None:
    """Say what is wrong with an answer to ``timebank_credit_visit``, or None."""
    if not isinstance(answer, Proposal) or not isinstance(answer.credits, tuple):
        return f"{answer!r} is not a Proposal"
    most = MOST_PER_MINUTE * max(visit.visit.planned_minutes, visit.visit.recognised_minutes or 0)
    parties = {visit.visit.volunteer_id, visit.visit.team_id}
    seen = set()
    lines: tuple[Any, ...] = answer.credits
    for line in lines:
        if not isinstance(line, Credit) or line.account.kind not in CREDITABLE:
            return f"{line!r} is not a credit to a savings, granted or donation-only account"
        if line.account.owner_id not in parties:
            return f"{line.account.owner_id} did not serve in this visit"
        if line.account in seen:
            return f"{line.account} is credited twice"
        seen.add(line.account)
        fault = _minutes_fault(line.minutes, most)
        if fault is not None:
            return fault
    return _charge_fault(answer.charge, most)


def _charge_fault(charge: Any, most: int) -> str | None:
    if charge is None:
        return None
    if not isinstance(charge, Charge):
        return f"{charge!r} is not a Charge"
    return _minutes_fault(charge.minutes, most)


def _minutes_fault(minutes: Any, most: int) -> str | None:
    if isinstance(minutes, bool) or not isinstance(minutes, int | Fraction):
        return f"minutes must be a whole number or a Fraction, not {minutes!r}"
    if not 0 <= minutes <= most:
        return f"{minutes} minutes are outside 0 to {most}"
    return None


def scores_fault(answer: Any, candidates: tuple[Candidate, ...]) -> str | None:
    """Say what is wrong with an answer to ``timebank_rank_volunteers``, or None."""
    if not isinstance(answer, tuple) or not all(isinstance(score, Score) for score in answer):
        return f"{answer!r} is not a tuple of Score"
    asked = {candidate.volunteer_id for candidate in candidates}
    named = [score.volunteer_id for score in answer]
    if len(named) != len(set(named)) or not set(named) <= asked:
        return "a score names somebody who was not asked about, or names somebody twice"
    if not all(type(value) is int for score in answer for _, value in score.parts):
        return "the parts of a score are whole numbers"
    return None
