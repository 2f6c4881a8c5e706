"""The nine questions the engine asks a city. Each says when it is asked, what is given and what an answer means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from timebank.hooks.markers import hookspec

if TYPE_CHECKING:  # named, never used: whoever only checks rule files waits for none of them
    from timebank.domain.cases import OrderCase, TransferCase
    from timebank.domain.event import Event
    from timebank.domain.member import MemberAction, MemberFacts
    from timebank.domain.offer import Candidate, Score
    from timebank.domain.order import Order, OrderAction
    from timebank.domain.refusal import Refusal
    from timebank.domain.registry import LookedUp, Registry
    from timebank.domain.settlement import Proposal, VisitToSettle
    from timebank.rules import Problem, RulesInForce


@hookspec
def timebank_rule_keys() -> Mapping[str, Any] | None:
    """Asked once, at load: the JSON Schema of ``extensions.<plugin>`` in this city's rule files.

    Returns:
        A closed JSON Schema (2020-12) with ``x-zh`` and ``x-en`` for every key, or None for no keys. Where its top has
        ``required``, a rule file without the slot has a fault of shape, and no other hook ever meets one.
    """


@hookspec
def timebank_check_rules(rules: RulesInForce) -> Iterable[Problem] | None:
    """Asked when a rule file is checked or published: does it make sense to this city's reasoning?

    Returns:
        Problems, each with the rule path where it lies; empty or None for none.
    """


@hookspec
def timebank_check_member(
    member: MemberFacts, action: MemberAction, rules: RulesInForce
) -> Iterable[Refusal] | None:
    """Asked before a member joins, serves or receives, beside the rule file's own gates.

    Args:
        member: the member's facts on ``rules.day``.
        action: what they are about to do.
        rules: the rules in force that day.

    Returns:
        Refusals with the rule path that says no; empty or None for no objection. Any refusal wins.
    """


@hookspec
def timebank_check_order(
    case: OrderCase, action: OrderAction, rules: RulesInForce
) -> Iterable[Refusal] | None:
    """Asked before an order is placed, published, accepted or closed.

    Returns:
        Refusals; empty or None for no objection. Any refusal wins.
    """


@hookspec
def timebank_check_transfer(case: TransferCase, rules: RulesInForce) -> Iterable[Refusal] | None:
    """Asked before every gift, donation, redemption and grant.

    Returns:
        Refusals; empty or None for no objection. Any refusal wins.
    """


@hookspec(firstresult=True)
def timebank_credit_visit(
    visit: VisitToSettle, rules: RulesInForce, charge_rules: RulesInForce
) -> Proposal | None:
    """Asked once per confirmed visit, at settlement, outside any lock.

    Args:
        visit: the visit with its recognised minutes, its order and its open holds.
        rules: the rules of the service date, which decide what is credited.
        charge_rules: the rules of the day on which the hold was placed, which decide what is charged.

    Returns:
        Credits and a charge, before rounding, caps and overflow, which core alone applies; None for no opinion.
    """


@hookspec(firstresult=True)
def timebank_rank_volunteers(
    order: Order, candidates: tuple[Candidate, ...], rules: RulesInForce
) -> tuple[Score, ...] | None:
    """Asked when places of an order are offered to volunteers who said they are available.

    Returns:
        A score with named parts for each candidate; None for no opinion. Higher totals are asked first.
    """


@hookspec(firstresult=True)
def timebank_look_up(kind: str, key: str, registries: Mapping[str, Registry]) -> LookedUp | None:
    """Asked for a registry, kinship or identity question, never inside a database transaction.

    Args:
        kind: the register, as the rule file's ``look_up`` names it.
        key: the member's number there.
        registries: the registers that ``config/timebank.yaml`` connects for this city.

    Returns:
        Yes, no, or later; None for no opinion. The answer is stored with its date.
    """


@hookspec
def timebank_on_event(event: Event, registries: Mapping[str, Registry]) -> None:
    """Told after commit, from the outbox, at least once; an exception means that it is told again later."""
