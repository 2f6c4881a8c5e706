"""The sentences of a settlement: what was served, what was credited, what was charged, and which rule said so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from timebank.domain.words import Words
from timebank.rules import RulesInForce
from timebank.services.amounts import in_units
from timebank.services.caps import DONATE, cap_speaks_of

ROUNDING = {
    "floor": Words("向下取整", "rounded down to"),
    "nearest": Words("四舍五入", "rounded to the nearest"),
    "ceil": Words("向上取整", "rounded up to"),
}


def sentences(
    decision: Mapping[str, Any],
    lines: Any,
    names: Mapping[str, str],
    rules: RulesInForce,
    charge_rules: RulesInForce,
) -> Iterator[Words]:
    """Yield one sentence for the service, and one for each credit and the charge."""
    facts = decision["facts"]
    yield _served(facts, lines, names, rules)
    for credit in facts["credits"]:
        yield _credited(credit, rules, decision)
        yield from _repaid(credit)
        yield from _capped(credit, rules)
    if facts["charged"]:
        yield _charged(facts, lines, names, charge_rules)


def _served(facts: Mapping[str, Any], lines: Any, names: Mapping[str, str], rules: RulesInForce) -> Words:
    service = rules.words(f"services.{facts['service']}.label")
    credited = [names.get(line.credit_owner) for line in lines if line.debit_kind == "issuance"]
    who = next((Words(name, name) for name in credited if name), Words("志愿者", "a volunteer"))
    measured = facts["measured"]
    zh = f"{facts['day']} {who.zh}服务“{service.zh}”：计划 {facts['planned']} 分钟"
    en = f"{facts['day']} {who.en} served “{service.en}”: planned {facts['planned']} minutes"
    if measured is not None:
        zh, en = f"{zh}，实测 {measured} 分钟", f"{en}, measured {measured}"
    basis = rules.cite("credit.basis")
    return Words(
        f"{zh}，认定 {facts['recognised']} 分钟。依据：{basis.zh}",
        f"{en}, recognised {facts['recognised']}. Basis: {basis.en}",
    )


def _credited(credit: Mapping[str, Any], rules: RulesInForce, decision: Mapping[str, Any]) -> Words:
    path = _path(credit, decision)
    amount = in_units(credit["credited"], credit["unit"], rules)
    quantum = rules.minutes(f"{path}.quantum")
    rounding = ROUNDING[rules.text(f"{path}.rounding")]
    asked = _number(credit["asked"])
    zh = f"记入 {amount.zh}（{credit['credited']} 分钟）：{asked} 分钟"
    en = f"Credited {amount.en} ({credit['credited']} minutes): {asked} minutes"
    if credit["carried_before"]:
        zh = f"{zh}（含上次余下 {credit['carried_before']} 分钟）"
        en = f"{en} (with {credit['carried_before']} left from before)"
    zh, en = f"{zh}，按 {quantum} 分钟{rounding.zh}", f"{en}, {rounding.en} {quantum} minutes"
    left = Fraction(credit["asked"]) - credit["credited"] - credit["cut"]
    if credit["carried"]:
        zh, en = (
            f"{zh}，余 {credit['carried']} 分钟留待下次",
            f"{en}; {credit['carried']} minutes wait for next time",
        )
    elif left > 0:
        rest = _number(str(left))
        zh, en = f"{zh}，余 {rest} 分钟只记服务时长", f"{en}; {rest} minutes stay served time only"
    cited = rules.cite(f"{path}.rounding")
    return Words(f"{zh}。依据：{cited.zh}", f"{en}. Basis: {cited.en}")


def _path(credit: Mapping[str, Any], decision: Mapping[str, Any]) -> str:
    """Return the block that decided a credit, as the plugin's stored answer names it."""
    for hook, _, _, answer in decision["hooks"]:
        if hook == "timebank_credit_visit":
            for line in answer:
                if line[0] == "credit" and line[1] == credit["kind"] and line[2] == credit["unit"]:
                    return str(line[4])
    return f"credit.units.{credit['unit']}"


def _number(exact: str) -> str:
    value = Fraction(exact)
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.2f}"


def _repaid(credit: Mapping[str, Any]) -> Iterator[Words]:
    if credit["repaid"]:
        yield Words(
            f"其中 {credit['repaid']} 分钟先抵还冲正后的欠账。",
            f"{credit['repaid']} minutes of it first pay what was owed after a reversal.",
        )


def _capped(credit: Mapping[str, Any], rules: RulesInForce) -> Iterator[Words]:
    if not (credit["donated"] or credit["cut"]) or not rules.has("caps"):
        return
    for cap in rules.names("caps"):
        path = f"caps.{cap}"
        if not cap_speaks_of(path, credit["kind"], credit["unit"], rules):
            continue
        donates = rules.text(f"{path}.over") == DONATE
        minutes = credit["donated"] if donates else credit["cut"]
        if minutes:
            cited = rules.cite(f"{path}.limit")
            what = Words("记入后转捐公共时间池", "credited and then donated to the pool")
            if not donates:
                what = Words("不记入", "not credited")
            yield Words(
                f"超过上限的 {minutes} 分钟{what.zh}。依据：{cited.zh}",
                f"{minutes} minutes above the cap: {what.en}. Basis: {cited.en}",
            )


def _charged(facts: Mapping[str, Any], lines: Any, names: Mapping[str, str], rules: RulesInForce) -> Words:
    paid = [line for line in lines if line.credit_kind == "redemption"]
    known = [names[line.debit_owner] for line in paid if line.debit_owner in names]
    payer = Words(known[0], known[0]) if known else Words("付的一方", "the payer")
    amount = in_units(facts["charged"], paid[0].unit, rules)
    back = facts["held"] - facts["charged"]
    zh = f"{payer.zh}付 {amount.zh}（预扣 {facts['held']} 分钟，退回 {max(0, back)} 分钟）"
    en = f"{payer.en} paid {amount.en} ({facts['held']} minutes held, {max(0, back)} released)"
    granted = sum(line.minutes for line in paid if line.debit_kind == "granted")
    if granted:
        zh, en = f"{zh}，其中赠时 {granted} 分钟", f"{en}, {granted} minutes of it from granted hours"
    cited = rules.basis(f"charge.{facts['origin']}").words
    return Words(f"{zh}。依据：{cited.zh}", f"{en}. Basis: {cited.en}")
