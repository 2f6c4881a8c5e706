"""Whether a draft would have let an order be placed and its volunteer be accepted, by what is kept of those days."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row

from timebank.domain.account import AccountKey, AccountKind, OwnerKind
from timebank.domain.cases import AskedBy, OrderCase
from timebank.domain.member import MemberAction, MemberFacts, Role
from timebank.domain.order import Order, OrderAction, OrderState, Origin
from timebank.domain.organisation import Tree
from timebank.domain.refusal import PluginFailed, Refusal, TimeBankError
from timebank.domain.words import Words
from timebank.hooks.city import City
from timebank.rules import RuleSet, RulesInForce
from timebank.services.applying import gate_refusals
from timebank.services.order_eligibility import (
    mode_refusals,
    placing_refusals,
    service_refusals,
    serving_refusals,
)
from timebank.services.order_funding import Funding, HoldLine, spending_refusals
from timebank.services.replaying.compared_rules import Changed
from timebank.services.replaying.effect import PLUGIN
from timebank.services.replaying.facts_then import NotKept, People, facts_then
from timebank.services.replaying.stored import Stored
from timebank.storage.order_rows import as_order

Question = Callable[[], Iterable[Refusal]]


@dataclass(frozen=True, slots=True)
class Judged:
    """What a draft says of an order and its volunteer.

    Attributes:
        refusals: why it would not have come about; none where it would.
        unknown: what would have to be known to be sure, as keys of ``NOT_KEPT``, or ``plugin``.
    """

    refusals: tuple[Refusal, ...] = ()
    unknown: frozenset[str] = frozenset()


ADMITTED = Judged()


@dataclass(frozen=True, slots=True)
class _Case:
    """One settlement's order and volunteer, and which rules about them the draft changes."""

    stored: Stored
    row: Row[Any]
    accepted_on: date
    placing: bool
    accepting: bool
    gates: frozenset[Role]

    @property
    def is_touched(self) -> bool:
        return self.placing or self.accepting or bool(self.gates)

    def people(self) -> Iterator[tuple[str, date]]:
        yield self.stored.volunteer_id, self.accepted_on
        if self.row.recipient_id is not None:
            yield self.row.recipient_id, self.row.placed_on


