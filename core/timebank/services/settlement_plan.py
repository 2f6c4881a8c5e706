"""What a settlement will do, decided outside any lock: the city's proposal and the rules it came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from timebank.domain.account import AccountKey, AccountKind
from timebank.domain.decision import HookAnswer
from timebank.domain.refusal import refuse
from timebank.domain.settlement import Proposal
from timebank.hooks.city import City
from timebank.rules import RulesInForce
from timebank.services.caps import DONATE
from timebank.services.rounding import city_account, owed_account
from timebank.services.settlement_facts import Ready


@dataclass(frozen=True)
class Plan:
    """One visit's settlement before rounding, caps and posting.

    Attributes:
        payer: recipient, nobody or pool, by the file of the day the hold was placed.
    """

    visit: Ready
    rules: RulesInForce
    charge_rules: RulesInForce
    proposal: Proposal
    answers: tuple[HookAnswer, ...]
    payer: str

    def accounts(self, city: str) -> Iterator[AccountKey]:
        """Yield every account the settlement touches, so that all can be locked at once."""
        for credit in self.proposal.credits:
            key = credit.account
            yield key
            yield owed_account(key)
            yield city_account(city, AccountKind.ISSUANCE, key.unit)
        for hold in self.visit.facts.holds:
            yield hold.account
            yield city_account(city, AccountKind.REDEMPTION, hold.account.unit)
        if self.payer == "pool" and self.proposal.charge is not None:
            yield city_account(city, AccountKind.POOL, self.proposal.charge.unit)
            yield city_account(city, AccountKind.REDEMPTION, self.proposal.charge.unit)

    def pools(self, city: str) -> Iterator[AccountKey]:
        """Yield the pools that the overflow of a cap may go to."""
        caps = self.rules.rule_set.tree.get("caps", {})
        if any(cap["over"] == DONATE for cap in caps.values()):
            for credit in self.proposal.credits:
                yield city_account(city, AccountKind.POOL, credit.account.unit)


def plan(city: City, ready: Ready) -> Plan:
    """Ask the city what comes of a confirmed visit."""
    if ready.visit.recognised_minutes is None:
        raise refuse(
            "not_recognised",
            "这条服务记录没有认定时长，不能结算。请先确认时长。",
            "This visit has no recognised minutes, so it cannot be settled. Confirm the minutes first.",
        )
    service = ready.facts.order.service
    rules = city.rules_for(service, ready.facts.day)
    charge_rules = city.rules_for(service, ready.charge_day)
    asked = city.credit_visit(ready.facts, rules, charge_rules)
    payer = charge_rules.text(f"charge.{ready.facts.order.origin}.payer")
    return Plan(ready, rules, charge_rules, asked.value, asked.answers, payer)
