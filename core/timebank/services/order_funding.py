"""What an order will cost its payer: which account holds how many minutes for which place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from timebank.domain.account import AccountKey, AccountKind, OwnerKind
from timebank.domain.member import MemberFacts
from timebank.domain.order import Origin
from timebank.domain.organisation import Tree
from timebank.domain.refusal import Refusal
from timebank.domain.words import Words, listed
from timebank.hooks.city import with_basis
from timebank.rules import RulesInForce, satisfied, scaled
from timebank.services.amounts import in_units
from timebank.services.desk import Writing
from timebank.services.order_eligibility import place_refusals
from timebank.services.rulings import ruled_out

USUAL_ACCOUNTS = (AccountKind.GRANTED.value, AccountKind.SAVINGS.value)


class BalanceMoved(Exception):
    """Under the lock an account can no longer give what was planned outside it: the plan is made anew."""


@dataclass(frozen=True, slots=True)
class HoldLine:
    """Minutes to be held on one account for one place of an order.

    Attributes:
        place: from 1.
        rank: which account pays first, from 1.
    """

    place: int
    rank: int
    account: AccountKey
    minutes: int


@dataclass(frozen=True, slots=True)
class Funding:
    """All that an order will hold; nothing where nobody pays, or the pool does at settlement.

    Attributes:
        unit: in which unit; empty where nothing is held.
        free_for: the class of recipients because of which nobody pays, or None.
    """

    payer_id: str | None = None
    lines: tuple[HoldLine, ...] = ()
    unit: str = ""
    free_for: str | None = None

    @property
    def by_account(self) -> Mapping[AccountKey, int]:
        """Return the minutes to be held on each account."""
        total: Counter[AccountKey] = Counter()
        for line in self.lines:
            total[line.account] += line.minutes
        return total

    @property
    def by_kind(self) -> dict[str, int]:
        """Return the minutes to be held by account kind."""
        return {key.kind.value: minutes for key, minutes in self.by_account.items()}


def fund(
    rules: RulesInForce,
    origin: Origin,
    recipient: MemberFacts | None,
    minutes: int,
    places: int,
    unit: str | None = None,
) -> Funding:
    """Return what is to be held for an order, accounts used in the order of the file.

    Args:
        rules: the rules of the day of placing.
        origin: where the order comes from.
        recipient: who is served, and may have to pay.
        minutes: how long one place takes.
        places: how many volunteers are needed.
        unit: what the payer chooses to pay in; the usual unit without.

    Raises:
        Refused: the payer has not enough, or may not pay in this unit; the sentence says what is possible.
    """
    path = f"charge.{origin.value}"
    if rules.text(f"{path}.payer") != "recipient":
        return Funding()
    if recipient is None:
        zh = "这种订单由服务对象付时间，但没有写明服务对象。请填写服务对象。"
        en = "The recipient pays for orders of this kind, and none is named. Name the recipient."
        raise ruled_out(rules, "no_payer", Words(zh, en), f"{path}.payer")
    unit = _unit(rules, path, unit)
    free = free_class(rules, origin, recipient)
    if free is not None:
        return Funding(free_for=free)
    each = held_for(rules, minutes)
    left = {kind: max(0, recipient.balances.get((kind, unit), 0)) for kind in paying_kinds(rules, path)}
    if sum(left.values()) < each * places:
        raise _not_enough(rules, path, unit, each * places, left)
    numbers = range(1, places + 1)
    lines = [line for place in numbers for line in lines_of_place(recipient.id, place, each, unit, left)]
    return Funding(recipient.id, tuple(lines), unit if lines else "")


def _unit(rules: RulesInForce, path: str, chosen: str | None) -> str:
    """Return the unit to pay in: the usual one, or another that the file leaves to the payer."""
    usual = rules.text("charge.unit")
    if chosen in {None, usual}:
        return usual
    units = rules.names(f"{path}.units") if rules.has(f"{path}.units") else (usual,)
    if chosen in units:
        return chosen
    able = listed([rules.words(f"units.{unit}.label") for unit in units])
    zh = f"这种订单不能用“{chosen}”付，可以用：{able.zh}。"
    en = f"Orders of this kind are not paid in “{chosen}”; possible: {able.en}."
    raise ruled_out(
        rules, "wrong_unit", Words(zh, en), f"{path}.units" if rules.has(f"{path}.units") else path
    )


def held_for(rules: RulesInForce, minutes: int) -> int:
    """Return how many minutes are held for one place that takes so many."""
    quantum, rounding = rules.minutes("charge.quantum"), rules.text("charge.rounding")
    return scaled(minutes, rules.decimal("charge.rate"), quantum, rounding)


def free_class(rules: RulesInForce, origin: Origin, recipient: MemberFacts) -> str | None:
    """Return the first class that pays nothing to which the recipient belongs, or None."""
    path = f"charge.{origin.value}"
    if not rules.has(f"{path}.free_for"):
        return None
    for name in rules.names(f"{path}.free_for"):
        if satisfied(rules, f"recipient_classes.{name}.when", recipient, rules.day).holds:
            return name
    return None


def paying_kinds(rules: RulesInForce, path: str) -> tuple[str, ...]:
    """Return the kinds of account that pay, in their order, by the block at a path such as ``charge.request``."""
    return rules.names(f"{path}.accounts") if rules.has(f"{path}.accounts") else USUAL_ACCOUNTS


def lines_of_place(payer_id: str, place: int, due: int, unit: str, left: dict[str, int]) -> list[HoldLine]:
    """Return what to hold for one place and take it off what is left by account kind, first kind first."""
    lines = []
    for rank, kind in enumerate(left, start=1):
        part = min(due, left[kind])
        if part:
            key = AccountKey(OwnerKind.MEMBER, payer_id, AccountKind(kind), unit)
            lines.append(HoldLine(place, rank, key, part))
        left[kind] -= part
        due -= part
    return lines


def _not_enough(rules: RulesInForce, path: str, unit: str, due: int, left: Mapping[str, int]) -> Exception:
    needed, available = in_units(due, unit, rules), in_units(sum(left.values()), unit, rules)
    names = listed([_ACCOUNTS[kind] for kind in left])
    zh = f"时间不足：这个订单须预扣 {needed.zh}，可用 {available.zh}（{names.zh}）。"
    en = f"Not enough time: this order holds {needed.en}; available: {available.en} ({names.en})."
    return ruled_out(rules, "not_enough", Words(zh, en), path)


_ACCOUNTS = {
    AccountKind.GRANTED.value: Words("赠时", "granted"),
    AccountKind.SAVINGS.value: Words("储蓄", "savings"),
}


def spending_refusals(
    rules: RulesInForce, funding: Funding, recipient: MemberFacts | None, tree: Tree, organisation_id: str
) -> list[Refusal]:
    """Say why own savings may not be spent on this order; what was granted needs none of this."""
    if recipient is None or AccountKind.SAVINGS.value not in funding.by_kind:
        return []
    path, found = "redemption.service", []
    if not rules.flag(f"{path}.allowed"):
        zh, en = "本市规则不允许用储蓄的时间兑换服务。", "Saved time may not be spent on service here."
        return with_basis([Refusal("no_redemption", Words(zh, en), f"{path}.allowed")], rules)
    if rules.has(f"{path}.who"):
        found += _who(rules, recipient, rules.day)
        what = Words("用储蓄的时间兑换服务", "Spending saved time on service")
        found += place_refusals(rules, f"{path}.who", tree.path(organisation_id), what)
    found += _within(rules, recipient, tree, organisation_id)
    return with_basis(found, rules)


def _who(rules: RulesInForce, recipient: MemberFacts, day: date) -> list[Refusal]:
    outcome = satisfied(rules, "redemption.service.who", recipient, day)
    if outcome.holds:
        return []
    zh = f"还不能用储蓄的时间兑换服务。{outcome.words.zh}"
    en = f"Saved time may not be spent on service yet. {outcome.words.en}"
    return [Refusal("may_not_redeem", Words(zh, en), "redemption.service.who")]


def _within(rules: RulesInForce, recipient: MemberFacts, tree: Tree, organisation_id: str) -> list[Refusal]:
    """Own savings count within one node of a level; a payer without a known home is at home nowhere."""
    level = rules.text("interchange.within")
    there = tree.at_level(organisation_id, level)
    home = tree.at_level(recipient.home_id, level) if recipient.home_id is not None else None
    if home is not None and there is not None and home.id == there.id:
        return []
    label = rules.words(f"levels.{level}.label")
    zh = f"储蓄的时间只在本{label.zh}内通用"
    en = f"Saved time counts within one {label.en} only"
    if home is None:
        zh, en = (
            f"{zh}；没有登记服务对象所属的{label.zh}。",
            f"{en}; the recipient's {label.en} is not on record.",
        )
    else:
        name = there.name if there is not None else organisation_id
        zh = f"{zh}：服务对象属于“{home.name}”，订单在“{name}”。"
        en = f"{en}: the recipient belongs to “{home.name}”, the order to “{name}”."
    return [Refusal("outside_interchange", Words(zh, en), "interchange.within")]


def hold(write: Writing, order_id: str, funding: Funding, day: date) -> None:
    """Reserve what was planned, under the payer's lock.

    Raises:
        BalanceMoved: an account can no longer give what was planned.
    """
    if not funding.lines or funding.payer_id is None:
        return
    accounts = write.ledger.lock(funding.by_account)
    if any(accounts[key].available < minutes for key, minutes in funding.by_account.items()):
        raise BalanceMoved
    for line in funding.lines:
        write.ledger.hold(order_id, line.place, funding.payer_id, line.account, line.rank, line.minutes, day)
