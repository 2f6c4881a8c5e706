"""What a settlement is decided from, and what a plugin may propose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from timebank.domain.account import AccountKey, AccountKind, Hold, OwnerKind
from timebank.domain.order import Order
from timebank.domain.visit import Visit


@dataclass(frozen=True, slots=True)
class VisitToSettle:
    """A confirmed visit with every fact its rules may need.

    Attributes:
        visit: with its recognised minutes.
        order: the order it belongs to.
        volunteer_born_on: birthday of the volunteer, if known.
        team_level: level id of the team the visit was for, or None.
        holds: open holds for this visit's place, in the order in which they pay.
    """

    visit: Visit
    order: Order
    day: date
    volunteer_born_on: date | None = None
    team_level: str | None = None
    holds: tuple[Hold, ...] = ()

    def volunteer_account(self, kind: AccountKind | str, unit: str) -> AccountKey:
        """Return the volunteer's own account of a kind."""
        return AccountKey(OwnerKind.MEMBER, self.visit.volunteer_id, AccountKind(kind), unit)

    @property
    def served(self) -> frozenset[tuple[OwnerKind, str | None]]:
        """Return whom the visit may credit: its volunteer, and the team it was for."""
        team = (OwnerKind.ORGANISATION, self.visit.team_id)
        return frozenset({(OwnerKind.MEMBER, self.visit.volunteer_id), team})

    def team_account(self, kind: AccountKind | str, unit: str) -> AccountKey:
        """Return the account of the team the visit was for."""
        if self.visit.team_id is None:
            raise ValueError("this visit was not for a team")
        return AccountKey(OwnerKind.ORGANISATION, self.visit.team_id, AccountKind(kind), unit)


@dataclass(frozen=True, slots=True)
class Credit:
    """Minutes that serving should give, before core rounds and caps them.

    Attributes:
        account: whose account of which kind and unit.
        minutes: exact; may be a fraction of a minute until core has rounded it.
        rule_path: the block of the rule file with this unit's quantum, rounding and remainder.
    """

    account: AccountKey
    minutes: Fraction
    rule_path: str


@dataclass(frozen=True, slots=True)
class Charge:
    """Minutes a payer should pay from one open hold, before core rounds them."""

    unit: str
    minutes: Fraction
    rule_path: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plugin's or the plain time bank's answer to “what comes of this visit?”."""

    credits: tuple[Credit, ...]
    charge: Charge | None = None

    def plain(self) -> list[list[str]]:
        """Return the figures for the stored decision."""
        lines = [
            ["credit", c.account.kind, c.account.unit, str(c.minutes), c.rule_path] for c in self.credits
        ]
        if self.charge is not None:
            lines.append(["charge", "", self.charge.unit, str(self.charge.minutes), self.charge.rule_path])
        return lines
