"""A whole service in one line of a story: ordered, taken, done, confirmed and settled as the city's rules need."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from timebank.domain.organisation import Power, Tree
from timebank.services.desk import Answer
from timebank.storage import organisation_rows
from timebank.stories import looking
from timebank.stories.story import Serve, Step

if TYPE_CHECKING:
    from timebank.stories.stage import Stage


class Serving:
    """Does the steps of one service, each as whoever the rule file names first."""

    def __init__(self, stage: Stage, key: str, step: Step) -> None:
        assert step.serve is not None  # noqa: S101 - the stage asked
        self.stage = stage
        self.key = key
        self.line = step.line
        self.told: Serve = step.serve
        self.rules = stage.rules
        people = stage.story.people
        home = people[self.told.recipient or self.told.volunteer].home
        self.organisation = self.told.organisation or home or ""
        self.start = stage.cast.instant(self.told.start) if self.told.start else stage.clock.now
        self.tree = self._tree()

    def serve(self) -> Answer:
        """Do it all and return the identifiers, with what was credited and charged."""
        order_id = self._ordered()
        visit_id = self._taken(order_id)
        self._done(visit_id)
        self._confirmed(visit_id)
        settled = self._do("settlement.settle", None, visit_id=visit_id)
        return {**settled, "order_id": order_id, "visit_id": visit_id}

    def _do(self, name: str, by: str | None, party: str | None = None, **inputs: Any) -> Answer:
        return self.stage.perform(name, f"{self.key}.{name}", by, party, **inputs)

    def _ordered(self) -> str:
        told = self.told
        by, party = self._who_orders()
        inputs: dict[str, Any] = {
            "service": told.service,
            "organisation_id": self.organisation,
            "planned_start": self.start,
            "planned_minutes": told.planned,
            "address": self.stage.cast.called(told.recipient or self.organisation),
        }
        if told.recipient is not None:
            inputs["recipient_id"] = self.stage.cast.member_ids[told.recipient]
        if self.rules.names("orders.taking.modes") == ("directed",):
            inputs["directed_to"] = self.stage.cast.member_ids[told.volunteer]
        order_id: str = self._do("orders.place", by, party, **inputs)["order_id"]
        if self._state(order_id) == "requested":
            self._do("orders.approve", self._at_level("orders.review.by"), order_id=order_id)
        if self._state(order_id) == "approved":
            self._do("orders.publish", self._at_level("orders.publish.by"), order_id=order_id)
        return order_id

    def _who_orders(self) -> tuple[str, str | None]:
        recipient = self.told.recipient
        if recipient is None:
            return self.organisation, None
        if "recipient" in self.rules.names("orders.request.placed_by"):
            return recipient, None
        return self._with_power(Power.ORDER_FOR), recipient

    def _taken(self, order_id: str) -> str:
        volunteer = self.told.volunteer
        if set(self.rules.names("orders.taking.modes")) & {"pick", "directed"}:
            inputs = {"team_id": self.told.team} if self.told.team else {}
            member_id = self.stage.cast.member_ids[volunteer]
            taken = self._do("visits.accept", volunteer, order_id=order_id, volunteer_id=member_id, **inputs)
        else:
            taken = self._offered(order_id, volunteer)
        visit_id: str = taken["visit_id"]
        return visit_id

    def _offered(self, order_id: str, volunteer: str) -> Answer:
        self._do(
            "offers.give_availability",
            volunteer,
            member_id=self.stage.cast.member_ids[volunteer],
            organisation_id=self.organisation,
            free_from=self.start,
            free_until=self.start + timedelta(minutes=self.told.planned),
        )
        self._do("offers.send", self.organisation, order_id=order_id)
        token = self.stage.cast.inputs({"token": f"$token.{volunteer}"}, {})["token"]
        return self._do("offers.accept", volunteer, token=token)

    def _done(self, visit_id: str) -> None:
        volunteer, end = self.told.volunteer, self.start + timedelta(minutes=self.told.minutes)
        claims = self._claims("orders.check_in.proof")
        if self.rules.flag("orders.check_in.needed"):
            self.stage.move_to(self.start, self.line)
            self._do("visits.check_in", volunteer, visit_id=visit_id, claims=claims)
            self.stage.move_to(end, self.line)
            self._do("visits.check_out", volunteer, visit_id=visit_id, claims=claims)
        else:
            self.stage.move_to(end, self.line)
            self._do("visits.report_done", volunteer, visit_id=visit_id, claims=claims)

    def _confirmed(self, visit_id: str) -> None:
        by = self.rules.names("orders.confirmation.by")
        claims = self._claims("orders.confirmation.proof")
        if self.told.recipient is not None and "recipient" in by:
            who = self.told.recipient
        else:
            who = self._with_power(Power.CONFIRM_VISIT)
        self._do("visits.confirm", who, visit_id=visit_id, claims=claims)

    def _claims(self, path: str) -> list[dict[str, str]]:
        return [{"kind": self.rules.names(path)[0], "note": ""}] if self.rules.has(path) else []

    def _state(self, order_id: str) -> str | None:
        with self.stage.bank.reading() as connection:
            return looking.order_state(connection, self.stage.story.city, order_id)

    def _at_level(self, path: str) -> str:
        levels = self.rules.names(path)
        able = (node.id for node in self.tree.path(self.organisation) if node.level in levels)
        return next(able, self.organisation)

    def _with_power(self, power: Power) -> str:
        able = (
            node.id
            for node in self.tree.path(self.organisation)
            if power.value in self.rules.names(f"levels.{node.level}.may")
        )
        return next(able, self.organisation)

    def _tree(self) -> Tree:
        with self.stage.bank.reading() as connection:
            day: datetime = self.stage.local_now
            return organisation_rows.tree_on(connection, self.stage.story.city, day.date())
