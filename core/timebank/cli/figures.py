"""The figures of one city after its story: balances in units, totals, and whether the ledger holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rich.table import Table
from rich.text import Text

from timebank.cli.ledger import tell_results
from timebank.cli.session import Session
from timebank.cli.stats import stats_table
from timebank.domain.account import Account, AccountKind
from timebank.domain.words import Words
from timebank.rules import RulesInForce
from timebank.services.amounts import in_units
from timebank.services.desk import Bank
from timebank.services.explain import KINDS
from timebank.services.stats import Branch, stats
from timebank.services.verification import CheckResult, verify
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
class CityFigures:
    """What came of a story.

    Attributes:
        balances: of everybody who has an account for saving, or holds something on another.
        stats: the city's totals.
        rules: of the day the story ended.
        checks: what came of every check of the ledger.
    """

    code: str
    balances: tuple[Balance, ...]
    stats: Branch
    rules: RulesInForce
    checks: tuple[CheckResult, ...]

    def plain(self) -> dict[str, Any]:
        """Return them as plain values."""
        total = self.stats.plain(self.rules)
        return {
            "balances": [balance.plain() for balance in self.balances],
            "stats": {name: value for name, value in total.items() if name != "below"},
            "ledger": {
                "checks": len(self.checks),
                "broken": [check.plain() for check in self.checks if not check.ok],
            },
        }


def city_figures(bank: Bank, code: str, names: Mapping[str, str], day: date) -> CityFigures:
    """Return the figures of a city.

    Args:
        bank: the bank.
        code: the city.
        names: whose balances, by member id, in order.
        day: the local day on which the story ended.
    """
    rules = bank.city(code).rules_on(day)
    with bank.reading() as connection:
        owned = account_rows.of_members(connection, code, names)
    balances = [
        Balance(name, account, in_units(account.posted, account.key.unit, rules))
        for member_id, name in names.items()
        for account in owned[member_id]
        if account.posted or account.key.kind is AccountKind.SAVINGS
    ]
    checks = tuple(verify(bank, code))
    return CityFigures(code, tuple(balances), stats(bank, code, until_day=day), rules, checks)


def tell_figures(session: Session, figures: CityFigures) -> None:
    """Print the figures."""
    if session.as_json:
        return
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    for head in (Words("成员", "member"), Words("账户", "account"), Words("余额", "balance")):
        table.add_column(session.text(head), header_style="bold")
    for balance in figures.balances:
        kind = KINDS[balance.account.key.kind.value]
        table.add_row(balance.name, session.text(kind), session.text(balance.words))
    for part in (Text(), table, Text(), stats_table(session, figures.stats, figures.rules, 1), Text()):
        session.out.print(part)
    tell_results(session, figures.code, list(figures.checks))
