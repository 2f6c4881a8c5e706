"""One city: its rule book and its plugins, and the only caller of hooks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from timebank.domain.cases import OrderCase, TransferCase
from timebank.domain.event import Event
from timebank.domain.member import MemberAction, MemberFacts
from timebank.domain.offer import Candidate, Score
from timebank.domain.order import Order, OrderAction
from timebank.domain.refusal import Refusal
from timebank.domain.registry import LookedUp, Registry
from timebank.domain.settlement import Proposal, VisitToSettle
from timebank.domain.words import Words
from timebank.hooks.ask import Asked, Asker, is_not
from timebank.hooks.bounds import proposal_fault, scores_fault, unruled_fault
from timebank.rules import RuleBook, RuleMissing, RulesInForce


@dataclass(frozen=True)
class City:
    """A running city.

    Attributes:
        code: its code, which is also the folder of its rule files.
        book: all its rule files.
        asker: asks its plugins.
        registries: the outside registers connected for it.
    """

    code: str
    book: RuleBook
    asker: Asker
    registries: Mapping[str, Registry]

    def rules_on(self, day: date) -> RulesInForce:
        """Return the rules in force on a local day, ready for one decision."""
        return self.book.on(day).reading(day)

    def rules_for(self, service: str, day: date) -> RulesInForce:
        """Return the rules that decide about a service on a day.

        They are the file in force; where that file dropped the service, the last file that had it, as
        ``transition.dropped_services`` of the newer file lets open orders finish.
        """
        in_force = self.book.on(day)
        if service not in in_force.services:
            in_force = self.book.last_with_service(service, day) or in_force
        return in_force.reading(day)

    def check_member(
        self, member: MemberFacts, action: MemberAction, rules: RulesInForce
    ) -> Asked[tuple[Refusal, ...]]:
        """Ask the plugins whether a member may join, serve or receive."""
        given = {"member": member, "action": action, "rules": rules}
        return self._refusals("timebank_check_member", given, rules)

    def check_order(
        self, case: OrderCase, action: OrderAction, rules: RulesInForce
    ) -> Asked[tuple[Refusal, ...]]:
        """Ask the plugins whether an order may be placed, published, accepted or closed."""
        given = {"case": case, "action": action, "rules": rules}
        return self._refusals("timebank_check_order", given, rules)

    def check_transfer(self, case: TransferCase, rules: RulesInForce) -> Asked[tuple[Refusal, ...]]:
        """Ask the plugins whether a gift, donation, redemption or grant may be made."""
        return self._refusals("timebank_check_transfer", {"case": case, "rules": rules}, rules)

    def credit_visit(
        self, visit: VisitToSettle, rules: RulesInForce, charge_rules: RulesInForce
    ) -> Asked[Proposal]:
        """Ask what comes of a visit; the plain time bank always has an answer."""
        given = {"visit": visit, "rules": rules, "charge_rules": charge_rules}
        return self.asker.first(
            "timebank_credit_visit",
            given,
            lambda made: proposal_fault(made, visit) or unruled_fault(made, rules, charge_rules),
        )

    def rank_volunteers(
        self, order: Order, candidates: tuple[Candidate, ...], rules: RulesInForce
    ) -> Asked[tuple[Score, ...]]:
        """Ask in which order volunteers are offered places; best first, ties by identifier."""
        given = {"order": order, "candidates": candidates, "rules": rules}
        asked = self.asker.first(
            "timebank_rank_volunteers", given, lambda scores: scores_fault(scores, candidates)
        )
        ranked = sorted(asked.value, key=lambda score: (-score.total, score.volunteer_id))
        return Asked(tuple(ranked), asked.answers)

    def look_up(self, kind: str, key: str) -> LookedUp:
        """Ask an outside register. Never call this inside a database transaction."""
        given = {"kind": kind, "key": key, "registries": MappingProxyType(self.registries)}
        asked = self.asker.first(
            "timebank_look_up",
            given,
            lambda said: None if isinstance(said, LookedUp) else is_not(said, "LookedUp"),
        )
        answer: LookedUp = asked.value
        return answer

    @property
    def hears_events(self) -> bool:
        """Say whether any plugin of the city wants to hear of events."""
        return self.asker.answers("timebank_on_event")

    def tell(self, event: Event) -> None:
        """Tell the plugins of a committed event; raises when one of them could not take it."""
        given = {"event": event, "registries": MappingProxyType(self.registries)}
        self.asker.each("timebank_on_event", given)

    def _refusals(
        self, hook: str, given: Mapping[str, Any], rules: RulesInForce
    ) -> Asked[tuple[Refusal, ...]]:
        asked = self.asker.refusals(hook, given)
        return Asked(tuple(with_basis(asked.value, rules)), asked.answers)


def with_basis(refusals: Iterable[Refusal], rules: RulesInForce) -> list[Refusal]:
    """Return the refusals with the article or assumption behind each rule path.

    A refusal whose path has none, as a block whose parts carry theirs one by one, stays a refusal without it.
    """
    return [
        replace(refusal, basis=_basis(refusal.rule_path, rules))
        if refusal.rule_path and refusal.basis is None
        else refusal
        for refusal in refusals
    ]


def _basis(path: str, rules: RulesInForce) -> Words | None:
    try:
        return rules.basis(path).words
    except RuleMissing:
        return None
