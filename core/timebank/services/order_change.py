"""An order under its lock, with its visits: states move by the tables, places are taken and freed, holds let go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

from timebank.domain.account import HoldState
from timebank.domain.course import GONE, events_that_follow
from timebank.domain.offer import OFFER_STATES, OfferEvent, OfferState
from timebank.domain.order import ORDER_STATES, OrderEvent, OrderState
from timebank.domain.refusal import missing, refuse
from timebank.domain.visit import VISIT_STATES, VisitEvent, VisitState
from timebank.domain.words import Words
from timebank.services.desk import Desk, Writing
from timebank.storage import evidence_rows, hold_rows, offer_rows, order_rows, visit_rows

ORDER = Words("服务订单", "service order")
VISIT = Words("服务记录", "visit")


@dataclass
class OrderChange:
    """A locked order and what this command does to it; ``changing`` writes all of it in the end.

    Attributes:
        order: the row as it was locked.
        visits: rows of all its visits as they were locked, by id.
        state: where the order stands by now.
        taken: how many places are taken by now, by visits and by offers that wait for an answer.
        visit_states: where each visit stands by now.
    """

    write: Writing
    order: Row[Any]
    visits: dict[str, Row[Any]]
    state: OrderState
    taken: int
    visit_states: dict[str, VisitState]
    _order: dict[str, Any] = field(default_factory=dict)
    _visits: dict[str, dict[str, Any]] = field(default_factory=dict)
    _new: list[dict[str, Any]] = field(default_factory=list)

    @property
    def city(self) -> str:
        """Return the city's code."""
        return self.write.desk.city.code

    def happen(self, event: OrderEvent, **values: Any) -> None:
        """Move the order by its table, or refuse in words."""
        self.state = ORDER_STATES.next(self.state, event)
        self._order.update(values)

    def move(self, visit_id: str, event: VisitEvent, **values: Any) -> None:
        """Move a visit by its table, or refuse in words."""
        state = VISIT_STATES.next(self.visit_states[visit_id], event)
        self.visit_states[visit_id] = state
        self._visits.setdefault(visit_id, {}).update(values, state=state.value)

    def note(self, visit_id: str, **values: Any) -> None:
        """Write something down on a visit that does not move."""
        self._visits.setdefault(visit_id, {}).update(values)

    @property
    def present(self) -> int:
        """Return how many volunteers have a place by now; what offers keep is not counted."""
        return sum(state not in GONE for state in self.visit_states.values()) + len(self._new)

    @property
    def used_places(self) -> set[int]:
        """Return which places volunteers have by now."""
        used = {row.place for row in self.visits.values() if self.visit_states[row.id] not in GONE}
        return used | {new["place"] for new in self._new}

    def add_visit(self, row: dict[str, Any]) -> None:
        """Add a visit to the order."""
        self._new.append(row)

    def take_place(self) -> None:
        """Count one more place as taken; with the last one the order is full."""
        self.taken += 1
        if self.taken == self.order.places:
            self.happen(OrderEvent.FILL)

    def take_back(self, visit_id: str) -> None:
        """Give a no-show a place again, as whoever disputes it says.

        Refuse where others have the places by now, and whoever is served by this order since.
        """
        self._check_attends_not(visit_id)
        free = [place for place in range(1, self.order.places + 1) if place not in self.used_places]
        if self.taken >= self.order.places:
            zh = "没有到场的名额已由他人补上，不能再对这条记录提出争议。请向组织方反映。"
            en = "Others have taken the place since, so this no-show cannot be disputed. Tell the organiser."
            raise refuse("place_given_on", zh, en)
        own = self.visits[visit_id].place
        self.note(visit_id, place=own if own in free else free[0])
        self.taken += 1
        if self.state is OrderState.PUBLISHED and self.taken == self.order.places:
            self.happen(OrderEvent.FILL)

    def _check_attends_not(self, visit_id: str) -> None:
        volunteer_id = self.visits[visit_id].volunteer_id
        if evidence_rows.attending(self.write.connection, self.city, self.order.id, [volunteer_id]):
            zh = "这位志愿者记为未到场以后，已登记为这个订单的受益人，不能又算作在其中服务。请向组织方反映。"
            en = (
                "Since this no-show the volunteer is down as served by the same order and cannot have served in it "
                "too. Tell the organiser."
            )
            raise refuse("attends", zh, en)

    def free_place(self, holds: HoldState = HoldState.VOIDED) -> None:
        """Count a place as free again; where nobody is left and the time has come, the order lapses."""
        self.taken -= 1
        self.happen(OrderEvent.FREE_PLACE)
        late = self.order.planned_start <= self.write.desk.now
        if late and self.taken <= self.present and self.state is not OrderState.IN_SERVICE:
            self.lapse_alone(holds)

    def lapse_alone(self, holds: HoldState) -> None:
        """Let an order lapse before service where nobody is left who is to serve, or may have."""
        if not self.has_volunteers():
            self.close(OrderEvent.LAPSE, holds)

    def has_volunteers(self) -> bool:
        """Say whether anybody is still to serve, or may have served."""
        return any(self._is_served(visit_id) for visit_id in self.visit_states)

    def follow(self) -> None:
        """Let the order follow its visits, and let go of what is held for places nobody serves any more."""
        events = events_that_follow(self.state, self.visit_states.values())
        for event in events:
            self.happen(event)
        voided = any(values.get("state") == VisitState.VOID.value for values in self._visits.values())
        if events or voided:
            served = {row.place for row in self.visits.values() if self._is_served(row.id)}
            if len(served) < self.order.places and self.state is not OrderState.IN_SERVICE:
                self.release(HoldState.VOIDED if voided else HoldState.EXPIRED, keep=served)

    def _is_served(self, visit_id: str) -> bool:
        return self.visit_states[visit_id] not in GONE | {VisitState.VOID}

    def start(self) -> None:
        """Let service begin with the first to check in: offers still waiting are withdrawn."""
        if self.state is OrderState.IN_SERVICE:
            return
        self.withdraw_offers()
        self.happen(OrderEvent.START)

    def close(self, event: OrderEvent, holds: HoldState, **values: Any) -> None:
        """Close an order that was never served: no offer, no visit and no hold is left open."""
        self.withdraw_offers()
        for visit_id, state in list(self.visit_states.items()):
            if state is VisitState.PLANNED:
                self.move(visit_id, VisitEvent.CANCEL)
        self.happen(event, **values)
        self.taken = self.present
        self.release(holds)

    def withdraw_offers(self) -> None:
        """Withdraw the offers that wait for an answer; no more places are kept for them."""
        if self.taken <= self.present:
            return
        waiting = offer_rows.lock_sent(self.write.connection, self.city, self.order.id)
        for offer in waiting:
            OFFER_STATES.next(OfferState(offer.state), OfferEvent.WITHDRAW)
            self.write.tell(
                "offer.withdrawn", offer_id=offer.id, order_id=offer.order_id, volunteer_id=offer.volunteer_id
            )
        ids = [offer.id for offer in waiting]
        now = self.write.desk.now
        offer_rows.answer(self.write.connection, self.city, ids, OfferState.WITHDRAWN, now)
        self.taken -= len(ids)

    def release(self, state: HoldState, keep: set[int] | None = None) -> None:
        """Let go of what is held for the order's places, but for those to keep."""
        connection, ledger = self.write.connection, self.write.ledger
        hold_rows.lock_open(connection, self.city, [self.order.id])
        rows = hold_rows.open_of_orders(connection, self.city, [self.order.id])
        holds = [hold_rows.as_hold(row) for row in rows if row.place not in (keep or set())]
        if holds:
            ledger.lock(hold.account for hold in holds)
            for hold in holds:
                ledger.release(hold, state)

    def claim(self, visit_id: str, moment: str, claims: Sequence[dict[str, Any]]) -> None:
        """Store claims about a visit."""
        evidence_rows.add_claims(
            self.write.connection,
            [claim | {"city": self.city, "visit_id": visit_id, "moment": moment} for claim in claims],
        )

    def save(self) -> None:
        """Write what changed, and tell of it."""
        connection = self.write.connection
        if self._new:
            visit_rows.add(connection, self._new)
        for visit_id, changes in self._visits.items():
            visit_rows.change(connection, self.city, visit_id, changes)
        changes = dict(self._order)
        if self.state.value != self.order.state:
            changes["state"] = self.state.value
        if self.taken != self.order.places_taken:
            changes["places_taken"] = self.taken
        if changes:
            order_rows.change(connection, self.city, self.order.id, changes)
        self._tell()

    def _tell(self) -> None:
        for new in self._new:
            body = self._body(new["id"], new["volunteer_id"], new["planned_minutes"])
            self.write.tell("visit.planned", **body)
        for visit_id, changes in self._visits.items():
            if "state" in changes:
                row = self.visits[visit_id]
                body = self._body(visit_id, row.volunteer_id, row.planned_minutes)
                self.write.tell(f"visit.{changes['state']}", **body)
        if self.state.value != self.order.state:
            publisher_id = self._order.get("publisher_id", self.order.publisher_id)
            body = event_body(self.order, self.order.title, publisher_id)
            self.write.tell(f"order.{self.state.value}", **body)

    def _body(self, visit_id: str, volunteer_id: str, planned: int) -> dict[str, Any]:
        body = {"visit_id": visit_id, "order_id": self.order.id, "volunteer_id": volunteer_id}
        return body | {"service": self.order.service, "planned_minutes": planned}


