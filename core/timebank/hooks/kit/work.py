"""Orders, visits and holds for the conformance kit: of the rule file's own services, origins, levels and accounts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from timebank.domain.account import AccountKey, AccountKind, Hold, HoldState, OwnerKind
from timebank.domain.order import Order, OrderState, Origin, Shape
from timebank.domain.organisation import Organisation
from timebank.domain.settlement import VisitToSettle
from timebank.domain.visit import Visit, VisitState
from timebank.hooks.kit.people import People
from timebank.rules import RuleSet, minutes_of


class Work:
    """Draws what people order and do on one day of one rule file."""

    def __init__(self, rule_set: RuleSet, people: People) -> None:
        self.tree = rule_set.tree
        self.people = people
        self.dice = people.dice

    def visit(self, order: Order) -> VisitToSettle:
        """Draw a confirmed visit of an order, for a team or not, with whatever was held for it."""
        team_level = self.dice.choice((None, *self.people.levels))
        recognised = self.dice.choice(
            (0, 1, order.planned_minutes, self.dice.randrange(order.planned_minutes + 1))
        )
        visit = Visit(
            id=self.people.id(),
            order_id=order.id,
            volunteer_id=self.people.id(),
            team_id="kit-team" if team_level else None,
            state=VisitState.CONFIRMED,
            planned_minutes=order.planned_minutes,
            measured_minutes=self.dice.choice((None, recognised, recognised + 25)),
            recognised_minutes=recognised,
            checked_in_at=order.planned_start,
            checked_out_at=order.planned_start + timedelta(minutes=recognised),
            service_date=self.people.day,
        )
        holds = self._holds(order) if order.recipient_id else ()
        return VisitToSettle(visit, order, self.people.day, self.people.birthday(), team_level, holds)

    def _holds(self, order: Order) -> tuple[Hold, ...]:
        payment = self.tree["charge"].get(order.origin, {})
        unit = self.tree["charge"].get("unit", self.people.units[0])
        kinds = payment.get("accounts", ()) if payment.get("payer") == "recipient" else ()
        owner = order.recipient_id or ""
        return tuple(
            Hold(
                id=self.people.id(),
                account=AccountKey(OwnerKind.MEMBER, owner, AccountKind(kind), unit),
                account_id=self.people.id(),
                order_id=order.id,
                rank=rank,
                minutes=self.dice.randrange(1, order.planned_minutes + 1),
                state=HoldState.OPEN,
            )
            for rank, kind in enumerate(kinds)
        )

    def order(self, recipient: str, origin: Origin | None = None) -> Order:
        """Draw an order for a service of the file, as short and as long as the file allows."""
        dice = self.dice
        service = dice.choice(tuple(self.tree["services"]))
        says = self.tree["services"][service]
        origin = origin or dice.choice([one for one in self.origins() if one is not Origin.IMPORT])
        least, most = minutes_of(says.get("least", "15 min")), minutes_of(says.get("most", "8 h"))
        minutes = dice.choice((least, most, dice.randrange(least, most + 1)))
        one_to_one = origin is not Origin.PROJECT
        start = datetime(self.people.day.year, self.people.day.month, self.people.day.day, tzinfo=UTC)
        return Order(
            id=self.people.id(),
            service=service,
            origin=origin,
            shape=Shape.ONE_TO_ONE if one_to_one else Shape.PROJECT,
            state=dice.choice(tuple(OrderState)),
            organisation_id="kit-place",
            recipient_id=recipient if one_to_one else None,
            publisher_id=dice.choice((None, "kit-place")),
            address="",
            planned_start=start + timedelta(minutes=dice.randrange(16 * 60)),
            planned_minutes=max(minutes, 1),
            places=1 if one_to_one else dice.randrange(1, 30),
            places_taken=0,
            head_count=1 if one_to_one else dice.randrange(1, 200),
            directed_to=dice.choice((None, self.people.id())),
            placed_on=self.people.day - timedelta(days=dice.randrange(20)),
            service_date=self.people.day,
        )

    def origins(self) -> list[Origin]:
        """Return the origins for which the file says who pays."""
        return [origin for origin in Origin if origin in self.tree["charge"]]

    def path_upwards(self) -> tuple[Organisation, ...]:
        """Draw an organisation with everything above it, by the file's levels."""
        levels = self.tree["levels"]
        level: str | None = self.dice.choice(tuple(levels))
        path: list[Organisation] = []
        while level is not None and len(path) < len(levels):
            above = levels[level].get("under")
            path.append(Organisation(f"kit-{level}", level, level, f"kit-{above}" if above else None))
            level = above
        return tuple(path)
