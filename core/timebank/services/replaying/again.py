"""One settlement settled again: an answer rounded, capped and charged, by the code that settles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from timebank.domain.account import AccountKey, AccountKind, Hold, OwnerKind
from timebank.domain.settlement import Charge, Credit
from timebank.domain.transfer import Posting
from timebank.hooks.recalling import CreditSaid, Said
from timebank.rules import RulesInForce
from timebank.services.caps import Counts, Standing, capped
from timebank.services.replaying.accounts import Line
from timebank.services.replaying.stored import Stored
from timebank.services.rounding import (
    CreditLine,
    city_account,
    credit_postings,
    round_charge,
    round_credit,
    spread,
)

MOST_REMEMBERED = 20_000


class Books(Standing, Counts, Protocol):
    """What stands in the books before a settlement."""

    def carried(self, key: AccountKey) -> int:
        """Return the minutes that wait on an account."""


@dataclass(slots=True)
class Again:
    """What came of a visit, settled again.

    Attributes:
        held: minutes of the holds it resolves.
        payer: recipient, nobody or pool.
    """

    credits: list[CreditLine]
    postings: list[Posting]
    held: int
    charged: int
    payer: str


class Settling:
    """Settles visits of one city again; what is rounded once is not rounded again.

    Every answer given to it belongs to one pair of rule files.
    """

    def __init__(self, city: str, books: Books) -> None:
        self._city, self._books = city, books
        self._rounded: dict[tuple[CreditSaid, int], CreditLine] = {}
        self._due: dict[tuple[Said, int], int] = {}

    def settle(
        self,
        stored: Stored,
        said: Said,
        rules: RulesInForce,
        charge_rules: RulesInForce,
        holds: Sequence[Hold],
    ) -> Again:
        """Return what comes of a visit by an answer and two readings of the rules."""
        rounded = [self._round(credit, stored, rules) for credit in said.credits]
        lines = capped(rounded, self._books, self._books, rules)
        postings = [posting for line in lines for posting in credit_postings(line, self._city)]
        payer = charge_rules.text(f"charge.{stored.facts['origin']}.payer")
        held = sum([hold.minutes for hold in holds]) if holds else 0
        charged = 0
        if said.charge is not None:
            for posting in self._charges(said, said.charge, payer, charge_rules, holds, held):
                charged += posting.minutes
                postings.append(posting)
        return Again(lines, postings, held, charged, payer)

    def _round(self, credit: CreditSaid, stored: Stored, rules: RulesInForce) -> CreditLine:
        owner = stored.volunteer_id if credit.owner is OwnerKind.MEMBER else stored.team_id or ""
        key = AccountKey(credit.owner, owner, credit.kind, credit.unit)
        carried = self._books.carried(key)
        known = self._rounded.get((credit, carried))
        if known is None:
            known = round_credit(Credit(key, credit.minutes, credit.rule_path), carried, rules)
            if len(self._rounded) >= MOST_REMEMBERED:
                self._rounded.clear()
            self._rounded[credit, carried] = known
        return CreditLine(key, known.asked, known.credited, known.carried, known.carried_before)

    def _charges(
        self,
        said: Said,
        charge: Charge,
        payer: str,
        rules: RulesInForce,
        holds: Sequence[Hold],
        held: int,
    ) -> list[Posting]:
        out = city_account(self._city, AccountKind.REDEMPTION, charge.unit)
        if payer == "pool":
            pool = city_account(self._city, AccountKind.POOL, charge.unit)
            due = round_charge(charge, self._books[pool].posted, rules)
            return [Posting(pool, out, due)] if due else []
        due = self._due_of(said, charge, held, rules)
        return [Posting(hold.account, out, minutes) for hold, minutes in spread(due, holds) if minutes]

    def _due_of(self, said: Said, charge: Charge, held: int, rules: RulesInForce) -> int:
        known = self._due.get((said, held))
        if known is None:
            if len(self._due) >= MOST_REMEMBERED:
                self._due.clear()
            known = self._due[said, held] = round_charge(charge, held, rules)
        return known


def as_posted(lines: Sequence[Line], postings: Sequence[Posting]) -> bool:
    """Say whether postings are those that stand in the books, in the same order."""
    return len(lines) == len(postings) and all(map(_is_posted, lines, postings))


def _is_posted(line: Line, posting: Posting) -> bool:
    return line.minutes == posting.minutes and line.debit == posting.debit and line.credit == posting.credit
