"""What the rule file says of gifts, donations and redemption."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from timebank.domain.account import AccountKind
from timebank.domain.cases import TransferCase
from timebank.domain.days import in_force
from timebank.domain.member import Tie
from timebank.domain.refusal import refuse
from timebank.domain.transfer import ProposedTransfer
from timebank.domain.words import Words
from timebank.rules import RulesInForce, satisfied
from timebank.services.rulings import ruled_out

POOL = "pool"


def check_gift(case: TransferCase, rules: RulesInForce, day: date) -> None:
    """Refuse a gift the rule file does not allow."""
    asked = case.transfer
    if not _allowed(rules, "gifts"):
        _no("gift_not_allowed", "本市规则不允许赠与。", "The rules here do not allow gifts.", "gifts", rules)
    _only_donated(asked)
    _unit("gifts", asked.unit, rules)
    if rules.has("gifts.giver") and case.giver is not None:
        _gate("gifts.giver", case.giver, "giver_not_entitled", rules, day)
    kin_set = f"kin.{rules.text('gifts.to')}"
    wanted = rules.names(f"{kin_set}.relations")
    if not any(relation in wanted for relation in case.relations):
        label = rules.words(f"{kin_set}.label")
        _no(
            "not_kin",
            f"受赠人不是赠与人经核验的{label.zh}。请先到有权组织办理亲属关系核验。",
            f"The receiver is not a verified member of the giver's {label.en}. Have the tie verified first.",
            f"{kin_set}.relations",
            rules,
        )
    _proved(case, kin_set, rules, day)
    if rules.has("gifts.receiver") and case.receiver is not None:
        _gate("gifts.receiver", case.receiver, "receiver_not_entitled", rules, day)
    if rules.has("gifts.per_year"):
        check_yearly(case.given_this_year, asked.minutes, rules, "gifts.per_year")


def check_yearly(given: int, minutes: int, rules: RulesInForce, path: str) -> None:
    """Refuse what would go over the yearly limit."""
    limit = rules.minutes(f"{path}.limit")
    if given + minutes > limit:
        zh = f"本年已赠与 {given} 分钟，再赠 {minutes} 分钟将超过年度上限 {limit} 分钟。"
        en = f"{given} minutes were given this year; {minutes} more would pass the yearly limit of {limit} minutes."
        _no("over_yearly_limit", zh, en, path, rules)


def check_donation(case: TransferCase, rules: RulesInForce) -> None:
    """Refuse a donation the rule file does not allow."""
    if not _allowed(rules, "donations"):
        zh, en = "本市规则不允许捐赠。", "The rules here do not allow donations."
        _no("donation_not_allowed", zh, en, "donations", rules)
    _unit("donations", case.transfer.unit, rules)
    _check_target(case.transfer.target, rules)


def _check_target(target: str, rules: RulesInForce) -> None:
    """Refuse a donation to what the rule file does not name."""
    to = rules.names("donations.to")
    projects = (
        rules.block("donations.projects") if "project" in to and rules.has("donations.projects") else {}
    )
    if target in projects or (target == POOL and POOL in to):
        return
    known = [f"{name}（{block['label']['zh']}）" for name, block in projects.items()]
    known_en = [f"{name} ({block['label']['en']})" for name, block in projects.items()]
    known, known_en = ([POOL, *known], [POOL, *known_en]) if POOL in to else (known, known_en)
    zh = f"不能捐给“{target}”。可以捐给：{'、'.join(known)}。"
    _no(
        "unknown_target",
        zh,
        f"No donation to “{target}”; possible: {', '.join(known_en)}.",
        "donations.to",
        rules,
    )


def gift_ties(case: TransferCase, rules: RulesInForce, day: date) -> list[Tie]:
    """Return the giver's ties to the receiver that are in force and of the set to which gifts go."""
    if case.giver is None or case.receiver is None:
        return []
    relations = rules.names(f"kin.{rules.text('gifts.to')}.relations")
    ties = [tie for tie in case.giver.kin if tie.member_id == case.receiver.id and tie.relation in relations]
    return [tie for tie in ties if in_force(tie.valid_from, tie.valid_until, day)]


