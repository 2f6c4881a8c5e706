"""What members do with their credit: gifts, donations and redemption of anything but an ordered service."""

from __future__ import annotations

from datetime import date
from typing import Any

from timebank.domain.account import SPENDABLE, Account, AccountKey, AccountKind, OwnerKind
from timebank.domain.cases import TransferCase
from timebank.domain.days import in_force
from timebank.domain.decision import HookAnswer
from timebank.domain.member import MemberFacts
from timebank.domain.organisation import Power
from timebank.domain.refusal import BadInput, Refused, missing, refuse
from timebank.domain.transfer import Posting, ProposedTransfer, TransferKind
from timebank.domain.words import Words
from timebank.rules import RulesInForce
from timebank.services import authority, exchange_rules
from timebank.services.caps import check_room
from timebank.services.closing import require_open
from timebank.services.deciding import decided
from timebank.services.desk import Answer, Desk
from timebank.services.exchange_rules import POOL
from timebank.services.facts import member_facts
from timebank.services.rounding import city_account, owed_account
from timebank.services.still_open import require_members
from timebank.storage import transfer_rows
from timebank.storage.ledger_session import TransferDraft
from timebank.storage.organisation_rows import branch_on

MEMBER = Words("成员", "member")


def give(
    desk: Desk, giver_id: str, receiver_id: str, unit: str, minutes: int, account: str = "savings"
) -> Answer:
    """Give credit to another member of the kin set that the rule file names."""
    asked = ProposedTransfer(TransferKind.GIFT, giver_id, receiver_id, unit, minutes, account)
    case, rules = _case(desk, asked)
    given_year = case.given_this_year
    exchange_rules.check_gift(case, rules, desk.today)
    answers = _ask(desk, case, rules)
    receiver = member_account(receiver_id, rules.text("gifts.account"), unit)
    facts = {"minutes": minutes, "unit": unit, "given_this_year": given_year, "receiver": receiver_id}
    facts["ties"] = [
        exchange_rules.tie_facts(tie) for tie in exchange_rules.gift_ties(case, rules, desk.today)
    ]
    return _post(desk, asked, receiver, rules, answers, facts, "gifts.per_year")


def donate(
    desk: Desk, giver_id: str, unit: str, minutes: int, account: str = "savings", target: str = POOL
) -> Answer:
    """Give credit to the city's pool, from which needy elders are helped.

    Args:
        desk: the command at work.
        giver_id: who gives.
        unit: a unit id of the rule file.
        minutes: whole minutes.
        account: which of the giver's accounts.
        target: ``pool``, or a project the rule file lists; the minutes go to the pool, the project into the decision.
    """
    asked = ProposedTransfer(TransferKind.DONATION, giver_id, None, unit, minutes, account, target)
    case, rules = _case(desk, asked)
    exchange_rules.check_donation(case, rules)
    answers = _ask(desk, case, rules)
    pool = city_account(desk.city.code, AccountKind.POOL, unit)
    return _post(desk, asked, pool, rules, answers, {"minutes": minutes, "unit": unit, "target": target})


def redeem(desk: Desk, member_id: str, target: str, unit: str, minutes: int) -> Answer:
    """Spend credit on something other than an ordered service: goods, or what a plugin of the city allows.

    Args:
        desk: the command at work.
        member_id: who spends.
        target: ``goods`` or ``goods:<item>``, or a special redemption such as a plugin knows.
        unit: a unit id of the rule file.
        minutes: whole minutes.
    """
    asked = ProposedTransfer(TransferKind.REDEMPTION, member_id, None, unit, minutes, target=target)
    case, rules = _case(desk, asked)
    exchange_rules.check_redemption(case, rules, desk.today)
    answers = _ask(desk, case, rules)
    out = city_account(desk.city.code, AccountKind.REDEMPTION, unit)
    return _post(desk, asked, out, rules, answers, {"minutes": minutes, "unit": unit, "target": target})


def member_account(member_id: str, kind: str, unit: str) -> AccountKey:
    """Return a member's account of a kind."""
    return AccountKey(OwnerKind.MEMBER, member_id, AccountKind(kind), unit)


def _case(desk: Desk, asked: ProposedTransfer) -> tuple[TransferCase, RulesInForce]:
    rules = desk.rules_on(desk.today)
    check_amount(asked, rules)
    ids = [member for member in (asked.giver_id, asked.receiver_id) if member is not None]
    with desk.reading() as connection:
        known = member_facts(connection, desk.city.code, ids, desk.today)
        for member_id in ids:
            if member_id not in known:
                raise missing(MEMBER, member_id)
            require_open(known[member_id], desk.today)
        given = _given_this_year(desk, connection, asked, desk.today)
    giver = known[asked.giver_id] if asked.giver_id else None
    receiver = known[asked.receiver_id] if asked.receiver_id else None
    if giver is not None and receiver is not None and giver.id == receiver.id:
        raise refuse("same_member", "不能赠与自己。", "A gift to oneself is not possible.")
    _own_account(desk, giver, rules)
    relations = relations_between(giver, receiver, desk.today)
    return TransferCase(asked, giver, receiver, relations, given), rules


