"""What would be decided of an order now, by the rules of today: read, asked, and never written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from timebank.domain.command import Actor, Channel, Command
from timebank.domain.order import OrderState, Shape
from timebank.domain.organisation import Organisation
from timebank.domain.refusal import Refusal, Refused, TimeBankError
from timebank.domain.visit import ENDED, VISIT_STATES, VisitEvent, VisitState
from timebank.domain.words import Words
from timebank.hooks.city import City
from timebank.services.amounts import in_units
from timebank.services.asked_again import waiting
from timebank.services.desk import Bank, Desk, local_day
from timebank.services.nearest_allowed import LONGEST, Nearest, least, most, of_settlement
from timebank.services.order_cases import see
from timebank.services.order_eligibility import service_refusals
from timebank.services.taking import judge
from timebank.storage.organisation_rows import branch_on

_AHEAD = frozenset({OrderState.REQUESTED, OrderState.APPROVED, OrderState.PUBLISHED, OrderState.FILLED})
_WHO = Actor("explain")
_MAY_TAKE = Words(
    "这位志愿者现在可以接单；名额与时间重叠要到接单时才核对。",
    "This volunteer may take the order now; places and the calendar are tested only when they take it.",
)
_MAY_PLACE = Words(
    "按今天的规则，这项服务可以这样下单。", "By the rules of today this service may be ordered so."
)


@dataclass(frozen=True, slots=True)
class JudgedNow:
    """What would be decided now.

    Attributes:
        lines: sentences; every refusal with its rule and article.
        refusals: what says no, or nothing.
        nearest: what would be allowed in its place.
    """

    lines: tuple[Words, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    nearest: tuple[Nearest, ...] = ()


def judged_now(
    bank: Bank, city: City, order: Any, visits: Sequence[Any], volunteer_id: str | None
) -> JudgedNow:
    """Judge an order as it stands, by the rules of today.

    Args:
        bank: only read.
        city: the running city.
        order: its row.
        visits: the rows of its visits.
        volunteer_id: somebody who would take it, or None.
    """
    parts = []
    if OrderState(order.state) in _AHEAD:
        parts.append(_ordered_now(bank, city, order))
    if volunteer_id is not None:
        parts.append(_taken_now(bank, city, order.id, volunteer_id))
    parts.extend(_settled_now(bank, city, visit) for visit in visits)
    return JudgedNow(
        tuple(line for part in parts for line in part.lines),
        tuple(refusal for part in parts for refusal in part.refusals),
        tuple(nearest for part in parts for nearest in part.nearest),
    )


def _ordered_now(bank: Bank, city: City, order: Any) -> JudgedNow:
    today = local_day(city, bank.clock())
    with bank.reading() as connection:
        place = branch_on(connection, city.code, today, [order.organisation_id]).path(order.organisation_id)
    refusals = _service_refusals(city, order, order.service, order.planned_minutes, today, place)
    if not refusals:
        return JudgedNow((_MAY_PLACE,))
    nearest = tuple(_other_minutes(city, order, refusals, today, place))
    return JudgedNow(tuple(one.sentence() for one in refusals), tuple(refusals), nearest)


def _service_refusals(
    city: City, order: Any, service: str, minutes: int, today: Any, place: Sequence[Organisation]
) -> list[Refusal]:
    """Ask the code that judges orders, by today's rules and by those of the planned day, as placing does."""
    rules = {rules.digest: rules for rules in (city.rules_on(today), city.rules_on(order.service_date))}
    found = [
        one
        for each in rules.values()
        for one in service_refusals(each, service, Shape(order.shape), minutes, place)
    ]
    return list({one.words: one for one in found}.values())


def _other_minutes(
    city: City, order: Any, refusals: list[Refusal], today: Any, place: Sequence[Organisation]
) -> Iterator[Nearest]:
    """Yield the nearest length of time that may be ordered, where it is the length that is refused."""

    def codes(minutes: int) -> set[str]:
        asked = _service_refusals(city, order, order.service, minutes, today, place)
        return {one.code for one in asked}

    planned = order.planned_minutes
    for one in refusals:
        found = None
        if one.code == "too_short":
            found = least(lambda minutes: "too_short" not in codes(minutes), planned, LONGEST)
        elif one.code == "too_long":
            found = most(lambda minutes: "too_long" not in codes(minutes), 1, planned)
        if found is not None and not codes(found):
            zh, en = (
                f"最近可以下单的时长是 {found} 分钟。",
                f"The nearest that may be ordered is {found} minutes.",
            )
            yield Nearest(one.rule_path, Words(zh, en), {"minutes": found})


def _taken_now(bank: Bank, city: City, order_id: str, volunteer_id: str) -> JudgedNow:
    command = Command(city.code, "explain", _WHO, Channel.DESK)
    desk = Desk(bank, city, command, bank.clock(), "explain", "")
    seen = see(desk, order_id, volunteer_id)
    try:
        judge(desk, seen, city.rules_for(seen.row.service, desk.today), None, by_offer=False)
    except Refused as refused:
        return JudgedNow(tuple(one.sentence() for one in refused.refusals), refused.refusals)
    except TimeBankError as error:
        return JudgedNow((error.words,))
    return JudgedNow((_MAY_TAKE,))


def _settled_now(bank: Bank, city: City, visit: Any) -> JudgedNow:
    state = VisitState(visit.state)
    if state in ENDED:
        return JudgedNow()
    if state is not VisitState.CONFIRMED:
        refusal = VISIT_STATES.refusal(state, VisitEvent.SETTLE)
        return JudgedNow((refusal.words,), (refusal,))
    with bank.reading() as connection:
        try:
            return _settled_on_paper(connection, city, visit)
        except TimeBankError as error:
            return JudgedNow((error.words,))


def _settled_on_paper(connection: Connection, city: City, visit: Any) -> JudgedNow:
    again = waiting(connection, city, visit.id)
    if again is None or visit.recognised_minutes is None:
        return JudgedNow()
    lines = []
    for line in again.lines(visit.recognised_minutes):
        amount = in_units(line.credited, line.account.unit, again.rules)
        zh = f"现在结算会记入 {amount.zh}（{line.credited} 分钟，其中 {line.donated} 转捐，{line.cut} 不记入）。"
        en = (
            f"Settled now it would credit {amount.en} ({line.credited} minutes, {line.donated} of them donated; "
            f"{line.cut} not credited)."
        )
        lines.append(Words(zh, en))
    facts = {
        "planned": visit.planned_minutes,
        "measured": visit.measured_minutes,
        "recognised": visit.recognised_minutes,
    }
    return JudgedNow(tuple(lines), (), tuple(of_settlement(again, facts)))
