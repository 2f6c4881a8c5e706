"""Where credit is held, and what a transfer of it is made of."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class AccountKind(enum.StrEnum):
    """What an account is for."""

    SAVINGS = "savings"
    GRANTED = "granted"
    DONATION_ONLY = "donation_only"
    OWED = "owed"
    ISSUANCE = "issuance"
    POOL = "pool"
    REDEMPTION = "redemption"
    EXPIRY = "expiry"
    CLEARING = "clearing"


class OwnerKind(enum.StrEnum):
    """Who may own an account."""

    MEMBER = "member"
    ORGANISATION = "organisation"
    CITY = "city"


# Accounts without a running balance: every settlement of a city touches them, and a balance row would be the
# one row on which all of them queue. Their balance is the sum of their postings.
UNCOUNTED = frozenset({AccountKind.ISSUANCE, AccountKind.REDEMPTION, AccountKind.EXPIRY})
# Accounts whose balance may fall below nothing: what a member owes, and what cities owe each other.
FLOORLESS = UNCOUNTED | {AccountKind.OWED, AccountKind.CLEARING}

# What a member or an organisation may hold; everything else belongs to the city itself.
HELD_BY_PEOPLE = frozenset(
    {AccountKind.SAVINGS, AccountKind.GRANTED, AccountKind.DONATION_ONLY, AccountKind.OWED}
)
SPENDABLE = frozenset({AccountKind.SAVINGS, AccountKind.GRANTED, AccountKind.DONATION_ONLY})


@dataclass(frozen=True, slots=True)
class AccountKey:
    """What makes an account unique within a city."""

    owner_kind: OwnerKind
    owner_id: str
    kind: AccountKind
    unit: str

    def __post_init__(self) -> None:
        # A member with an issuance account could give away minutes that nobody ever served.
        if (self.kind in HELD_BY_PEOPLE) is (self.owner_kind is OwnerKind.CITY):
            raise ValueError(f"a {self.owner_kind} cannot own a {self.kind} account")


@dataclass(frozen=True, slots=True)
class Account:
    """An account and its balance.

    Attributes:
        posted: whole minutes credited less whole minutes debited; always 0 where no balance is kept.
        held: whole minutes reserved by open holds.
        carried: served minutes rounded away so far, which the next settlement adds (never credit by themselves).
    """

    id: str
    key: AccountKey
    posted: int
    held: int
    carried: int = 0

    @property
    def available(self) -> int:
        """Return what may still be spent."""
        return self.posted - self.held


class HoldState(enum.StrEnum):
    """What became of reserved minutes."""

    OPEN = "open"
    POSTED = "posted"
    VOIDED = "voided"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Hold:
    """Minutes reserved on one account for one place of an order; resolved once."""

    id: str
    account: AccountKey
    account_id: str
    order_id: str
    rank: int
    minutes: int
    state: HoldState
