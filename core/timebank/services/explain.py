"""Why: the answer to “why this credit?”, read from the stored decision and the rule file it names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from timebank.domain.refusal import missing
from timebank.domain.transfer import TransferKind
from timebank.domain.words import Words
from timebank.hooks.city import City
from timebank.rules import RuleMissing, RulesInForce
from timebank.services import explain_settlement
from timebank.services.amounts import in_units
from timebank.services.desk import Bank
from timebank.services.explain_exchange import whereby
from timebank.services.kept_rules import rules_that_decided
from timebank.storage import member_names, transfer_rows

TRANSFER = Words("转账", "transfer")


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a transfer was made.

    Attributes:
        transfer_id: which one.
        kind: settlement, gift and so on.
        lines: sentences for people; every figure with the rule and the article behind it.
        decision: the stored decision as it is.
    """

    transfer_id: str
    kind: str
    lines: tuple[Words, ...]
    decision: Mapping[str, Any]


def explain_transfer(bank: Bank, city_code: str, transfer_id: str, *, named: bool = True) -> Explanation:
    """Return why a transfer was made, from what was stored with it.

    Args:
        bank: the open bank.
        city_code: which city.
        transfer_id: which transfer.
        named: whether people are called by their names; without, nothing here tells who anybody is.
    """
    city = bank.city(city_code)
    with bank.reading() as connection:
        row = transfer_rows.transfer(connection, city_code, transfer_id)
        if row is None:
            raise missing(TRANSFER, transfer_id)
        lines = transfer_rows.lines(connection, city_code, [transfer_id])
        owners = {line.debit_owner for line in lines} | {line.credit_owner for line in lines}
        names = member_names.names(connection, city_code, owners) if named else {}
    decision = row.decision
    rules = rules_that_decided(bank, city, decision["rules"], row.day)
    if row.kind == TransferKind.SETTLEMENT:
        charge_rules = rules_that_decided(bank, city, decision["charge_rules"])
        said = list(explain_settlement.sentences(decision, lines, names, rules, charge_rules))
    else:
        said = list(_exchange(row.kind, decision, lines, names, rules))
    said.append(_decided_by(decision, rules))
    return Explanation(transfer_id, row.kind, tuple(said), decision)


_PATH = {
    TransferKind.GIFT: "gifts",
    TransferKind.DONATION: "donations",
    TransferKind.REDEMPTION: "redemption",
    TransferKind.GRANT: "grants",
}
_VERB = {
    TransferKind.GIFT: Words("赠与", "gave"),
    TransferKind.DONATION: Words("捐赠", "donated"),
    TransferKind.REDEMPTION: Words("兑换用去", "redeemed"),
    TransferKind.GRANT: Words("获赠", "was granted"),
    TransferKind.REVERSAL: Words("冲正", "reversed"),
    TransferKind.IMPORT: Words("导入", "imported"),
    TransferKind.CORRECTION: Words("更正", "corrected"),
    TransferKind.EXPIRY: Words("到期", "expired"),
}


def _exchange(
    kind: str, decision: Mapping[str, Any], lines: Any, names: Mapping[str, str], rules: RulesInForce
) -> Iterator[Words]:
    verb = _VERB[TransferKind(kind)]
    for line in lines:
        amount = in_units(line.minutes, line.unit, rules)
        giver = _owner(line.debit_owner, line.debit_kind, names)
        receiver = _owner(line.credit_owner, line.credit_kind, names)
        yield Words(
            f"{verb.zh} {amount.zh}（{line.minutes} 分钟）：{giver.zh} → {receiver.zh}。",
            f"{verb.en} {amount.en} ({line.minutes} minutes): {giver.en} → {receiver.en}.",
        )
    yield from whereby(decision["facts"], rules)
    path = _PATH.get(TransferKind(kind))
    if path is not None and TransferKind(kind) is TransferKind.GRANT:
        path = f"grants.{decision['facts']['plan']}"
    if path is not None and rules.has(path):
        yield from _cited(path, rules)
    if decision["facts"].get("spent_by_pool"):
        spent = decision["facts"]["spent_by_pool"]
        yield Words(f"公共时间池已用去其中 {spent} 分钟。", f"The pool had spent {spent} minutes of it.")
    if decision["facts"].get("owed"):
        owed = decision["facts"]["owed"]
        yield Words(f"其中 {owed} 分钟已不在账上，记为欠账。", f"{owed} minutes were gone and are now owed.")


def _cited(path: str, rules: RulesInForce) -> Iterator[Words]:
    try:
        cited = rules.cite(path)
    except RuleMissing:  # a block whose parts carry the basis one by one
        return
    yield Words(f"依据：{cited.zh}", f"Basis: {cited.en}")


KINDS = {
    "savings": Words("储蓄", "savings"),
    "granted": Words("赠时", "granted hours"),
    "donation_only": Words("仅供捐赠", "donation only"),
    "owed": Words("欠账", "owed"),
    "issuance": Words("发放", "issuance"),
    "pool": Words("公共时间池", "pool"),
    "redemption": Words("已使用", "used"),
    "expiry": Words("到期", "expired"),
    "clearing": Words("清算", "clearing"),
}


def _owner(owner: str, kind: str, names: Mapping[str, str]) -> Words:
    label = KINDS[kind]
    if owner in names:
        return Words(f"{names[owner]}·{label.zh}", f"{names[owner]} ({label.en})")
    return label


def _decided_by(decision: Mapping[str, Any], rules: RulesInForce) -> Words:
    who = list(dict.fromkeys(f"{plugin} {version}".strip() for _, plugin, version, _ in decision["hooks"]))
    zh = f"规则文件 {rules.file}（{rules.effective_from} 起施行，{rules.digest[:19]}…）"
    en = f"Rule file {rules.file} (in force from {rules.effective_from}, {rules.digest[:19]}…)"
    if who:
        zh, en = f"{zh}；答复者：{'、'.join(who)}", f"{en}; answered by: {', '.join(who)}"
    return Words(f"{zh}；引擎 {decision['engine']}。", f"{en}; engine {decision['engine']}.")


def latest(bank: Bank, city: City, many: int = 10) -> list[str]:
    """Return the newest transfers of a city, newest first."""
    with bank.reading() as connection:
        return [row.id for row in transfer_rows.latest(connection, city.code, many)]
