"""The questions of the conformance kit: every hook, over every rule file, with cases from the file's own lists."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from timebank.domain.cases import AskedBy, OrderCase, TransferCase
from timebank.domain.event import Event
from timebank.domain.member import MemberAction, MemberFacts, Relation
from timebank.domain.offer import Candidate
from timebank.domain.order import OrderAction
from timebank.domain.registry import Answer
from timebank.domain.transfer import ProposedTransfer, TransferKind
from timebank.hooks.kit.people import SPENDABLE, People, registers_in
from timebank.hooks.kit.register import KitRegistry
from timebank.hooks.kit.work import Work
from timebank.rules import RuleBook, RuleSet

ASKED_FOR = (TransferKind.GIFT, TransferKind.DONATION, TransferKind.REDEMPTION, TransferKind.GRANT)
EVENTS = ("order.published", "visit.settled", "member.admitted", "message.offer", "gift.posted")
UNHEARD_OF = "kit.unheard_of"


@dataclass(frozen=True, slots=True)
class Question:
    """One question to one hook.

    Attributes:
        hook: the hook's name.
        about: which rule file, and what is asked, for whoever reads a broken promise.
        given: the hook's arguments by name; rules as (rule set, day), made into a fresh reading when asked.
    """

    hook: str
    about: str
    given: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Deck:
    """Deals the questions of one rule file."""

    book: RuleBook
    rule_set: RuleSet
    dice: random.Random
    before: RuleSet | None

    def deal(self, cases: int) -> Iterator[Question]:
        """Yield at least so many questions, in whole rounds; a round has its own day and people, and asks every hook."""
        number = asked = 0
        while asked < cases:
            for question in self._round(number):
                asked += 1
                yield question
            number += 1

    def _round(self, number: int) -> Iterator[Question]:
        people = People(self.rule_set, self._day(number), self.dice)
        work = Work(self.rule_set, people)
        yield from self._about_members(people)
        yield from self._about_orders(people, work)
        yield from self._about_transfers(people)
        yield from self._about_visits(people, work)
        yield self._about_ranking(people, work)
        yield from self._about_the_outside(people, work)

    def _day(self, number: int) -> date:
        first, after = self.rule_set.effective_from, self.book.after(self.rule_set)
        last = after.effective_from - timedelta(days=1) if after else first + timedelta(days=1500)
        if number == 0:
            return first
        if number == 1:
            return last
        return first + timedelta(days=self.dice.randrange((last - first).days + 1))

    def _ask(self, hook: str, day: date, what: str, **given: Any) -> Question:
        return Question(
            hook, f"{self.rule_set.file}, {day}, {what}", {**given, "rules": (self.rule_set, day)}
        )

    def _about_members(self, people: People) -> Iterator[Question]:
        member = people.member()
        for action in MemberAction:
            about = f"{action} by {_told(member)}"
            yield self._ask("timebank_check_member", people.day, about, member=member, action=action)

    def _about_orders(self, people: People, work: Work) -> Iterator[Question]:
        volunteer = people.member()
        recipient = people.member(volunteer.id)
        order = work.order(recipient.id)
        case = OrderCase(
            order=order,
            asked_by=self.dice.choice(tuple(AskedBy)),
            desk=work.path_upwards(),
            place=work.path_upwards(),
            recipient=recipient if order.recipient_id else None,
            recipient_home=work.path_upwards() if order.recipient_id else (),
            companions=frozenset(tie.member_id for tie in volunteer.kin if people.chance(50)),
            spends={kind: people.minutes() for kind in SPENDABLE if people.chance(50)},
        )
        case = replace(case, unit=self.dice.choice(people.units) if case.spends else "")
        for action in OrderAction:
            there = action is OrderAction.ACCEPT
            asked = replace(case, volunteer=volunteer, volunteer_home=work.path_upwards()) if there else case
            about = f"{action} {order.service}, {order.planned_minutes} min, {order.origin}"
            yield self._ask("timebank_check_order", people.day, about, case=asked, action=action)

    def _about_transfers(self, people: People) -> Iterator[Question]:
        for kind in self._kinds_allowed():
            giver = None if kind is TransferKind.GRANT else people.member()
            to_somebody = kind in {TransferKind.GIFT, TransferKind.GRANT}
            receiver = people.member(*([giver.id] if giver else [])) if to_somebody else None
            asked = ProposedTransfer(
                kind,
                giver.id if giver else None,
                receiver.id if receiver else None,
                self.dice.choice(people.units),
                people.minutes() or 1,
                self.dice.choice(SPENDABLE),
                self.dice.choice(self._targets(kind)),
            )
            related = tuple(relation for relation in Relation if receiver and people.chance(20))
            case = TransferCase(asked, giver, receiver, related, people.minutes())
            about = (
                f"{kind} of {asked.minutes} min {asked.unit} from {asked.account}, target {asked.target!r}"
            )
            yield self._ask("timebank_check_transfer", people.day, about, case=case)

    def _kinds_allowed(self) -> list[TransferKind]:
        """Return what the file allows; of anything else no plugin is asked. A plugin may know special redemptions."""
        tree = self.rule_set.tree
        gifts, donations = (tree.get(block, {}).get("allowed", False) for block in ("gifts", "donations"))
        allowed = (gifts, donations, True, "grants" in tree)
        return [kind for kind, may in zip(ASKED_FOR, allowed, strict=True) if may]

    def _targets(self, kind: TransferKind) -> tuple[str, ...]:
        """Return what a transfer may be for: also whatever a plugin has a block for."""
        tree = self.rule_set.tree
        if kind is TransferKind.GRANT:
            return tuple(tree.get("grants", ())) or ("",)
        special = [key for slot in tree.get("extensions", {}).values() for key in slot]
        return ("", "pool", "kit-goods", *special)

    def _about_visits(self, people: People, work: Work) -> Iterator[Question]:
        for origin in work.origins():
            order = work.order(people.id(), origin)
            visit = work.visit(order)
            charged_by = self.before if self.before and order.service in self.before.services else None
            charge_set = self.dice.choice((self.rule_set, charged_by or self.rule_set))
            held_on = people.day if charge_set is self.rule_set else charge_set.effective_from
            about = (
                f"{order.service}, {visit.visit.recognised_minutes} of {order.planned_minutes} min, {origin}"
            )
            yield self._ask(
                "timebank_credit_visit",
                people.day,
                about + (f", for a {visit.team_level}" if visit.team_level else ""),
                visit=visit,
                charge_rules=(charge_set, held_on),
            )

    def _about_ranking(self, people: People, work: Work) -> Question:
        now = datetime(people.day.year, people.day.month, people.day.day, tzinfo=UTC)
        candidates = tuple(
            Candidate(
                people.id(),
                now - timedelta(hours=self.dice.randrange(5)),
                self.dice.choice((None, "kit-home")),
                self.dice.randrange(6),
            )
            for _ in range(self.dice.randrange(7))
        )
        order = work.order(people.id())
        about = f"{len(candidates)} candidates for {order.service}"
        return self._ask("timebank_rank_volunteers", people.day, about, order=order, candidates=candidates)

    def _about_the_outside(self, people: People, work: Work) -> Iterator[Question]:
        kinds = (*registers_in(self.rule_set.tree), "kit_unknown_register")
        for kind in kinds:
            for answer in (*Answer, None):
                registries = {kind: KitRegistry(answer)} if answer else {}
                given = {"kind": kind, "key": self.dice.choice(("", "V000001")), "registries": registries}
                about = f"{self.rule_set.file}, register {kind} answers {answer or 'nothing: not connected'}"
                yield Question("timebank_look_up", about, given)
        for kind in (*EVENTS, UNHEARD_OF):
            for fails in (False, True):
                yield self._heard(people, work, kind, kinds, fails=fails)

    def _heard(
        self, people: People, work: Work, kind: str, registers: tuple[str, ...], *, fails: bool
    ) -> Question:
        origin = self.dice.choice(work.origins())
        body = {"order_id": people.id(), "origin": origin.value, "minutes": people.minutes()}
        event = Event(people.id(), kind, {} if kind == UNHEARD_OF else body, datetime(2030, 1, 1, tzinfo=UTC))
        registries = {name: KitRegistry(Answer.YES, fails=fails) for name in registers}
        about = f"{kind}, registers {'take nothing' if fails else 'take it'}"
        return Question("timebank_on_event", about, {"event": event, "registries": registries})


def _told(member: MemberFacts) -> str:
    return f"a member born {member.born_on}, {member.served_minutes} min served"
