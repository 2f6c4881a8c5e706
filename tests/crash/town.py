"""A small town with enough going on to be interrupted: savers, families, visits that wait to be settled."""

import threading
from collections import deque
from dataclasses import dataclass, field
from random import Random

from tests.banks import YUNZHOU
from tests.scenes import Paper, a_recipient, verified_child, visits_on_paper
from timebank.services import settlement
from timebank.services.desk import Bank

EARNING_DAYS = 6
FAMILIES = 24


@dataclass
class Town:
    """Who lives here.

    Attributes:
        parents: each the parent of the child at the same index; both old enough to be given something.
        children: see above.
        visits: confirmed, and not yet settled.
    """

    parents: list[str]
    children: list[str]
    visits: deque[str]
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def people(self) -> list[str]:
        """Return everybody."""
        return self.parents + self.children

    def next_visit(self) -> str | None:
        """Take a visit that nobody else will settle."""
        with self._lock:
            return self.visits.popleft() if self.visits else None


def settled_town(bank: Bank, visits: int, seed: int) -> Town:
    """Let families move in, earn eight hours on each of some days, and serve visits that wait for settlement."""
    parents = [a_recipient(bank, f"母亲{number}", "1936-02-01") for number in range(FAMILIES)]
    children = [a_recipient(bank, f"女儿{number}", "1945-02-01") for number in range(FAMILIES)]
    for parent, child in zip(parents, children, strict=True):
        verified_child(bank, parent, child)
    days = [f"2026-02-{1 + number:02}" for number in range(EARNING_DAYS)]
    visits_on_paper(bank, [Paper(who, 480, day) for who in parents + children for day in days])
    settlement.settle_due(bank, YUNZHOU)
    return Town(parents, children, deque(_waiting(bank, Random(seed), parents, children, visits)))


def _waiting(bank: Bank, random: Random, parents: list[str], children: list[str], many: int) -> list[str]:
    """Write down visits of half an hour and an hour; every fourth is paid by an elder's hold, while hours last."""
    papers = []
    for number in range(many):
        volunteer, on = random.choice(children), f"2026-{random.choice((1, 2))}-{random.randint(10, 28)}"
        minutes = random.choice((30, 60))
        on = on.replace("-1-", "-01-").replace("-2-", "-02-")
        paid = {"payer": random.choice(parents), "held": 60} if number % 4 == 0 and number < 400 else {}
        papers.append(Paper(volunteer, minutes, on, planned=60, **paid))
    return visits_on_paper(bank, papers)
