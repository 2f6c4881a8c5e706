"""From what a plugin proposes to what may be posted: carried minutes, quantum, owed first, caps and overflow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from timebank.domain.account import AccountKey, AccountKind, Hold, OwnerKind
from timebank.domain.settlement import Charge, Credit
from timebank.domain.transfer import Posting
from timebank.rules import RulesInForce, quantise


@dataclass(frozen=True, slots=True)
class CreditLine:
    """One credit after rounding.

    Attributes:
        account: whom it goes to.
        asked: minutes proposed plus minutes carried, exact.
        credited: whole minutes credited, a multiple of the quantum, or less where a cap says so.
        carried: minutes that wait for the next settlement.
        carried_before: minutes that had waited for this one.
        cut: minutes a cap kept from being credited.
        repaid: credited minutes that pay what the owner owed.
        donated: minutes credited and at once donated, as the cap's overflow.
    """

    account: AccountKey
    asked: Fraction
    credited: int
    carried: int
    carried_before: int = 0
    cut: int = 0
    repaid: int = 0
    donated: int = 0


def round_credit(credit: Credit, carried_before: int, rules: RulesInForce) -> CreditLine:
    """Round one proposed credit to its unit's quantum; what is rounded away is carried or stays served time.

    Minutes that an earlier rule file let wait go on waiting, whatever the present one does with its own.
    """
    path = credit.rule_path
    asked = Fraction(credit.minutes) + carried_before
    credited = quantise(asked, rules.minutes(f"{path}.quantum"), rules.text(f"{path}.rounding"))
    left = max(0, int(asked) - credited)
    carried = left if rules.text(f"{path}.remainder") == "carried" else min(left, carried_before)
    return CreditLine(credit.account, asked, credited, carried, carried_before)


def round_charge(charge: Charge, held: int, rules: RulesInForce) -> int:
    """Round a proposed charge to its quantum; it is never more than what was held."""
    asked = quantise(charge.minutes, rules.minutes("charge.quantum"), rules.text("charge.rounding"))
    return min(asked, held)


def spread(due: int, holds: Iterable[Hold]) -> list[tuple[Hold, int]]:
    """Return what each hold pays of a charge; the first pays as far as it reaches."""
    paid = []
    for hold in holds:
        paid.append((hold, min(due, hold.minutes)))
        due -= min(due, hold.minutes)
    return paid


def credit_postings(line: CreditLine, city: str) -> list[Posting]:
    """Return the postings of a credit: what is owed is paid first, the overflow goes on to the pool."""
    key, reaching = line.account, line.credited - line.repaid
    issuance = city_account(city, AccountKind.ISSUANCE, key.unit)
    postings = []
    if line.repaid:
        postings.append(Posting(issuance, owed_account(key), line.repaid))
    if reaching:
        postings.append(Posting(issuance, key, reaching))
    if line.donated:
        postings.append(Posting(key, city_account(city, AccountKind.POOL, key.unit), line.donated))
    return postings


@lru_cache(maxsize=1024)
def city_account(city: str, kind: AccountKind, unit: str) -> AccountKey:
    """Return the city's own account of a kind."""
    return AccountKey(OwnerKind.CITY, city, kind, unit)


def owed_account(key: AccountKey) -> AccountKey:
    """Return the account that says what the same owner owes."""
    return AccountKey(key.owner_kind, key.owner_id, AccountKind.OWED, key.unit)
