"""Gifts, donations, redemptions and grants of the past under a draft, as far as what is kept lets them be judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row

from timebank.domain.cases import TransferCase
from timebank.domain.member import MemberFacts, Role
from timebank.domain.refusal import BadInput, PluginFailed, Refused, TimeBankError
from timebank.domain.transfer import ProposedTransfer, TransferKind
from timebank.hooks.city import City
from timebank.rules import RuleSet, RulesInForce
from timebank.services import exchange_rules
from timebank.services.exchange import check_amount, relations_between
from timebank.services.grants import require_entitled
from timebank.services.replaying.compared_rules import Changed
from timebank.services.replaying.effect import PLUGIN, Effect, Exchanged
from timebank.services.replaying.facts_then import NotKept, People, facts_then

MEMBER = "member"


class Exchanges:
    """Judges transfers that members asked for, and grants, where the draft changes what they were judged by."""

    def __init__(
        self,
        city: City,
        draft: RuleSet,
        changed: Changed,
        people: People,
        rules_of: Callable[[str], RuleSet],
        effect: Effect,
    ) -> None:
        """Make ready to judge, and to count in an effect."""
        self._city, self._draft, self._changed = city, draft, changed
        self._people, self._rules_of, self._effect = people, rules_of, effect

    def judge(self, page: Sequence[Row[Any]]) -> None:
        """Judge a page of transfers and count what comes of them."""
        touched = [row for row in page if self._is_touched(row)]
        self._people.read((member, row.day) for row in touched for member in _members(row))
        for row in page:
            counted = self._effect.exchanges.setdefault(row.kind, Exchanged())
            counted.made += 1
            if row in touched:
                self._count(row, counted)
            else:
                counted.unchanged += 1

    def _is_touched(self, row: Row[Any]) -> bool:
        decision = row.decision
        return bool(self._changed.among(self._rules_of(decision["rules"]), decision["paths"]))

    def _count(self, row: Row[Any], counted: Exchanged) -> None:
        rules = self._draft.reading(row.day)
        try:
            more = self._granted_more(row, rules) if row.kind == TransferKind.GRANT else self._may(row, rules)
        except NotKept as missing:
            counted.unknown += 1
            self._effect.unknown[missing.what] += 1
        except PluginFailed as failed:
            cause = failed.__cause__
            counted.unknown += 1
            self._effect.unknown[cause.what if isinstance(cause, NotKept) else PLUGIN] += 1
        except TimeBankError as refused:
            counted.refused += 1
            counted.minutes[row.unit] -= row.minutes
            self._effect.reasons.update(_reasons(refused, row.kind))
        else:
            counted.other_amount += bool(more)
            counted.unchanged += not more
            counted.minutes[row.unit] += more

    def _may(self, row: Row[Any], rules: RulesInForce) -> int:
        """Refuse a gift, donation or redemption that the draft does not allow; return that its amount is the same."""
        case = self._case(row)
        check_amount(case.transfer, rules)
        if row.kind == TransferKind.GIFT:
            exchange_rules.check_gift(case, rules, row.day)
        elif row.kind == TransferKind.DONATION:
            exchange_rules.check_donation(case, rules)
        else:
            exchange_rules.check_redemption(case, rules, row.day)
        self._ask(case, rules)
        return 0

    def _granted_more(self, row: Row[Any], rules: RulesInForce) -> int:
        """Return how many minutes more or less the draft would grant, or refuse."""
        plan = row.decision["facts"]["plan"]
        rules.block(f"grants.{plan}")
        member = facts_then(self._people.on(row.receiver_id, row.day), Role.RECIPIENT)
        require_entitled(plan, member, rules)
        unit, minutes = rules.text(f"grants.{plan}.unit"), rules.minutes(f"grants.{plan}.minutes")
        asked = ProposedTransfer(TransferKind.GRANT, None, row.receiver_id, unit, minutes, "granted", plan)
        self._ask(TransferCase(asked, None, member), rules)
        return minutes - int(row.minutes)

    def _ask(self, case: TransferCase, rules: RulesInForce) -> None:
        refusals = self._city.check_transfer(case, rules).value
        if refusals:
            raise Refused(*refusals)

    def _case(self, row: Row[Any]) -> TransferCase:
        facts = row.decision["facts"]
        giver = self._member(row.giver_kind, row.giver_id, row.day)
        receiver = self._member(row.receiver_kind, row.receiver_id, row.day)
        asked = ProposedTransfer(
            TransferKind(row.kind),
            row.giver_id,
            row.receiver_id if receiver is not None else None,
            row.unit,
            row.minutes,
            row.account,
            facts.get("target", "pool" if row.kind == TransferKind.DONATION else ""),
        )
        relations = relations_between(giver, receiver, row.day)
        return TransferCase(asked, giver, receiver, relations, facts.get("given_this_year", 0))

    def _member(self, owner_kind: str, owner_id: str, day: date) -> MemberFacts | None:
        return facts_then(self._people.on(owner_id, day)) if owner_kind == MEMBER else None


def _members(row: Row[Any]) -> Iterator[str]:
    if row.giver_kind == MEMBER:
        yield row.giver_id
    if row.receiver_kind == MEMBER:
        yield row.receiver_id


def _reasons(refused: TimeBankError, kind: str) -> list[str]:
    if isinstance(refused, Refused):
        return [one.rule_path or one.code for one in refused.refusals]
    return ["units" if isinstance(refused, BadInput) else f"{kind}s"]
