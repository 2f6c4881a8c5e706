"""Clients of the bank test: each in a thread of some process, doing whatever members and staff do, as fast as it goes.

A client serves whole visits, leaves orders open, cancels other people's, gives, donates, redeems and reverses. It
has a clock of its own, so that the day of its service has come when it says so.
"""

import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import event, select

from tests.banks import YUNZHOU, StoryClock, a_bank
from tests.torture.journal import ACKED, REFUSED, SUBMITTED, Journal
from timebank.domain.command import Actor, Channel, Command
from timebank.domain.refusal import TimeBankError
from timebank.services import exchange, orders, reversal, settlement, visits
from timebank.services.desk import Bank
from timebank.storage import transfer_rows
from timebank.storage.books import holds
from timebank.storage.engine import WRITES

CLOCKED = [{"kind": "clock", "note": ""}]
CALLED = [{"kind": "call_back", "note": ""}]
HOT_SHARE = 0.8
RESTS_SECONDS = 0.1
NEWEST = 40
RESTLESS = 2
"""So many clients never rest: whoever reads reads beside others' work."""
GIVEN_UP = "database_refused"


@dataclass(frozen=True)
class Work:
    """What all clients of a run share.

    Attributes:
        url: the database.
        config: the folder of rule files.
        folder: where the journals are written, where a file `stop` ends the run, and `rest` lets most clients rest.
        seed: what the clients' choices are drawn with.
        hot: members whom everybody wants.
        cold: members whom hardly anybody wants.
    """

    url: str
    config: Path
    folder: Path
    seed: int
    hot: Sequence[str]
    cold: Sequence[str]

    @property
    def over(self) -> bool:
        """Say whether the run is to end."""
        return (self.folder / "stop").exists()

    def rests(self, number: int) -> bool:
        """Say whether a client is to do nothing just now, so that readers come up with what was done."""
        return number >= RESTLESS and (self.folder / "rest").exists()


