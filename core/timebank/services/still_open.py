"""Tested again under the lock: those concerned are members still, and the organisation stands.

What was judged outside any lock may be out of date when it is written: somebody died or left meanwhile, or an
organisation was closed. Whoever closes them waits for what is being written, and sees it.
"""

from __future__ import annotations

from collections.abc import Iterable

from timebank.domain.order import Order
from timebank.domain.refusal import refuse
from timebank.services.closing import require_open
from timebank.services.desk import Writing
from timebank.storage import member_rows, order_rows, organisation_rows


def require_members(write: Writing, member_ids: Iterable[str | None]) -> None:
    """Keep members from being closed until the end of the transaction; refuse where one of them is gone today.

    Call it before accounts are locked.
    """
    wanted = [member_id for member_id in member_ids if member_id is not None]
    for member in member_rows.lock_against_closing(write.connection, write.desk.city.code, wanted):
        require_open(member, write.desk.today)


def require_ground(write: Writing, order: Order) -> None:
    """Refuse an order, just written, whose elder is gone today or whose organisation ends before its day."""
    today = write.desk.today
    ground = order_rows.ground_of(write.connection, write.desk.city.code, order.id)
    require_open(ground, today)
    last, needed = ground.organisation_closed_on, max(today, order.service_date)
    if last is not None and last < needed:
        zh = f"“{ground.organisation_name}”已撤销，最后一日是 {last}，不能在 {needed} 有服务订单。请改由接管的组织下单。"
        en = (
            f"“{ground.organisation_name}” is closed: its last day is {last}, so no order of it can be open on "
            f"{needed}. Place it with the organisation that took over."
        )
        raise refuse("organisation_closed", zh, en)


def require_home(write: Writing, organisation_id: str | None) -> None:
    """Refuse a home, just written for a member, whose last day is set: nobody could act for them from then on."""
    if organisation_id is None:
        return
    home = organisation_rows.find(write.connection, write.desk.city.code, organisation_id)
    if home is not None and home.closed_on is not None:
        zh = f"“{home.name}”的最后一日是 {home.closed_on}，不能再登记为居住地所属组织。请登记到接管的组织。"
        en = (
            f"“{home.name}” ends on {home.closed_on} and is nobody's home any more. "
            "Name the organisation that took over."
        )
        raise refuse("organisation_closed", zh, en)
