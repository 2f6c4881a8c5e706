"""Sides that read: a balance, a page of a statement, and every law of the ledger."""

import itertools
from abc import abstractmethod

from bench.ledger import processor_time
from bench.ledger.history import MIDDLE_DAY
from bench.ledger.teams import Side
from bench.ledger.world import elder, open_world
from timebank.domain.account import OwnerKind
from timebank.services.statement import balances_on, statement
from timebank.services.verification import verify
from timebank.storage import account_rows


class InBank(Side):
    """Works in a bank that each worker opens for itself."""

    def __init__(self, config, url, city, _number):
        self.bank, self.city = open_world(config, url), city

    def peak_memory(self, _given):
        """Return the most memory this process ever had, in bytes."""
        return processor_time.peak_memory("self")

    def close(self):
        self.bank.engine.dispose()


class Reading(InBank):
    """Reads about elder after elder."""

    def __init__(self, config, url, city, numbers, number):
        super().__init__(config, url, city, number)
        self._numbers = itertools.cycle(numbers)

    def one(self):
        self.read(next(self._numbers))
        return 1

    @abstractmethod
    def read(self, number):
        """Read about the elder of a number."""


class Balance(Reading):
    """Reads what an elder holds, with the one statement that every reading of balances uses."""

    def read(self, number):
        with self.bank.reading() as connection:
            account_rows.of_owner(connection, self.city, OwnerKind.MEMBER, elder(self.city, number))


class PastDay(Reading):
    """Reads what an elder held when a day in the middle of the history ended."""

    def read(self, number):
        balances_on(self.bank, self.city, f"E{number:06d}", MIDDLE_DAY)


class Page(Reading):
    """Reads the first page of an elder's statement, and a page from the middle, in turn."""

    def __init__(self, config, url, city, numbers, middle, number):
        super().__init__(config, url, city, numbers, number)
        self._after = itertools.cycle((("", 0), middle))

    def read(self, number):
        statement(self.bank, self.city, f"E{number:06d}", next(self._after))


class Verifying(InBank):
    """Asks every law of the ledger; a unit is a posting."""

    def __init__(self, config, url, city, postings, number):
        super().__init__(config, url, city, number)
        self._postings = postings

    def one(self):
        wrong = [result.code for result in verify(self.bank, self.city) if not result.ok]
        if wrong:
            raise AssertionError(f"the ledger is not right: {', '.join(wrong)}")
        return self._postings