class Client:
    """One client."""

    def __init__(self, work: Work, bank: Bank, number: int) -> None:
        self.work, self.number, self.clock = work, number, StoryClock()
        self.bank = replace(bank, clock=self.clock)
        self.journal = Journal(work.folder, f"client-{number}")
        self.random = random.Random(f"{work.seed} {number}")
        self.actions = (
            [self.serve] * 6 + [self.order] * 2 + [self.cancel] * 2 + [self.give] * 4
            + [self.donate] * 2 + [self.redeem] * 2 + [self.reverse] * 2 + [self.night]
        )  # fmt: skip

    def run(self) -> None:
        """Do one thing after the other until the run is over."""
        while not self.work.over:
            if self.work.rests(self.number):
                time.sleep(RESTS_SECONDS)
                continue
            self.clock.set(f"2026-{self.random.randint(3, 12):02}-{self.random.randint(1, 28):02} 09:00")
            self.random.choice(self.actions)()
        self.journal.close()

    def do(self, use_case: Any, by: str = "job:client", at: str | None = None, **inputs: Any) -> Any:
        """Carry out a use case and write down what was sent and what came of it; None where it was refused."""
        operation = uuid.UUID(int=self.random.getrandbits(128)).hex
        self.journal.note(SUBMITTED, by, operation)
        command = Command(YUNZHOU, operation, Actor(by, at), Channel.APP)
        try:
            answer = self.bank.carry_out(use_case, command, **inputs)
        except TimeBankError as refused:
            self.journal.note(REFUSED, by, operation, refused.code)
            return None
        self.journal.note(ACKED, by, operation, answer)
        return answer

    def anybody(self) -> str:
        """Return a member, a hot one more often than not."""
        hot = self.random.random() < HOT_SHARE
        return self.random.choice(self.work.hot if hot else self.work.cold)

    def order(self) -> Any:
        """Place and publish an order; what it holds stays held until somebody serves or cancels it."""
        elder = self.anybody()
        asked = {
            "service": "chat",
            "organisation_id": "east-1",
            "planned_minutes": 60,
            "address": "幸福路1号",
        }
        placed = self.do(orders.place, by=elder, recipient_id=elder, planned_start=self.clock(), **asked)
        if placed is None:
            return None
        order = {"order_id": placed["order_id"]}
        return self.do(orders.approve, **order) and self.do(orders.publish, **order)

    def serve(self) -> None:
        """Take a visit the whole way, from the order to its settlement; the minutes served are drawn."""
        published = self.order()
        if published is None:
            return
        who = self.anybody()
        taken = self.do(visits.accept, by=who, order_id=published["order_id"], volunteer_id=who)
        if taken is None:
            return
        visit = {"visit_id": taken["visit_id"]}
        self.do(visits.check_in, by=who, **visit, claims=CLOCKED)
        self.clock.forward(minutes=self.random.choice((29, 30, 59, 60, 75)))
        self.do(visits.check_out, by=who, **visit, claims=CLOCKED)
        self.do(visits.confirm, by="clerk", at="east-1", **visit, claims=CALLED)
        self.do(settlement.settle, **visit)

    def cancel(self) -> None:
        """Cancel whatever order still holds something, even one that somebody is about to serve."""
        with self.bank.reading() as connection:
            wanted = select(holds.c.order_id).where(holds.c.city == YUNZHOU, holds.c.state == "open")
            found = connection.execute(wanted.limit(NEWEST)).scalars().all()
        if found:
            self.do(orders.cancel, order_id=self.random.choice(found), reason="")

    def give(self) -> None:
        """Give some minutes to a hot member."""
        giver, receiver = self.anybody(), self.random.choice(self.work.hot)
        minutes = self.random.choice((1, 30, 60))
        asked = {"giver_id": giver, "receiver_id": receiver, "unit": "coin", "minutes": minutes}
        self.do(exchange.give, by=giver, **asked)

    def donate(self) -> None:
        """Donate some minutes."""
        giver = self.anybody()
        self.do(exchange.donate, by=giver, giver_id=giver, unit="coin", minutes=self.random.randint(1, 60))

    def redeem(self) -> None:
        """Take goods for points."""
        who = self.anybody()
        self.do(exchange.redeem, by=who, member_id=who, target="goods", unit="point", minutes=30)

    def reverse(self) -> None:
        """Reverse one of the newest transfers, whatever it is."""
        with self.bank.reading() as connection:
            made = transfer_rows.latest(connection, YUNZHOU, NEWEST)
        if made:
            chosen = self.random.choice(made).id
            self.do(reversal.reverse, by="auditor", at="yun", transfer_id=chosen, reason="误记")

    def night(self) -> None:
        """Settle whatever is due in one batch, as the night does, while others settle by day."""
        settlement.settle_due(self.bank, YUNZHOU)


def run_process(work: Work, numbers: Sequence[int]) -> Counter[str]:
    """Run some clients in this process and return what the database said no to, by code, and how hard it was."""
    seen: Counter[str] = Counter()
    mine = threading.local()

    def failed(context: Any) -> None:
        original = context.original_exception
        seen[str(getattr(original, "sqlstate", None) or type(original).__name__)] += 1
        mine.failed = getattr(mine, "failed", 0) + 1
        seen["in_a_row"] = max(seen["in_a_row"], mine.failed)

    def began(connection: Any) -> None:
        seen["transactions"] += bool(connection.get_execution_options().get(WRITES))

    def committed(connection: Any) -> None:
        if connection.get_execution_options().get(WRITES):
            mine.failed = 0

    with a_bank(work.url, config_folder=work.config) as bank, ThreadPoolExecutor(len(numbers)) as pool:
        for name, listener in (("handle_error", failed), ("begin", began), ("commit", committed)):
            event.listen(bank.engine, name, listener)
        for ended in [pool.submit(Client(work, bank, number).run) for number in numbers]:
            ended.result()
    return seen