class Admitting:
    """Judges orders and volunteers of the past under a draft, where it changes what they were judged by."""

    def __init__(
        self,
        city: City,
        draft: RuleSet,
        changed: Changed,
        people: People,
        tree: Tree,
        rules_of: Callable[[str], RuleSet],
    ) -> None:
        """Make ready to judge.

        Args:
            city: with its plugin, which is asked under the draft.
            draft: the draft.
            changed: what it changes.
            people: facts about members.
            tree: the management tree.
            rules_of: finds a rule file by its digest.
        """
        self._city, self._draft, self._changed = city, draft, changed
        self._people, self._tree, self._rules_of = people, tree, rules_of
        self._zone = ZoneInfo(draft.tree["timezone"])
        self._cases: dict[str, _Case] = {}

    def read(self, page: Sequence[Stored], rows: Mapping[str, Row[Any]]) -> None:
        """Read what is known about the people of a page, as far as the draft touches them."""
        cases = (self._case(stored, rows[stored.id]) for stored in page)
        self._cases = {case.stored.id: case for case in cases if case.is_touched}
        self._people.read(person for case in self._cases.values() for person in case.people())

    def judge(self, stored: Stored) -> Judged:
        """Return what the draft says of the order and the volunteer of a settlement of the page."""
        case = self._cases.get(stored.id)
        if case is None:
            return ADMITTED
        found: dict[tuple[str, str], Refusal] = {}
        unknown = set()
        for question in self._questions(case):
            try:
                found.update({(one.code, one.rule_path): one for one in question()})
            except NotKept as missing:
                unknown.add(missing.what)
            except PluginFailed as failed:
                missing_fact = failed.__cause__
                unknown.add(missing_fact.what if isinstance(missing_fact, NotKept) else PLUGIN)
            except TimeBankError:  # a rule that this question needs is not in the draft
                unknown.add(PLUGIN)
        return Judged(tuple(found.values()), frozenset(unknown))

    def _case(self, stored: Stored, row: Row[Any]) -> _Case:
        then = self._rules_of(stored.decision["rules"])
        service = f"services.{stored.facts['service']}"
        placing = self._touches(row.decision, then, (service,))
        accepting = self._touches(row.accepted_by, then, ())
        gates = frozenset(role for role in Role if self._changed.among(then, self._gate_paths(then, role)))
        if row.recipient_id is None:
            gates -= {Role.RECIPIENT}
        accepted_on = row.accepted_at.astimezone(self._zone).date()
        return _Case(stored, row, accepted_on, placing, accepting, gates)

    def _touches(self, decision: Mapping[str, Any] | None, then: RuleSet, always: Sequence[str]) -> bool:
        """Say whether the draft changes what a decision read; where none was stored, what it always reads."""
        if not decision or "paths" not in decision:
            return bool(self._changed.among(then, always))
        return bool(self._changed.among(self._rules_of(decision["rules"]), decision["paths"]))

    def _gate_paths(self, then: RuleSet, role: Role) -> tuple[str, ...]:
        return self._changed.once(("gate", then.digest, role), lambda: _gate(role, then, self._draft))

    def _questions(self, case: _Case) -> Iterator[Question]:
        placing, accepting = self._draft.reading(case.row.placed_on), self._draft.reading(case.accepted_on)
        if Role.RECIPIENT in case.gates:
            yield lambda: gate_refusals(self._recipient(case), Role.RECIPIENT, placing, self._tree)
        if Role.VOLUNTEER in case.gates:
            yield lambda: gate_refusals(self._volunteer(case), Role.VOLUNTEER, accepting, self._tree)
        if case.placing:
            yield from self._about_placing(case, placing)
        if case.accepting and case.row.origin != Origin.IMPORT:
            yield from self._about_accepting(case, accepting)

    def _about_placing(self, case: _Case, rules: RulesInForce) -> Iterator[Question]:
        row, order = case.row, _as_placed(case.row)
        place = self._tree.path(order.organisation_id)
        yield partial(_service, rules, order, place)
        if order.origin is Origin.IMPORT:
            return
        yield partial(placing_refusals, rules, order.origin, AskedBy(row.asked_by), place)
        yield lambda: self._city.check_order(self._placed(case, order), OrderAction.PLACE, rules).value
        if order.recipient_id is not None:
            funding = Funding(lines=tuple(_held(row)))
            yield lambda: spending_refusals(
                rules, funding, self._recipient(case), self._tree, order.organisation_id
            )

    def _about_accepting(self, case: _Case, rules: RulesInForce) -> Iterator[Question]:
        order, facts = _as_placed(case.row), (case.row.accepted_by or {}).get("facts", {})
        if order.service not in self._draft.services:
            return  # said already, when it was placed
        if "mode" in facts:
            yield partial(mode_refusals, rules, facts["mode"])
        yield lambda: serving_refusals(rules, order, self._volunteer(case), case.stored.team_id)
        yield lambda: self._city.check_member(self._volunteer(case), MemberAction.SERVE, rules).value
        yield lambda: self._city.check_order(self._accepted(case, order), OrderAction.ACCEPT, rules).value

    def _volunteer(self, case: _Case) -> MemberFacts:
        served = (case.row.accepted_by or {}).get("facts", {}).get("served")
        return facts_then(self._people.on(case.stored.volunteer_id, case.accepted_on), Role.VOLUNTEER, served)

    def _recipient(self, case: _Case) -> MemberFacts:
        return facts_then(self._people.on(case.row.recipient_id, case.row.placed_on), Role.RECIPIENT, None)

    def _placed(self, case: _Case, order: Order) -> OrderCase:
        """Return the order as it was asked for, with its elder."""
        row, facts = case.row, (case.row.decision or {}).get("facts", {})
        recipient = self._recipient(case) if row.recipient_id is not None else None
        return OrderCase(
            order,
            AskedBy(row.asked_by),
            desk=self._tree.path(row.placed_at_desk) if row.placed_at_desk else (),
            place=self._tree.path(order.organisation_id),
            recipient=recipient,
            recipient_home=self._home(recipient),
            spends=facts.get("held") or {},
            unit=facts.get("unit") or "",
        )

    def _accepted(self, case: _Case, order: Order) -> OrderCase:
        volunteer = self._volunteer(case)
        home = self._home(volunteer)
        return replace(self._placed(case, order), volunteer=volunteer, volunteer_home=home)

    def _home(self, member: MemberFacts | None) -> tuple[Any, ...]:
        return self._tree.path(member.home_id) if member is not None and member.home_id is not None else ()


def _gate(role: Role, *rule_sets: RuleSet) -> tuple[str, ...]:
    """Return what decides who comes through the gate of a role: the condition, and each trait in it."""
    gate = f"admission.{role.value}.gate"
    blocks = [rules.by_path.get(gate) for rules in rule_sets]
    ways = [way for block in blocks if block is not None for way in block["any"]]
    return (gate, *sorted({f"traits.{trait}" for way in ways for trait in way["all"]}))


def _service(rules: RulesInForce, order: Order, place: Any) -> list[Refusal]:
    """Say why the service could not be ordered so; one that the draft does not have is named by its path."""
    if order.service in rules.rule_set.services:
        return service_refusals(rules, order.service, order.shape, order.planned_minutes, place)
    gone = Words(f"草案没有服务“{order.service}”。", f"The draft has no service “{order.service}”.")
    return [Refusal("unknown_service", gone, f"services.{order.service}")]


def _as_placed(row: Row[Any]) -> Order:
    return replace(as_order(row), state=OrderState.PUBLISHED, places_taken=0)


def _held(row: Row[Any]) -> Iterator[HoldLine]:
    facts = (row.decision or {}).get("facts", {})
    for rank, (kind, minutes) in enumerate((facts.get("held") or {}).items(), start=1):
        key = AccountKey(OwnerKind.MEMBER, row.recipient_id, AccountKind(kind), facts["unit"])
        yield HoldLine(1, rank, key, minutes)
