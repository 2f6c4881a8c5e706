"""The little city that the ledger's benchmark is tried on."""

from timebank.services.verification import verify

CITY = "nanjing"
CITIES = (CITY,)
PAIRS = 6


def faults(bank):
    """Give the laws of the ledger that do not hold, and where."""
    return [(result.code, result.shown) for result in verify(bank, CITY) if not result.ok]
