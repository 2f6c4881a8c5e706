"""An order explained: every decision about it in order of time, and what would be decided of it now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from timebank.domain.refusal import missing
from timebank.domain.words import Words
from timebank.hooks.city import City
from timebank.services.desk import Bank
from timebank.services.explain_decision import Decided, explain_stored, explain_transfer_whole
from timebank.services.judged_now import JudgedNow, judged_now
from timebank.services.order_change import ORDER
from timebank.storage import offer_rows, order_rows, transfer_rows, visit_rows


@dataclass(frozen=True, slots=True)
class ExplainedOrder:
    """What was decided about an order, and what would be now. Nobody is named.

    Attributes:
        order_id: which order.
        state: where it stands.
        service: its service.
        planned_start: instant, UTC.
        planned_minutes: whole minutes.
        decisions: in order of time.
        now: what would be decided now; nothing of it is written.
    """

    order_id: str
    state: str
    service: str
    planned_start: datetime
    planned_minutes: int
    decisions: tuple[Decided, ...]
    now: JudgedNow


def explain_order(
    bank: Bank, city_code: str, order_id: str, volunteer_id: str | None = None
) -> ExplainedOrder:
    """Return every decision about an order in order of time, and what would be decided of it now.

    Args:
        bank: the open bank; it is only read.
        city_code: which city.
        order_id: which order.
        volunteer_id: somebody who would take the order, to be judged as though they asked now.

    Raises:
        NotFound: there is no such order or volunteer.
    """
    city = bank.city(city_code)
    with bank.reading() as connection:
        order = order_rows.find(connection, city_code, order_id)
        if order is None:
            raise missing(ORDER, order_id)
        offers = offer_rows.of_order(connection, city_code, order.id)
        visits = visit_rows.of_order(connection, city_code, order.id)
        transfers = transfer_rows.of_order(connection, city_code, order.id)
    found = [*_placed(bank, city, order), *_offered(bank, city, offers)]
    for visit in visits:
        found.extend(_visited(bank, city, visit))
    found.extend(explain_transfer_whole(bank, city_code, row.id) for row in transfers)
    return ExplainedOrder(
        order_id=order.id,
        state=order.state,
        service=order.service,
        planned_start=order.planned_start,
        planned_minutes=order.planned_minutes,
        decisions=tuple(sorted(found, key=lambda one: one.at or datetime.max.replace(tzinfo=UTC))),
        now=judged_now(bank, city, order, visits, volunteer_id),
    )


def _placed(bank: Bank, city: City, order: Any) -> Iterator[Decided]:
    if not order.decision:
        return
    facts = order.decision["facts"]
    held = sum(facts.get("held", {}).values()) if isinstance(facts.get("held"), dict) else 0
    minutes, places = order.planned_minutes, order.places
    line = Words(
        f"{order.placed_on} 下单：服务 {order.service}，计划 {minutes} 分钟，名额 {places}，预扣 {held} 分钟。",
        f"Placed on {order.placed_on}: service {order.service}, {minutes} minutes planned, "
        f"{places} place(s), {held} minutes held.",
    )
    start = datetime.combine(order.placed_on, time.min, city.book.timezone).astimezone(UTC)
    yield explain_stored(bank, city, "placed", order.id, start, order.decision, line)


def _offered(bank: Bank, city: City, offers: Any) -> Iterator[Decided]:
    for offer in offers:
        if offer.decision:
            line = Words(
                f"派单给志愿者 {offer.volunteer_id}，现在：{offer.state}。",
                f"Offered to volunteer {offer.volunteer_id}; now: {offer.state}.",
            )
            yield explain_stored(bank, city, "offered", offer.id, offer.sent_at, offer.decision, line)


def _visited(bank: Bank, city: City, visit: Any) -> Iterator[Decided]:
    """Yield the acceptance of a volunteer, and how many minutes of the visit count."""
    decision = visit.decision
    if not decision:
        return
    accepted = Words(f"志愿者 {visit.volunteer_id} 接单。", f"Volunteer {visit.volunteer_id} took a place.")
    if "rules" in decision:
        yield explain_stored(bank, city, "accepted", visit.id, visit.accepted_at, decision, accepted)
    counted = decision.get("recognised")
    if counted:
        line = Words(
            f"认定 {counted['minutes']} 分钟（计划 {visit.planned_minutes}，实测 {_or_dash(visit.measured_minutes)}），"
            f"由 {counted['by']} 确认。",
            f"{counted['minutes']} minutes count ({visit.planned_minutes} planned, {_or_dash(visit.measured_minutes)} "
            f"measured), by {counted['by']}.",
        )
        stored = {**counted, "outcome": "recognised"}
        yield explain_stored(bank, city, "recognised", visit.id, visit.confirmed_at, stored, line)


def _or_dash(minutes: int | None) -> str:
    return "—" if minutes is None else str(minutes)
