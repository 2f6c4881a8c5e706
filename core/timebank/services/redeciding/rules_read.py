"""The figures of a rule file that a settlement is decided by, each read once however long the history is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache, partial

from sqlalchemy import Connection

from timebank.domain.account import SPENDABLE
from timebank.domain.refusal import TimeBankError
from timebank.hooks.city import City
from timebank.rules import RulesInForce, quantise
from timebank.services.kept_rules import rules_by_digest
from timebank.storage import rule_file_rows

Line = list[str]
# What an altered decision or rule file may raise when it is read again.
UNREADABLE = (TimeBankError, LookupError, TypeError, ValueError, AttributeError, ArithmeticError)
_MINUTES = re.compile(r"-?\d{1,18}(/[1-9]\d{0,17})?", re.ASCII)


@lru_cache(maxsize=4096)
def exactly(text: str) -> Fraction:
    """Return a stored number of minutes as the fraction it is.

    Raises:
        ValueError: it is none that the bank would write; what reads like one may take for ever to work out.
    """
    if not _MINUTES.fullmatch(text):
        raise ValueError(f"no minutes: {text:.40}")
    return Fraction(text)


@lru_cache(maxsize=4096)
def rounded(minutes: Fraction, quantum: int, rounding: str) -> int:
    """Return minutes in whole multiples of a quantum, as the rule file says."""
    return quantise(minutes, quantum, rounding)


@dataclass(frozen=True, slots=True)
class CreditRule:
    """How one block of a rule file rounds, in minutes."""

    quantum: int
    rounding: str
    carries: bool


@dataclass(frozen=True, slots=True)
class Cap:
    """One cap of a rule file.

    Attributes:
        per: day, month, year, or nothing where it caps what is held.
        limit: minutes.
        donates: whether what lies above is credited and donated; else it is not credited.
    """

    unit: str
    kinds: frozenset[str]
    per: str
    limit: int
    donates: bool


class RulesRead:
    """One rule file as settlements read it."""

    def __init__(self, rules: RulesInForce) -> None:
        self.rules = rules
        self.caps = tuple(_caps(rules))
        self.credit_rule = cache(self._credit_rule)
        self.payer = cache(self._payer)
        self.caps_on = cache(self._caps_on)
        self.plain_credits = lru_cache(maxsize=4096)(self._plain_credits)

    def _credit_rule(self, path: str) -> CreditRule:
        carries = self.rules.text(f"{path}.remainder") == "carried"
        return CreditRule(self.rules.minutes(f"{path}.quantum"), self.rules.text(f"{path}.rounding"), carries)

    def _payer(self, origin: str) -> str:
        return self.rules.text(f"charge.{origin}.payer")

    def _caps_on(self, kind: str, unit: str) -> tuple[Cap, ...]:
        return tuple(cap for cap in self.caps if cap.unit == unit and kind in cap.kinds)

    def _plain_credits(self, recognised: int) -> list[Line]:
        """Return what the plain time bank answers for so many recognised minutes, as a decision stores it."""
        lines = []
        for unit in self.rules.names("credit.units"):
            path = f"credit.units.{unit}"
            minutes = recognised * Fraction(self.rules.decimal(f"{path}.rate"))
            lines.append(["credit", self.rules.text(f"{path}.account"), unit, str(minutes), path])
        return lines

    def charge_asked(self, planned: int, recognised: int) -> Fraction:
        """Return the minutes that the file charges for a visit, before they are rounded."""
        counted = planned if self.rules.text("charge.basis") == "planned" else recognised
        return counted * Fraction(self.rules.decimal("charge.rate"))

    def charge_rounded(self, asked: Fraction) -> int:
        """Return a charge in the multiples that the file charges."""
        return rounded(asked, self.rules.minutes("charge.quantum"), self.rules.text("charge.rounding"))

    @property
    def gifts_per_year(self) -> int | None:
        """Return how many minutes a member may give in a year; None where the file sets no limit."""
        path = "gifts.per_year.limit"
        return self.rules.minutes(path) if self.rules.has(path) else None


def _caps(rules: RulesInForce) -> Iterator[Cap]:
    blocks: Mapping[str, Mapping[str, str]] = rules.rule_set.tree.get("caps", {})
    for name in blocks:
        path = f"caps.{name}"
        kinds = {rules.text(f"{path}.account")} if rules.has(f"{path}.account") else SPENDABLE
        per = rules.text(f"{path}.per") if rules.text(f"{path}.on") == "credit" else ""
        donates = rules.text(f"{path}.over") == "donate"
        yield Cap(rules.text(f"{path}.unit"), frozenset(kinds), per, rules.minutes(f"{path}.limit"), donates)


def _read(connection: Connection, city: City, digest: str) -> RulesRead:
    if not isinstance(digest, str):  # as an altered decision may have it: no database is asked such a thing
        raise TypeError(f"no digest: {digest!r:.40}")
    return RulesRead(rules_by_digest(connection, city, digest))


class Library:
    """Every rule file that ever decided, by its digest: from the city's folder, else the copy the bank kept."""

    def __init__(self, connection: Connection, city: City) -> None:
        self.of = cache(partial(_read, connection, city))
        self._digests = {version.digest for version in city.book.versions}
        self._digests |= rule_file_rows.digests(connection, city.code)

    def caps_a_period(self) -> bool:
        """Say whether any rule file that can be read caps what is credited in a period."""
        return any(cap.per for rules in self._readable() for cap in rules.caps)

    def _readable(self) -> Iterator[RulesRead]:
        for digest in self._digests:
            with suppress(*UNREADABLE):  # a kept file that somebody changed: a law of its own finds it
                yield self.of(digest)
