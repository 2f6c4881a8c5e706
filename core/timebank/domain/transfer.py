"""Immutable, atomic groups of postings: the only way minutes move."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from timebank.domain.account import AccountKey


class TransferKind(enum.StrEnum):
    """Why minutes moved."""

    SETTLEMENT = "settlement"
    GRANT = "grant"
    GIFT = "gift"
    DONATION = "donation"
    REDEMPTION = "redemption"
    EXPIRY = "expiry"
    REVERSAL = "reversal"
    IMPORT = "import"
    CORRECTION = "correction"


# Minutes are born only in these kinds of transfer, each of which names its cause.
ISSUING_KINDS = frozenset(
    {TransferKind.SETTLEMENT, TransferKind.GRANT, TransferKind.IMPORT, TransferKind.CORRECTION}
)


@dataclass(frozen=True, slots=True)
class Posting:
    """A debit account, a credit account of the same unit, and a positive number of minutes.

    An imbalance cannot be written down in this form.
    """

    debit: AccountKey
    credit: AccountKey
    minutes: int

    def __post_init__(self) -> None:
        if type(self.minutes) is not int or self.minutes <= 0:
            raise ValueError(f"a posting needs a positive whole number of minutes, not {self.minutes!r}")
        if self.debit.unit != self.credit.unit:
            raise ValueError(f"a posting cannot turn {self.debit.unit} into {self.credit.unit}")
        if self.debit == self.credit:
            raise ValueError("a posting needs two different accounts")

    @property
    def unit(self) -> str:
        """Return the unit both accounts count in."""
        return self.debit.unit

    def reversed(self) -> Posting:
        """Return the posting that undoes this one."""
        return Posting(self.credit, self.debit, self.minutes)


@dataclass(frozen=True, slots=True)
class ProposedTransfer:
    """What a member asks for, before any posting: a gift, a donation, a redemption or a grant.

    Attributes:
        kind: gift, donation, redemption or grant.
        giver_id: whose account is debited; None for a grant.
        receiver_id: the member who receives; None for a donation or a redemption.
        unit: a unit id of the rule file.
        minutes: whole minutes, positive.
        account: the giver's account kind.
        target: what it is for: ``pool``, a goods item, a grant plan, or a special redemption of a plugin.
    """

    kind: TransferKind
    giver_id: str | None
    receiver_id: str | None
    unit: str
    minutes: int
    account: str = "savings"
    target: str = ""