def tie_facts(tie: Tie) -> dict[str, str]:
    """Return what a decision keeps of a tie: the relation, the kind of proof, who saw it, and when."""
    seen = tie.verified_on or tie.valid_from
    proof = proof_kind(tie.proof)
    return {"relation": tie.relation, "proof": proof, "verified_by": tie.verified_by, "on": seen.isoformat()}


def proof_kind(proof: str) -> str:
    """Return the kind of a proof without the note after its colon."""
    return proof.partition(":")[0].partition("：")[0].strip()


def check_redemption(case: TransferCase, rules: RulesInForce, day: date) -> None:
    """Refuse goods the rule file does not allow; special redemptions are the plugin's to refuse."""
    target = case.transfer.target.partition(":")[0]
    if target != "goods":
        if not _known_special(target, rules):
            _no(
                "unknown_redemption",
                f"本市规则没有“{target}”这种兑换。",
                f"The rules here know no redemption “{target}”.",
                "redemption",
                rules,
            )
        return
    if not rules.has("redemption.goods") or not rules.flag("redemption.goods.allowed"):
        path = "redemption.goods" if rules.has("redemption.goods") else "redemption"
        zh, en = "本市规则不允许兑换物品。", "The rules here do not allow goods for credit."
        _no("goods_not_allowed", zh, en, path, rules)
    if rules.has("redemption.goods.unit") and rules.text("redemption.goods.unit") != case.transfer.unit:
        label = rules.words(f"units.{rules.text('redemption.goods.unit')}.label")
        zh, en = f"物品只能用{label.zh}兑换。", f"Goods are redeemed with {label.en} only."
        _no("wrong_unit", zh, en, "redemption.goods.unit", rules)
    if rules.has("redemption.goods.who") and case.giver is not None:
        _gate("redemption.goods.who", case.giver, "redeemer_not_entitled", rules, day)


def _only_donated(asked: ProposedTransfer) -> None:
    if asked.account == AccountKind.DONATION_ONLY:
        raise refuse(
            "only_donated",
            "仅供捐赠的时间不能赠与他人，只能捐赠。",
            "Minutes that are for donation only cannot be given to somebody; they can be donated.",
        )


def _known_special(target: str, rules: RulesInForce) -> bool:
    """Say whether a plugin's slot has a block of that name with a unit of its own: what else stands there is none."""
    extensions = rules.rule_set.tree.get("extensions", {})
    blocks = [keys.get(target) for keys in extensions.values()]
    return any(isinstance(block, Mapping) and "unit" in block for block in blocks)


def _proved(case: TransferCase, kin_set: str, rules: RulesInForce, day: date) -> None:
    if case.giver is None or case.receiver is None or not rules.has(f"{kin_set}.proof"):
        return
    proofs = rules.names(f"{kin_set}.proof")
    if not any(proof_kind(tie.proof) in proofs for tie in gift_ties(case, rules, day)):
        known = "、".join(proofs)
        _no(
            "tie_not_proved",
            f"亲属关系的证明不在认可之列。认可的证明：{known}。",
            f"The tie was proved by something else than {', '.join(proofs)}.",
            f"{kin_set}.proof",
            rules,
        )


def _gate(path: str, member: object, code: str, rules: RulesInForce, day: date) -> None:
    outcome = satisfied(rules, path, member, day)  # type: ignore[arg-type]
    if not outcome.holds:
        raise ruled_out(rules, code, outcome.words, path)


def _allowed(rules: RulesInForce, block: str) -> bool:
    return rules.has(block) and rules.flag(f"{block}.allowed")


def _unit(block: str, unit: str, rules: RulesInForce) -> None:
    if rules.has(f"{block}.units") and unit not in rules.names(f"{block}.units"):
        label = rules.words(f"units.{unit}.label")
        zh, en = f"{label.zh}不能这样使用。", f"{label.en} cannot be used in this way."
        _no("wrong_unit", zh, en, f"{block}.units", rules)


def _no(code: str, zh: str, en: str, path: str, rules: RulesInForce) -> None:
    if not rules.has(path):
        raise refuse(code, zh, en, path)
    raise ruled_out(rules, code, Words(zh, en), path)
