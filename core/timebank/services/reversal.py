"""Reversal: a transfer that undoes another. Nothing is edited; what is no longer there is owed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row

from timebank.domain.account import FLOORLESS, Account, AccountKey, AccountKind, OwnerKind
from timebank.domain.decision import Decision
from timebank.domain.organisation import Power
from timebank.domain.refusal import Conflict, missing, refuse
from timebank.domain.transfer import Posting, TransferKind
from timebank.domain.words import Words
from timebank.rules import RulesInForce
from timebank.services.authority import require
from timebank.services.desk import Answer, Desk, Writing
from timebank.services.engine_version import ENGINE
from timebank.services.rounding import owed_account
from timebank.storage import settlement_rows, transfer_rows
from timebank.storage.ledger_session import Ledger, TransferDraft
from timebank.storage.organisation_rows import tree_on

TRANSFER = Words("转账", "transfer")


def reverse(desk: Desk, transfer_id: str, reason: str) -> Answer:
    """Undo a transfer; caps and quantum do not apply, and a missing amount becomes what the member owes.

    Args:
        desk: the command at work; its actor needs the power ``reverse_transfer`` over the transfer's organisation.
        transfer_id: the transfer to undo.
        reason: why, for the decision.

    Raises:
        Refused: a gift (its receiver keeps it in good faith), a reversal, or no power.
        Conflict: it was reversed already.
    """
    city, rules = desk.city.code, desk.rules_on(desk.today)
    with desk.reading() as connection:
        original = transfer_rows.transfer(connection, city, transfer_id)
        if original is None:
            raise missing(TRANSFER, transfer_id)
        lines = transfer_rows.lines(connection, city, [transfer_id])
        tree = tree_on(connection, city, desk.today)
    require(desk, tree, rules, Power.REVERSE_TRANSFER, original.organisation_id)
    _reversible(TransferKind(original.kind), rules)
    postings = [_posting(line) for line in lines]
    carried = _carried(original)
    with desk.writing() as write:
        _take_visit(write.connection, city, original)
        ledger = write.ledger
        ledger.lock(_accounts(postings) | carried.keys())
        _check_first(write.connection, city, transfer_id)
        undone = _undone(ledger, postings)
        if not undone:
            raise refuse(
                "nothing_left",
                "这笔时间已从公共时间池用完，没有可以冲正的；请另作更正。",
                "The pool has spent all of these minutes, so nothing is left to reverse; make a correction.",
            )
        short = [_carry_back(write, key, added) for key, added in carried.items()]
        reversal_id = ledger.post(_draft(desk, original, postings, undone, rules, reason, short))
        write.tell("transfer.reversed", transfer_id=transfer_id, reversal_id=reversal_id)
        return write.answer(transfer_id=reversal_id, reverses=transfer_id)


def _check_first(connection: Connection, city: str, transfer_id: str) -> None:
    if transfer_rows.reversal_of(connection, city, transfer_id) is not None:
        words = Words("这笔转账已经冲正过。", "This transfer was reversed already.")
        raise Conflict(words, "already_reversed")


def _reversible(kind: TransferKind, rules: RulesInForce) -> None:
    if kind is TransferKind.REVERSAL:
        raise refuse(
            "is_a_reversal", "冲正不能再冲正；请另作更正。", "A reversal is not reversed; make a correction."
        )
    if kind is TransferKind.GIFT and not (rules.has("gifts.taken_back") and rules.flag("gifts.taken_back")):
        raise refuse(
            "gift_kept",
            "受赠人善意取得的时间不收回；本市规则没有另作规定。",
            "A receiver in good faith keeps a gift; the rules here do not say otherwise.",
            "gifts.taken_back",
        )


def _take_visit(connection: Connection, city: str, original: Row[Any]) -> None:
    """Make the settled visit void in the same transaction; the loser of two reversals stops here."""
    if original.cause_kind == "visit" and not settlement_rows.void_settled(
        connection, city, original.cause_id
    ):
        raise Conflict(
            Words("这笔结算已经冲正过。", "This settlement was reversed already."), "already_reversed"
        )


def _posting(line: Row[Any]) -> Posting:
    debit = AccountKey(
        OwnerKind(line.debit_owner_kind), line.debit_owner, AccountKind(line.debit_kind), line.unit
    )
    credit = AccountKey(
        OwnerKind(line.credit_owner_kind), line.credit_owner, AccountKind(line.credit_kind), line.unit
    )
    return Posting(debit, credit, line.minutes)


def _accounts(postings: Sequence[Posting]) -> set[AccountKey]:
    keys = {key for posting in postings for key in (posting.debit, posting.credit)}
    return keys | {owed_account(key) for key in keys if key.owner_kind is not OwnerKind.CITY}


def _undone(ledger: Ledger, postings: Sequence[Posting]) -> tuple[Posting, ...]:
    """Return the reversing postings, last first; what the receiver no longer has is taken from what they owe."""
    left = {key: account.available for key, account in ledger.accounts.items()}
    undone: list[Posting] = []
    for posting in reversed(postings):
        source, target, minutes = posting.credit, posting.debit, posting.minutes
        there = _there(ledger.accounts[source], left, minutes)
        if there:
            undone.append(Posting(source, target, there))
            left[source] -= there
            left[target] = left.get(target, 0) + there
        if there < minutes and source.owner_kind is not OwnerKind.CITY:
            undone.append(Posting(owed_account(source), target, minutes - there))
    return tuple(undone)


def _there(account: Account, left: dict[AccountKey, int], minutes: int) -> int:
    if account.key.kind in FLOORLESS:
        return minutes
    return max(0, min(minutes, left[account.key]))


def _carried(original: Row[Any]) -> dict[AccountKey, int]:
    """Return what a settlement added to the minutes that wait, by account; less than nothing where it used some."""
    added = {}
    for line in original.decision.get("facts", {}).get("credits", []):
        key = AccountKey(OwnerKind(line["owner"]), line["owner_id"], AccountKind(line["kind"]), line["unit"])
        if line["carried"] != line["carried_before"]:
            added[key] = line["carried"] - line["carried_before"]
    return added


def _carry_back(write: Writing, key: AccountKey, added: int) -> dict[str, Any]:
    """Take back what a settlement added to the minutes that wait; return what was short, for the decision.

    What a later settlement has used already is short. Where that settlement is reversed too, what it used comes
    back only beyond what was short: else minutes would wait that nobody served.
    """
    before = write.ledger.accounts[key].carried
    wanted = before - added
    left = max(0, wanted)
    if added < 0:
        left = max(before, wanted - _short_so_far(write, key))
    write.ledger.carry(key, left)
    return _named(key) | {"minutes": left - wanted}


def _short_so_far(write: Writing, key: AccountKey) -> int:
    decisions = transfer_rows.reversals_for(write.connection, write.desk.city.code, key)
    shorts = [one for decision in decisions for one in decision["facts"].get("carried_short", [])]
    return sum(one["minutes"] for one in shorts if one | _named(key) == one)


def _named(key: AccountKey) -> dict[str, str]:
    return {"owner": key.owner_kind, "owner_id": key.owner_id, "kind": key.kind, "unit": key.unit}


def _draft(
    desk: Desk,
    original: Row[Any],
    postings: Sequence[Posting],
    undone: tuple[Posting, ...],
    rules: RulesInForce,
    reason: str,
    short: Sequence[dict[str, Any]],
) -> TransferDraft:
    owed = sum(posting.minutes for posting in undone if posting.debit.kind is AccountKind.OWED)
    given = sum(posting.minutes for posting in postings if posting.credit.kind is AccountKind.POOL)
    back = sum(posting.minutes for posting in undone if posting.debit.kind is AccountKind.POOL)
    facts: dict[str, Any] = {
        "reverses": original.id,
        "owed": owed,
        "spent_by_pool": given - back,
        "reason": reason,
    }
    if any(one["minutes"] for one in short):
        facts["carried_short"] = [one for one in short if one["minutes"]]
    decision = Decision(
        "reversed",
        rules.digest,
        rules.effective_from.isoformat(),
        rules.paths_read,
        facts,
        engine=ENGINE,
    )
    return TransferDraft(
        TransferKind.REVERSAL,
        "transfer",
        original.id,
        undone,
        desk.today,
        decision,
        original.organisation_id,
        original.order_id,
        reverses=original.id,
    )
