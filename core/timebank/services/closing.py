"""Closing a member: who may, which day is the last, what has to be done first; and who is closed."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Row

from timebank.domain.member import Closing, MemberFacts, is_gone
from timebank.domain.organisation import Power, Tree
from timebank.domain.refusal import refuse
from timebank.services import authority, standing
from timebank.services.desk import Desk, Writing
from timebank.storage import member_rows

CLOSERS = (Power.ADMIT_MEMBER, Power.ORDER_FOR, Power.SUSPEND_MEMBER)  # who takes in, acts for, or suspends


def require_closer(desk: Desk, tree: Tree, member: MemberFacts, why: Closing) -> None:
    """Refuse who may not close a member; staff may by a power over the member's home, never over a team joined."""
    if why is Closing.LEFT and not standing.is_staff(desk):
        authority.require_party(desk, tree, member)
        return
    powers = CLOSERS if why is Closing.LEFT else (Power.HANDLE_DECEASED,)
    homes = [member.home_id] if member.home_id is not None else []
    standing.require_one_of(desk, tree, desk.rules_on(desk.today), powers, homes)


def last_day_of(member: Row[Any], why: Closing, on_day: date) -> date:
    """Return the last day of a member who closes: who has left or is to leave may die, and the earlier day stays."""
    if why is Closing.LEFT or member.closed_for == Closing.DECEASED:
        require_open(member)
    return on_day if member.closed_on is None else min(member.closed_on, on_day)


def check_nothing_open(write: Writing, member_id: str, why: Closing) -> None:
    """Refuse while something is still to be done; what was served waits for no death to be recorded."""
    served_counts = why is not Closing.DECEASED
    orders, visits = member_rows.unfinished(
        write.connection, write.desk.city.code, member_id, served=served_counts
    )
    if orders or visits:
        zh = f"还有 {orders} 个为其预约的订单、{visits} 次其承担的服务没有办结。请先办结或取消。"
        en = f"{orders} orders for them and {visits} visits by them are not done with. Finish or cancel them first."
        raise refuse("member_not_done", zh, en)


def check_served_no_more(write: Writing, member_id: str, on_day: date) -> None:
    """Refuse a last day before service by them or for them: the day is mistyped, or that service never was."""
    served = member_rows.last_served(write.connection, write.desk.city.code, member_id)
    if served is not None and served > on_day:
        zh = (
            f"{served} 还有其承担或为其提供的服务记录，晚于最后一日 {on_day}。"
            "请核对日期；那次服务确未发生的，请先作废或冲正那条记录。"
        )
        en = (
            f"Service by them or for them is on record for {served}, after {on_day} as their last day. Check the day; "
            "where that service never took place, make its visit void or reverse its settlement first."
        )
        raise refuse("served_later", zh, en)


def require_open(member: Row[Any] | MemberFacts | None, day: date | None = None) -> None:
    """Refuse where a member is gone on a day, or, where no day is given, where they are to leave at all."""
    if member is None or member.closed_on is None:
        return
    if day is None or is_gone(member.closed_on, member.closed_for, day):
        zh = f"这名成员的最后一日是 {member.closed_on}，已销户。"
        raise refuse("member_closed", zh, f"This member is closed; their last day is {member.closed_on}.")
