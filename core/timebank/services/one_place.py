"""Nobody serves in two places at once: clocks of one volunteer are compared under the volunteer's lock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from timebank.domain.refusal import Refused, refuse
from timebank.domain.visit import VisitState
from timebank.services import visit_clock
from timebank.services.desk import Desk
from timebank.services.order_change import OrderChange
from timebank.storage import visit_rows


@dataclass(frozen=True)
class Elsewhere:
    """What the volunteers of some visits have on the clock in other orders about the same time.

    Attributes:
        clocked: visits with their plans; one without checked_out_at is under way, or its end is not known yet.
    """

    desk: Desk
    clocked: Sequence[Row[Any]]

    def check_may_begin(self, visit: Row[Any], at: datetime) -> None:
        """Refuse to begin where the volunteer served elsewhere at that moment, or is still checked in there.

        Where the last moment to check out has passed, that was forgotten and hinders nobody.
        """
        for other in self._of(visit):
            if other.checked_out_at is not None and at < other.checked_out_at:
                raise _overlaps(self.desk, other)
            running = other.state == VisitState.CHECKED_IN.value and other.checked_out_at is None
            if running and not visit_clock.is_late(self.desk.bank, self.desk.city.code, other):
                raise _still_there(self.desk, other)

    def check_was_free(self, visit: Row[Any], since: datetime, until: datetime) -> None:
        """Refuse an end by which the volunteer had begun elsewhere."""
        for other in self._of(visit):
            if other.checked_out_at is None:  # when it ended is not known: it began, at least
                overlaps = since <= other.checked_in_at < until
            else:
                overlaps = other.checked_in_at < until and since < other.checked_out_at
            if overlaps:
                raise _overlaps(self.desk, other)

    def _of(self, visit: Row[Any]) -> list[Row[Any]]:
        return [one for one in self.clocked if one.volunteer_id == visit.volunteer_id]


def elsewhere(change: OrderChange, visits: Iterable[Row[Any]], since: datetime, until: datetime) -> Elsewhere:
    """Lock the volunteers of an order's visits, in the order of their ids, and read their other clocks.

    Args:
        change: the order, locked.
        visits: some of its visits.
        since: the first moment that matters.
        until: the last one; the same at check-in.
    """
    connection, city = change.write.connection, change.city
    volunteers = [visit.volunteer_id for visit in visits]
    visit_rows.lock_volunteers(connection, city, volunteers)
    found = visit_rows.clocked_between(connection, city, change.order.id, volunteers, since, until)
    return Elsewhere(change.write.desk, found)


def check_may_begin(change: OrderChange, visit_id: str, at: datetime) -> None:
    """Refuse to begin a visit where its volunteer is, or was at that moment, at another."""
    visit = change.visits[visit_id]
    elsewhere(change, [visit], at, at).check_may_begin(visit, at)


def check_was_free(change: OrderChange, visit_id: str, until: datetime) -> None:
    """Refuse to end a visit after its volunteer had begun another."""
    visit = change.visits[visit_id]
    elsewhere(change, [visit], visit.checked_in_at, until).check_was_free(visit, visit.checked_in_at, until)


def _still_there(desk: Desk, other: Row[Any]) -> Refused:
    since = _local(desk, other.checked_in_at)
    zh = f"{since} 起已在另一项服务里签到，还没有签退，不能同时在两处服务。请先在那里签退。"
    en = f"Checked in to another service since {since}, and nobody serves in two places. Check out there first."
    return refuse("still_checked_in", zh, en)


def _overlaps(desk: Desk, other: Row[Any]) -> Refused:
    since = _local(desk, other.checked_in_at)
    until = _local(desk, other.checked_out_at) if other.checked_out_at is not None else None
    zh = f"与同一志愿者的另一次服务重叠：{since} 签到，{f'{until} 签退' if until else '尚未签退'}。请核对时间。"
    en = (
        f"It overlaps another service of the same volunteer, checked in {since} and "
        f"{f'out {until}' if until else 'not yet out'}. Check the times."
    )
    return refuse("served_elsewhere", zh, en)


def _local(desk: Desk, instant: datetime) -> str:
    return f"{instant.astimezone(desk.city.book.timezone):%Y-%m-%d %H:%M}"
