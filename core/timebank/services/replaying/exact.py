"""Every stored settlement settled again under the files of its day: it must come out exactly as it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Connection

from timebank.domain.refusal import TimeBankError
from timebank.domain.transfer import Posting
from timebank.hooks.city import City
from timebank.hooks.recalling import Recall, Said, said_before
from timebank.rules import RuleSet, RulesInForce
from timebank.services.kept_rules import rules_by_digest
from timebank.services.replaying.accounts import Line
from timebank.services.replaying.again import MOST_REMEMBERED, Again, Settling, as_posted
from timebank.services.replaying.books import BooksThen
from timebank.services.replaying.stored import Page, Stored, pages
from timebank.services.settlement_posting import line_facts
from timebank.storage.replay_rows import Span, with_dashes

# What an altered row or decision may raise when it is read again.
UNREADABLE = (TimeBankError, LookupError, TypeError, ValueError, AttributeError)
MOST_LISTED = 1000


@dataclass(frozen=True, slots=True)
class Difference:
    """What of a stored settlement does not come out again.

    Attributes:
        what: the field, such as ``credits.0.carried``, ``charged`` or ``postings``.
    """

    transfer_id: str
    what: str
    stored: str
    again: str


@dataclass
class Replayed:
    """What came of settling again the settlements of some days of service.

    Attributes:
        settlements: how many there are; differing: how many do not come out as they stand.
        differences: field by field, the first thousand.
        asked: settlements whose plugin was asked again.
        stored_answers: settlements for which a stored answer was used, by (plugin, version) that gave it.
        rule_files: digests of the rule files that decided.
    """

    span: Span
    settlements: int = 0
    differing: int = 0
    asked: int = 0
    differences: list[Difference] = field(default_factory=list)
    stored_answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    rule_files: set[str] = field(default_factory=set)

    def plain(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "from": self.span.first.isoformat(),
            "to": self.span.last.isoformat(),
            "settlements": self.settlements,
            "differing": self.differing,
            "asked_again": self.asked,
            "stored_answers": [
                {"plugin": plugin, "version": version, "settlements": times}
                for (plugin, version), times in sorted(self.stored_answers.items())
            ],
            "rule_files": sorted(self.rule_files),
            "differences": [asdict(difference) for difference in self.differences],
        }


def replay(connection: Connection, city: City, span: Span) -> Replayed:
    """Settle again every settlement of some days of service, under the rule files that its decision names.

    Args:
        connection: one snapshot of the database; it is only read.
        city: the city, with the plugin that is installed.
        span: the days of service.
    """
    replayed, again = Replayed(span), _Exactly(connection, city)
    for page in pages(connection, city.code, span):
        for row in page.rows:
            found = again.differences(page, row, replayed)
            replayed.settlements += 1
            if found:
                replayed.differing += 1
                replayed.differences += found[: MOST_LISTED - len(replayed.differences)]
    return replayed


class _Exactly:
    """Settles again what is stored, under the rules that decided it then."""

    def __init__(self, connection: Connection, city: City) -> None:
        self._connection, self._city = connection, city
        self._books = BooksThen(connection, city.code)
        self._settling = Settling(city.code, self._books)
        self._recall = Recall(city)
        self._rule_sets: dict[str, RuleSet] = {}
        self._as_stored: dict[Any, Said] = {}

    def differences(self, page: Page, row: Any, replayed: Replayed) -> list[Difference]:
        """Return what of a settlement does not come out again."""
        try:
            stored = page.open(row)
            said, again = self._again(stored, replayed)
            if _is_the_same(stored, said, again):
                return []
            return [Difference(stored.id, *each) for each in _compared(stored, said, again)]
        except UNREADABLE as error:
            return [Difference(with_dashes(row.raw_id), "decision", "", f"{type(error).__name__} {error}")]

    def _again(self, stored: Stored, replayed: Replayed) -> tuple[Said, Again]:
        rules, charge_rules = (
            self._rules(stored.decision["rules"]),
            self._rules(stored.decision["charge_rules"]),
        )
        replayed.rule_files.add(rules.digest)
        replayed.rule_files.add(charge_rules.digest)
        said = self._said(stored, rules, charge_rules, replayed)
        self._books.at(stored)
        readings = RulesInForce(rules, stored.day), RulesInForce(charge_rules, stored.charge_day)
        return said, self._settling.settle(stored, said, *readings, stored.holds)

    def _rules(self, digest: str) -> RuleSet:
        known = self._rule_sets.get(digest)
        if known is None:
            known = rules_by_digest(self._connection, self._city, digest).rule_set
            self._rule_sets[digest] = known
        return known

    def _said(self, stored: Stored, rules: RuleSet, charge_rules: RuleSet, replayed: Replayed) -> Said:
        """Ask the plugin that answered then, where that version of it is there; else take what it answered."""
        _, plugin, version, _ = stored.answer
        if self._city.asker.versions.get(plugin) == version:
            said = self._recall.credit_visit(stored, rules, charge_rules)
            if said.plugin == plugin:
                replayed.asked += 1
                return said
        replayed.stored_answers[plugin, version] += 1
        return self._stored_answer(stored, plugin, version, rules, charge_rules)

    def _stored_answer(
        self, stored: Stored, plugin: str, version: str, rules: RuleSet, charge_rules: RuleSet
    ) -> Said:
        answer = stored.answer[3]
        owners = tuple(credit["owner"] for credit in stored.facts["credits"])
        key = (plugin, version, tuple(map(tuple, answer)), owners, rules.digest, charge_rules.digest)
        if key not in self._as_stored:
            if len(self._as_stored) >= MOST_REMEMBERED:
                self._as_stored.clear()
            self._as_stored[key] = said_before(plugin, version, answer, owners)
        return self._as_stored[key]


def _is_the_same(stored: Stored, said: Said, again: Again) -> bool:
    """Say whether all of a settlement comes out again; what differs is worked out only where something does."""
    facts = stored.facts
    return (
        facts["charged"] == again.charged
        and facts["held"] == again.held
        and facts["payer"] == again.payer
        and facts["day"] == stored.day.isoformat()
        and stored.answer[3] == said.plain
        and facts["credits"] == [*map(line_facts, again.credits)]
        and as_posted(stored.lines, again.postings)
    )


def _compared(stored: Stored, said: Said, again: Again) -> Iterator[tuple[str, str, str]]:
    facts = stored.facts
    yield from _same("day", facts["day"], stored.day.isoformat())
    yield from _same("answer", stored.answer[3], said.plain)
    yield from _credits(facts["credits"], again)
    for what in ("held", "charged", "payer"):
        yield from _same(what, facts[what], getattr(again, what))
    if not as_posted(stored.lines, again.postings):
        yield "postings", _moved(stored.lines), _moved(again.postings)


def _same(what: str, stored: Any, again: Any) -> Iterator[tuple[str, str, str]]:
    if stored != again:
        yield what, str(stored), str(again)


def _credits(stored: Sequence[dict[str, Any]], again: Again) -> Iterator[tuple[str, str, str]]:
    yield from _same("credits", len(stored), len(again.credits))
    for place, (then, now) in enumerate(zip(stored, map(line_facts, again.credits), strict=False)):
        if then != now:
            for name in sorted(then.keys() | now.keys()):
                yield from _same(f"credits.{place}.{name}", then.get(name), now.get(name))


def _moved(lines: Sequence[Line] | Sequence[Posting]) -> str:
    return "; ".join(
        f"{each.debit.kind} → {each.credit.kind} {each.minutes} {each.credit.unit}" for each in lines
    )
