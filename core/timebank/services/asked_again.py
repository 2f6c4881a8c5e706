"""A settlement asked again with other minutes or on another day: the code that settles, on the books as they were."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from timebank.domain.account import Account, AccountKey
from timebank.hooks.city import City
from timebank.rules import RulesInForce
from timebank.services.caps import CapCounter
from timebank.services.kept_rules import rules_by_digest
from timebank.services.rounding import CreditLine, owed_account
from timebank.services.settlement_facts import Ready, to_settle
from timebank.services.settlement_posting import credit_lines
from timebank.storage import account_rows, settlement_rows, statement_rows

_SAME = ("unit", "kind", "owner_id", "credited", "cut", "donated", "repaid", "carried")


@dataclass(frozen=True)
class SettledAgain:
    """One visit, ready to be settled on paper as often as one likes. Nothing is written.

    Attributes:
        city: the running city; its plugin of today is asked.
        visit: as it was settled, or as it stands.
        rules: of the service date, by the file that decided.
        charge_rules: of the day the hold was placed.
        connection: for reading.
        before: the transfer before which the books are looked at; None for the books of now.
        carried: minutes that had waited, by account, where the decision stored them.
    """

    city: City
    visit: Ready
    rules: RulesInForce
    charge_rules: RulesInForce
    connection: Connection
    before: str | None = None
    carried: Mapping[AccountKey, int] | None = None

    def lines(self, minutes: int, day: date | None = None) -> list[CreditLine]:
        """Return what would have been credited, line by line.

        Args:
            minutes: recognised, whole, from zero.
            day: another service date, with the rules of that day; the same unless given.

        Raises:
            PluginFailed: the city's plugin could not be asked.
        """
        facts = self.visit.facts
        rules = self.rules.rule_set.reading(self.rules.day)
        if day is not None:
            rules = self.city.rules_for(facts.order.service, day)
        asked = replace(facts, visit=replace(facts.visit, recognised_minutes=minutes), day=day or facts.day)
        proposal = self.city.credit_visit(asked, rules, self.charge_rules).value
        counter = CapCounter(self.connection, self.city.code, self.before)
        return credit_lines(
            proposal.credits, self._accounts(c.account for c in proposal.credits), counter, rules
        )

    def _accounts(self, keys: Iterable[AccountKey]) -> dict[AccountKey, Account]:
        """Return the accounts as they stood; one that was not open yet was empty."""
        wanted = {one for key in keys for one in (key, owed_account(key))}
        found = account_rows.find(self.connection, self.city.code, wanted)
        balances = self._balances([account.id for account in found.values()])
        return {
            key: self._as_it_stood(key, found.get(key) or Account("", key, 0, 0), balances) for key in wanted
        }

    def _balances(self, account_ids: list[str]) -> dict[str, int] | None:
        if self.before is None or not account_ids:
            return None
        return statement_rows.balances_before(self.connection, self.city.code, account_ids, self.before)

    def _as_it_stood(self, key: AccountKey, account: Account, balances: dict[str, int] | None) -> Account:
        posted = account.posted if balances is None else balances.get(account.id, 0)
        carried = account.carried if self.carried is None else self.carried.get(key, 0)
        return replace(account, posted=posted, carried=carried)


def settled_again(connection: Connection, city: City, row: Any) -> SettledAgain | None:
    """Return a stored settlement, ready to be asked again; None where today's code does not come to what is stored.

    Args:
        connection: for reading.
        city: the running city.
        row: the settlement's transfer.
    """
    decision = row.decision
    found = to_settle(settlement_rows.facts(connection, city.code, [row.cause_id]))
    if not found:
        return None
    rules = rules_by_digest(connection, city, decision["rules"], row.day)
    charge_rules = rules_by_digest(connection, city, decision["charge_rules"])
    again = SettledAgain(city, found[0], rules, charge_rules, connection, row.id)
    lines = again.lines(decision["facts"]["recognised"])
    stored = decision["facts"]["credits"]
    if len(lines) != len(stored):
        return None
    carried = {line.account: one["carried_before"] for line, one in zip(lines, stored, strict=True)}
    again = replace(again, carried=carried)
    return again if _as_stored(again.lines(decision["facts"]["recognised"]), stored) else None


def waiting(connection: Connection, city: City, visit_id: str) -> SettledAgain | None:
    """Return a visit that waits for its settlement, ready to be settled on paper on the books of now."""
    found = to_settle(settlement_rows.facts(connection, city.code, [visit_id]))
    if not found:
        return None
    visit = found[0]
    service = visit.facts.order.service
    rules, charge_rules = city.rules_for(service, visit.facts.day), city.rules_for(service, visit.charge_day)
    return SettledAgain(city, visit, rules, charge_rules, connection)


def _as_stored(lines: list[CreditLine], stored: list[dict[str, Any]]) -> bool:
    return all(
        _plain(line) == {name: one[name] for name in _SAME} for line, one in zip(lines, stored, strict=True)
    )


def _plain(line: CreditLine) -> dict[str, Any]:
    return {
        "unit": line.account.unit,
        "kind": line.account.kind.value,
        "owner_id": line.account.owner_id,
        "credited": line.credited,
        "cut": line.cut,
        "donated": line.donated,
        "repaid": line.repaid,
        "carried": line.carried,
    }
