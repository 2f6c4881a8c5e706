"""A visit that was taken for missed is upheld: what its place held is held again, so that somebody pays for it."""

from __future__ import annotations

from timebank.domain.account import AccountKey, AccountKind, HoldState, OwnerKind
from timebank.domain.refusal import Refused, refuse
from timebank.rules import RulesInForce
from timebank.services.amounts import in_units
from timebank.services.order_change import OrderChange
from timebank.services.order_funding import lines_of_place, paying_kinds
from timebank.storage import hold_rows


def hold_again(change: OrderChange, place: int) -> None:
    """Hold as much for a place as was let go, on the payer's accounts and by the file of the day of the first hold.

    Nothing is done where the place still holds something, has paid, or never held anything.

    Raises:
        Refused: the payer has not enough any more; it says what staff can do.
    """
    desk, ledger = change.write.desk, change.write.ledger
    before = hold_rows.last_of_place(change.write.connection, desk.city.code, change.order.id, place)
    let_go = {HoldState.VOIDED.value, HoldState.EXPIRED.value}
    if not before or any(row.state not in let_go for row in before):
        return
    first, due = before[0], sum(row.minutes for row in before)
    rules = desk.city.rules_for(change.order.service, first.placed_on)
    kinds = paying_kinds(rules, f"charge.{change.order.origin}")
    keys = [AccountKey(OwnerKind.MEMBER, first.payer_id, AccountKind(kind), first.unit) for kind in kinds]
    locked = ledger.lock(keys)
    left = {key.kind.value: max(0, locked[key].available) for key in keys}
    if sum(left.values()) < due:
        raise _not_enough(rules, first.unit, due, sum(left.values()))
    for line in lines_of_place(first.payer_id, place, due, first.unit, left):
        ledger.hold(
            change.order.id, place, first.payer_id, line.account, line.rank, line.minutes, first.placed_on
        )


def _not_enough(rules: RulesInForce, unit: str, due: int, available: int) -> Refused:
    held, there = in_units(due, unit, rules), in_units(available, unit, rules)
    zh = (
        f"这次服务预扣的 {held.zh} 已经放回，服务对象现在可用 {there.zh}，不够再预扣，维持记录就没有人付。"
        "请先为服务对象发放赠时，再维持记录；或者把记录作废。"
    )
    en = (
        f"The {held.en} held for this service were let go, and the recipient now has {there.en}: too little to hold "
        "them again, so nobody would pay. Grant the recipient time first and then uphold the visit, or void it."
    )
    return refuse("cannot_hold_again", zh, en)
