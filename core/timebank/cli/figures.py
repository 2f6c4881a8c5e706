"""The figures of one city after its story: balances in units, totals, and whether the ledger holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rich.table import Table
from rich.text import Text

from timebank.cli.session import Session
from timebank.domain.account import Account
from timebank.domain.words import Words
from timebank.services.amounts import in_units
from timebank.services.desk import Bank, local_day
from timebank.services.explain import KINDS
from timebank.storage import account_rows


@dataclass(frozen=True)
class Balance:
    """What one person holds on one account."""

    name: str
    account: Account
    words: Words

    def plain(self) -> dict[str, Any]:
        """Return it as plain values."""
        key = self.account.key
        return {
            "name": self.name,
            "account": key.kind.value,
            "unit": key.unit,
            "minutes": self.account.posted,
            "zh": self.words.zh,
            "en": self.words.en,
        }


@dataclass(frozen=True)
class Figures:
    """What came of a story.

    Attributes:
        balances: of every person who holds something.
    """

    balances: tuple[Balance, ...]

    def plain(self) -> dict[str, Any]:
        """Return them as plain values."""
        return {"balances": [balance.plain() for balance in self.balances]}


def city_figures(bank: Bank, code: str, names: Mapping[str, str]) -> Figures:
    """Return the figures of a city.

    Args:
        bank: the bank.
        code: the city.
        names: whose balances, by member id, in order.
    """
    rules = bank.city(code).rules_on(local_day(bank.city(code), bank.clock()))
    with bank.reading() as connection:
        owned = account_rows.of_members(connection, code, names)
    balances = [
        Balance(name, account, in_units(account.posted, account.key.unit, rules))
        for member_id, name in names.items()
        for account in owned[member_id]
        if account.posted
    ]
    return Figures(tuple(balances))


def tell_figures(session: Session, figures: Figures) -> None:
    """Print the figures."""
    if session.as_json:
        return
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    for head in (Words("成员", "member"), Words("账户", "account"), Words("余额", "balance")):
        table.add_column(session.text(head), header_style="bold")
    for balance in figures.balances:
        kind = KINDS[balance.account.key.kind.value]
        table.add_row(balance.name, session.text(kind), session.text(balance.words))
    session.out.print(Text())
    session.out.print(table)