def _own_account(desk: Desk, giver: MemberFacts | None, rules: RulesInForce) -> None:
    """Only the member may spend a member's credit, or staff for the member, recorded as such.

    Such staff are of where the member lives, or above, and may order for others: what spends an elder's credit
    too. Having joined an organisation gives it no say over one's credit.
    """
    actor = desk.command.actor
    if giver is None or actor.id == giver.id or authority.is_job(actor):
        return
    if actor.organisation_id is None or desk.command.party_id != giver.id:
        raise refuse(
            "not_the_owner",
            "只有成员本人，或受本人委托并写明为谁代办的工作人员，才能动用这个账户。",
            "Only the member, or staff who act for the member and say so, may use this account.",
        )
    places = [place for place in (giver.home_id, actor.organisation_id) if place is not None]
    with desk.reading() as connection:
        tree = branch_on(connection, desk.city.code, desk.today, places)
    authority.require(desk, tree, rules, Power.ORDER_FOR, giver.home_id)


def relations_between(giver: MemberFacts | None, receiver: MemberFacts | None, day: date) -> tuple[Any, ...]:
    """Return what the receiver is to the giver, by ties in force."""
    if giver is None or receiver is None:
        return ()
    return tuple(
        tie.relation
        for tie in giver.kin
        if tie.member_id == receiver.id and in_force(tie.valid_from, tie.valid_until, day)
    )


def _given_this_year(desk: Desk, connection: Any, asked: ProposedTransfer, day: date) -> int:
    if asked.giver_id is None or asked.kind is not TransferKind.GIFT:
        return 0
    giver = member_account(asked.giver_id, asked.account, asked.unit)
    first, last = date(day.year, 1, 1), date(day.year, 12, 31)
    return transfer_rows.given_between(connection, desk.city.code, giver, asked.kind, first, last)


def check_amount(asked: ProposedTransfer, rules: RulesInForce) -> None:
    """Refuse an unknown unit, an account that cannot be spent from, and an amount that is none."""
    units = rules.names("units")
    if asked.unit not in units:
        known = "、".join(units)
        raise BadInput(
            Words(
                f"没有“{asked.unit}”这个计量单位。本市有：{known}。",
                f"There is no unit “{asked.unit}” here: {known}.",
            )
        )
    if asked.account not in SPENDABLE:
        known = "、".join(sorted(SPENDABLE))
        raise BadInput(
            Words(
                f"不能动用“{asked.account}”账户。可以动用：{known}。",
                f"The account “{asked.account}” cannot be used; these can: {', '.join(sorted(SPENDABLE))}.",
            )
        )
    if type(asked.minutes) is not int or asked.minutes <= 0:
        raise BadInput(
            Words(
                f"时间数量必须是正整数分钟，不能是 {asked.minutes!r}。",
                f"The amount is a positive whole number of minutes, not {asked.minutes!r}.",
            )
        )


def _ask(desk: Desk, case: TransferCase, rules: RulesInForce) -> tuple[HookAnswer, ...]:
    asked = desk.city.check_transfer(case, rules)
    if asked.value:
        raise Refused(*asked.value)
    return asked.answers


def _post(
    desk: Desk,
    asked: ProposedTransfer,
    receiver: AccountKey,
    rules: RulesInForce,
    answers: tuple[HookAnswer, ...],
    facts: dict[str, Any],
    yearly: str = "",
) -> Answer:
    giver_id = asked.giver_id or ""
    giver = member_account(giver_id, asked.account, asked.unit)
    with desk.writing() as write:
        require_members(write, (asked.giver_id, asked.receiver_id))
        accounts = write.ledger.lock({giver, receiver, owed_account(giver)})
        check_owes_nothing(accounts[owed_account(giver)])
        if yearly and rules.has(yearly):
            _check_year_again(desk, write.connection, asked, rules, yearly)
        if asked.receiver_id is not None:
            check_room(accounts[receiver], asked.minutes, rules)
        decision = decided(asked.kind.value, rules, facts, answers)
        moved = (Posting(giver, receiver, asked.minutes),)
        draft = TransferDraft(asked.kind, "member", giver_id, moved, desk.today, decision)
        transfer_id = write.ledger.post(draft)
        write.tell(f"{asked.kind.value}.posted", transfer_id=transfer_id, giver_id=giver_id, **facts)
        return write.answer(transfer_id=transfer_id, minutes=asked.minutes, unit=asked.unit)


def check_owes_nothing(owed: Account) -> None:
    """Refuse to let somebody spend who still owes minutes; the account is locked."""
    if owed.posted < 0:
        raise refuse(
            "owes",
            f"还有 {-owed.posted} 分钟待补（冲正后欠账），补足之前不能赠与、捐赠或兑换。",
            f"{-owed.posted} minutes are still owed after a reversal; no gift, donation or redemption before that.",
        )


def _check_year_again(
    desk: Desk, connection: Any, asked: ProposedTransfer, rules: RulesInForce, path: str
) -> None:
    """Test the yearly limit under the giver's lock: gifts made at the same moment are seen now."""
    given = _given_this_year(desk, connection, asked, desk.today)
    exchange_rules.check_yearly(given, asked.minutes, rules, path)
