"""What accounts, units and identifiers are called in the books that other programs read.

The accounts are those of the people who hold the time, so that every sign is the usual one there: what they
have and the pool are assets, what they owe is a liability, what serving issues is income, what is redeemed or
expires is an expense. An account's sum in such a book is then its balance here, sign and all.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

ROOTS: Mapping[str, str] = {
    "savings": "Assets:Savings",
    "granted": "Assets:Granted",
    "donation_only": "Assets:DonationOnly",
    "pool": "Assets:Pool",
    "clearing": "Assets:Clearing",
    "owed": "Liabilities:Owed",
    "issuance": "Income:Issuance",
    "redemption": "Expenses:Redemption",
    "expiry": "Expenses:Expiry",
}


def account_name(kind: str, account_id: str) -> str:
    """Return an account's name: what it is for, and its identifier, which names nobody."""
    return f"{ROOTS[kind]}:{account_id}"


def commodity(unit: str) -> str:
    """Return a unit's commodity: the id of the rule file in capitals, ``volunteer_coin`` as ``VOLUNTEER-COIN``."""
    return unit.upper().replace("_", "-")


def coded(text: str) -> str:
    """Return an identifier as plain letters, digits, dots, colons, dashes and underscores; all else is %-coded.

    The first is never a dash: whatever an identifier holds, no spreadsheet takes it for a formula, and no
    character ends a field early.
    """
    safe = quote(text, safe=":").replace("~", "%7E")
    return f"%2D{safe[1:]}" if safe.startswith("-") else safe
