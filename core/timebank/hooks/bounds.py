"""What a plugin's answer must look like before the engine uses it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from timebank.domain.account import SPENDABLE, AccountKey, AccountKind, OwnerKind
from timebank.domain.offer import Candidate, Score
from timebank.domain.settlement import Charge, Credit, Proposal, VisitToSettle
from timebank.domain.words import Words
from timebank.hooks.ask import is_not, shown
from timebank.rules import RulesInForce

CREDIT_RULES = ("quantum", "rounding", "remainder")
# No rule of any city gives more than this for one visit, whatever its rates: it stops a broken plugin, not a rule.
MOST_PER_MINUTE = 10


def proposal_fault(answer: Any, visit: VisitToSettle) -> Words | None:
    """Say what is wrong with an answer to ``timebank_credit_visit``, or None."""
    if not isinstance(answer, Proposal) or not isinstance(answer.credits, tuple):
        return is_not(answer, "Proposal")
    most = MOST_PER_MINUTE * max(visit.visit.planned_minutes, visit.visit.recognised_minutes or 0)
    served, seen = visit.served, set()
    lines: tuple[Any, ...] = answer.credits
    for line in lines:
        if not _is_credit(line):
            return Words(
                f"{shown(line)} 不是记入存储、赠时或仅供捐赠账户的 Credit",
                f"{shown(line)} is not a Credit to a savings, granted or donation-only account",
            )
        if (line.account.owner_kind, line.account.owner_id) not in served:
            who = f"{line.account.owner_kind} {line.account.owner_id}"
            return Words(f"{who} 没有在这次服务里服务", f"{who} did not serve in this visit")
        if line.account in seen:
            return Words(f"{line.account} 记了两次", f"{line.account} is credited twice")
        seen.add(line.account)
        fault = _minutes_fault(line.minutes, most)
        if fault is not None:
            return fault
    return _charge_fault(answer.charge, most) or _other_unit(answer.charge, visit)


def _other_unit(charge: Charge | None, visit: VisitToSettle) -> Words | None:
    held = {hold.account.unit for hold in visit.holds}
    if charge is None or not held or held == {charge.unit}:
        return None
    unit, kept = shown(charge.unit), ", ".join(sorted(held))
    return Words(
        f"收取用的单位是 {unit}，预扣用的是 {kept}",
        f"the charge counts in {unit}, and what was held in {kept}",
    )


def _is_credit(line: Any) -> bool:
    account: Any = line.account if isinstance(line, Credit) else None
    if not isinstance(account, AccountKey):
        return False
    kinds: tuple[Any, Any] = (account.kind, account.owner_kind)
    texts: tuple[Any, ...] = (account.owner_id, account.unit, line.rule_path)
    known = isinstance(kinds[0], AccountKind) and isinstance(kinds[1], OwnerKind)
    return known and account.kind in SPENDABLE and all(isinstance(text, str) for text in texts)


def _charge_fault(charge: Any, most: int) -> Words | None:
    if charge is None:
        return None
    if not isinstance(charge, Charge) or not isinstance(charge.unit, str):
        return is_not(charge, "Charge")
    return _minutes_fault(charge.minutes, most)


def unruled_fault(answer: Proposal, rules: RulesInForce, charge_rules: RulesInForce) -> Words | None:
    """Say which unit or rule path of a well-formed proposal the rule files do not have, or None."""
    units = rules.rule_set.tree["units"]  # whether a name exists decides nothing, so it is not noted as read
    for line in answer.credits:
        if line.account.unit not in units:
            unit = shown(line.account.unit)
            return Words(f"规则文件没有单位 {unit}", f"the rule file has no unit {unit}")
        if not all(rules.has(f"{line.rule_path}.{key}") for key in CREDIT_RULES):
            path, keys = shown(line.rule_path), ", ".join(CREDIT_RULES)
            return Words(
                f"{path} 不是规则文件里写有 {keys} 的一段",
                f"{path} is no block of the rule file with {keys}",
            )
    charge = answer.charge
    if charge is not None and charge.unit not in _charged_units(charge_rules):
        unit = shown(charge.unit)
        return Words(
            f"收取用的单位是 {unit}，规则文件用的是别的单位",
            f"the charge counts in {unit}, the rule file in another unit",
        )
    return None


def _charged_units(rules: RulesInForce) -> set[str]:
    """Return the usual unit and all that a payer may choose from."""
    payments = [block for block in rules.rule_set.tree["charge"].values() if isinstance(block, Mapping)]
    return {rules.text("charge.unit"), *(unit for payment in payments for unit in payment.get("units", ()))}


def _minutes_fault(minutes: Any, most: int) -> Words | None:
    if isinstance(minutes, bool) or not isinstance(minutes, int | Fraction):
        return Words(
            f"分钟数须是整数或 Fraction，不能是 {shown(minutes)}",
            f"minutes must be a whole number or a Fraction, not {shown(minutes)}",
        )
    if not 0 <= minutes <= most:
        return Words(
            f"{shown(minutes)} 分钟不在 0 到 {most} 之间", f"{shown(minutes)} minutes are outside 0 to {most}"
        )
    return None


def scores_fault(answer: Any, candidates: tuple[Candidate, ...]) -> Words | None:
    """Say what is wrong with an answer to ``timebank_rank_volunteers``, or None."""
    if not isinstance(answer, tuple) or not all(isinstance(score, Score) for score in answer):
        return is_not(answer, "tuple of Score")
    asked = {candidate.volunteer_id for candidate in candidates}
    named = [score.volunteer_id for score in answer]
    if len(named) != len(set(named)) or not set(named) <= asked:
        return Words(
            "有一个分数写了没有问到的人，或者同一人写了两次",
            "a score names somebody who was not asked about, or names somebody twice",
        )
    if not all(type(value) is int for score in answer for _, value in score.parts):
        return Words("分数的各部分须是整数", "the parts of a score are whole numbers")
    return None
