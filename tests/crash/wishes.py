"""What clients ask for: gifts, donations, goods, orders placed and cancelled, visits settled, mistakes undone."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.banks import YUNZHOU, local
from tests.crash.town import Town
from tests.scenes import STREET
from timebank.domain.command import Actor, Channel, Command
from timebank.services import exchange, orders, reversal, settlement
from timebank.services.desk import UseCase

MOST_OPEN_ORDERS = 3


@dataclass(frozen=True)
class Wish:
    """One operation: what is to be done, by whom, under which operation id."""

    use_case: UseCase
    command: Command
    inputs: dict[str, Any]


class Wishes:
    """The operations of one client, drawn with a seed; it remembers what came of them."""

    def __init__(self, town: Town, client: str, seed: int) -> None:
        self._town = town
        self._client = client
        self._random = Random(f"{seed}/{client}")
        self._count = 0
        self._orders: list[tuple[str, str]] = []
        self._transfers: list[str] = []

    def next(self) -> Wish:
        """Return the next operation."""
        ways: list[Callable[[], Wish | None]] = [
            self._give, self._donate, self._redeem, self._place, self._cancel, self._settle, self._reverse
        ]  # fmt: skip
        while True:
            (way,) = self._random.choices(ways, (30, 15, 10, 15, 10, 25, 5))
            wish = way()
            if wish is not None:
                return wish

    def learn(self, wish: Wish, answer: dict[str, Any]) -> None:
        """Remember what an answer brought, for later operations."""
        if wish.use_case is orders.place:
            self._orders.append((answer["order_id"], wish.command.actor.id))
        if wish.use_case in {exchange.donate, settlement.settle} and answer["transfer_id"]:
            self._transfers = [*self._transfers[-20:], answer["transfer_id"]]

    def _wish(self, use_case: UseCase, by: str, at: str | None = None, **inputs: Any) -> Wish:
        self._count += 1
        command = Command(YUNZHOU, f"{self._client}-{self._count}", Actor(by, at), Channel.APP)
        return Wish(use_case, command, inputs)

    def _give(self) -> Wish:
        family = self._random.randrange(len(self._town.parents))
        pair = [self._town.parents[family], self._town.children[family]]
        self._random.shuffle(pair)
        minutes = self._random.randint(1, 5)
        inputs = {"giver_id": pair[0], "receiver_id": pair[1], "unit": "coin", "minutes": minutes}
        return self._wish(exchange.give, pair[0], **inputs)

    def _donate(self) -> Wish:
        who = self._random.choice(self._town.people)
        unit, minutes = self._random.choice(("coin", "point")), self._random.randint(1, 2)
        return self._wish(exchange.donate, who, giver_id=who, unit=unit, minutes=minutes)

    def _redeem(self) -> Wish:
        who = self._random.choice(self._town.people)
        minutes = self._random.randint(1, 2)
        return self._wish(exchange.redeem, who, member_id=who, target="goods", unit="point", minutes=minutes)

    def _place(self) -> Wish | None:
        if len(self._orders) >= MOST_OPEN_ORDERS:
            return None
        elder = self._random.choice(self._town.parents)
        asked = {
            "service": "chat",
            "organisation_id": STREET,
            "planned_start": local("2026-03-03 14:00"),
            "planned_minutes": 60,
            "address": "幸福路1号",
        }
        return self._wish(orders.place, elder, recipient_id=elder, **asked)

    def _cancel(self) -> Wish | None:
        if not self._orders:
            return None
        order, elder = self._orders.pop(self._random.randrange(len(self._orders)))
        return self._wish(orders.cancel, elder, order_id=order, reason="")

    def _settle(self) -> Wish | None:
        visit = self._town.next_visit()
        return None if visit is None else self._wish(settlement.settle, "job:settle", visit_id=visit)

    def _reverse(self) -> Wish | None:
        if not self._transfers:
            return None
        mistake = self._transfers.pop(self._random.randrange(len(self._transfers)))
        return self._wish(reversal.reverse, "auditor", "yun", transfer_id=mistake, reason="误记")