@contextmanager
def changing(desk: Desk, order_id: str) -> Iterator[OrderChange]:
    """Open the write transaction of a command about one order: lock it and its visits, and write in the end."""
    with desk.writing() as write:
        order = lock_order(write, order_id)
        visits = visit_rows.lock_of_order(write.connection, desk.city.code, order_id)
        change = under_lock(write, order, visits)
        yield change
        change.save()


def lock_order(write: Writing, order_id: str) -> Row[Any]:
    """Return an order, locked.

    Raises:
        NotFound: the city has no such order.
    """
    order = order_rows.lock(write.connection, write.desk.city.code, order_id)
    if order is None:
        raise missing(ORDER, order_id)
    return order


def under_lock(write: Writing, order: Row[Any], visits: Sequence[Row[Any]]) -> OrderChange:
    """Return a locked order with its visits, ready to be changed."""
    states = {row.id: VisitState(row.state) for row in visits}
    rows = {row.id: row for row in visits}
    return OrderChange(write, order, rows, OrderState(order.state), order.places_taken, states)


def event_body(order: Any, title: str | None, publisher_id: str | None) -> dict[str, Any]:
    """Return what events say of an order: identifiers and figures, and the title of a project."""
    body = {
        "order_id": order.id,
        "service": order.service,
        "origin": str(order.origin),
        "organisation_id": order.organisation_id,
        "publisher_id": publisher_id,
        "planned_start": order.planned_start.isoformat(),
        "planned_minutes": order.planned_minutes,
        "places": order.places,
        "head_count": order.head_count,
    }
    return body if order.recipient_id is not None else body | {"title": title}
