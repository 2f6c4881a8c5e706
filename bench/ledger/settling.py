"""Sides that settle: the engine, one settlement a commit; the same statements bare; a night's batches."""

import time
from collections import deque
from contextlib import suppress
from functools import partial

from bench.ledger.recorded import Bare, record, record_commits
from bench.ledger.stock import Stock
from bench.ledger.teams import RanOut, Side
from bench.ledger.world import BENCH, open_world
from timebank.domain.command import Channel, Command
from timebank.services.settlement import settle, settle_due

BATCH = 200


def settle_one(city, visit_id, bank):
    """Settle a visit through the public service function."""
    command = Command(city, f"bench:{visit_id}", BENCH, Channel.JOB)
    return bank.carry_out(settle, command, visit_id=visit_id)


class Settling(Side):
    """Settles its own visits through the engine.

    Args:
        config: `timebank.yaml`.
        url: the database.
        cities: the worker with a number works in the city with that number, round and round.
        pairs: how many pairs of people a worker has to itself.
        number: the worker's.
    """

    def __init__(self, config, url, cities, pairs, number):
        self.bank = open_world(config, url)
        self.city = cities[number % len(cities)]
        first = number // len(cities) * pairs
        self.stock = Stock(self.bank, self.city, range(first, first + pairs))
        self.visits = deque()

    def ready(self, many):
        missing = many - len(self.visits)
        if missing > 0:
            self.visits.extend(self.stock.make(missing))

    def one(self):
        if not self.visits:
            raise RanOut
        settle_one(self.city, self.visits.popleft(), self.bank)
        return 1

    def close(self):
        self.bank.engine.dispose()


class SettlingBare(Settling):
    """Sends what the engine would send for its visits, and nothing of the engine runs."""

    def __init__(self, config, url, cities, pairs, number):
        super().__init__(config, url, cities, pairs, number)
        self._bare, self._scripts, self._checked = Bare(url), deque(), False

    def ready(self, many):
        super().ready(many)
        works = [partial(settle_one, self.city, visit_id) for visit_id in self.visits]
        self._scripts = deque(record(self.bank, works))
        if not self._checked:
            self._bare.checked(self._scripts.popleft())
            self.visits.popleft()
            self._checked = True

    def one(self):
        if not self._scripts:
            raise RanOut
        self._bare.send(self._scripts.popleft())
        self.visits.popleft()
        return 1

    def close(self):
        self._bare.close()
        super().close()


class Enough(Exception):
    """The window is over."""


class SettlingByNight(Settling):
    """Settles what is due in batches, as `timebank settle` does; all that is due in its city is its own."""

    def ready(self, many):
        missing = many - len(self.visits)
        if missing > 0:
            self.visits.extend(self.stock.make(-(-missing // BATCH) * BATCH))

    def run(self, until):
        settled = [0]

        def watch(done):
            settled[0] = done
            if time.monotonic() >= until:
                raise Enough

        with suppress(Enough):
            settle_due(self.bank, self.city, watch)
        for _ in range(settled[0]):
            self.visits.popleft()
        return settled[0], not self.visits


class WritingByDriver(SettlingByNight):
    """Writes what a night's batches write, through psycopg alone: the same rows, as many a commit."""

    def __init__(self, config, url, cities, pairs, number):
        super().__init__(config, url, cities, pairs, number)
        self._lent = self.bank.engine.raw_connection()
        self._scripts = deque()

    def ready(self, many):
        super().ready(many)
        commits = record_commits(self.bank, lambda bank: settle_due(bank, self.city))
        self._scripts = deque([sent for sent in commit if sent.writes] for commit in commits)

    def run(self, until):
        return Side.run(self, until)

    def one(self):
        if not self._scripts:
            raise RanOut
        driver = self._lent.driver_connection
        with driver.cursor() as cursor:
            for sent in self._scripts.popleft():
                (cursor.executemany if sent.many else cursor.execute)(sent.text, sent.driver_values)
        driver.commit()
        for _ in range(BATCH):
            self.visits.popleft()
        return BATCH

    def close(self):
        self._lent.close()
        super().close()
