"""Real history settled again under a draft: who would be refused, credited or charged otherwise. Nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row

from timebank.domain.member import Role
from timebank.domain.organisation import Tree
from timebank.domain.refusal import TimeBankError
from timebank.domain.words import Words
from timebank.hooks.city import City
from timebank.hooks.recalling import Recall
from timebank.rules import RuleSet
from timebank.services.kept_rules import rules_by_digest
from timebank.services.replaying.admitting import Admitting
from timebank.services.replaying.again import Again, Settling, as_posted
from timebank.services.replaying.compared_rules import Changed
from timebank.services.replaying.draft_books import DraftBooks
from timebank.services.replaying.effect import MORE_HELD, NOTHING_POSTED, PLUGIN, Change, Effect
from timebank.services.replaying.exchanges import Exchanges
from timebank.services.replaying.facts_then import NotKept, People, facts_then
from timebank.services.replaying.holding import Held, held_under
from timebank.services.replaying.otherwise import RECOGNITION, Otherwise, recognised_under
from timebank.services.replaying.stored import Page, Stored, pages
from timebank.storage import exchanged_rows, replay_rows
from timebank.storage.organisation_rows import tree_on
from timebank.storage.replay_rows import Span

EARLIER = "earlier_changes"
_NOTHING = Again([], [], 0, 0, "nobody")


def effect_of(connection: Connection, city: City, draft: RuleSet, span: Span, today: date) -> Effect:
    """Settle again, under a draft, every settlement of some days of service.

    Args:
        connection: one snapshot of the database; it is only read.
        city: the city, with the plugin that is installed: it is asked under the draft.
        draft: a rule file without faults.
        span: the days of service.
        today: the day whose management tree tells the districts.
    """
    tree = tree_on(connection, city.code, today)
    run = _UnderDraft(connection, city, draft, span, tree)
    for page in pages(connection, city.code, span):
        run.settle(page)
    for rows in exchanged_rows.exchanged(connection, city.code, span):
        run.exchanges.judge(rows)
    run.effect.unknown[NOTHING_POSTED] += replay_rows.settled_without_a_transfer(connection, city.code, span)
    run.effect.labels = _labels(city, draft, tree, run.effect)
    run.effect.unknown = Counter({what: many for what, many in run.effect.unknown.items() if many})
    return run.effect


class _UnderDraft:
    """Settles again under the draft, in the order of time; what changes earlier changes what is left later."""

    def __init__(self, connection: Connection, city: City, draft: RuleSet, span: Span, tree: Tree) -> None:
        self.effect = Effect(span, draft)
        self._connection, self._city, self._draft, self._tree = connection, city, draft, tree
        self._rule_sets: dict[str, RuleSet] = {}
        self._changed = Changed(draft)
        caps: Mapping[str, Mapping[str, Any]] = draft.tree.get("caps", {})
        by_period = any(cap["on"] == "credit" for cap in caps.values())
        self._books = DraftBooks(connection, city.code, by_period=by_period)
        self._settling, self._recall = Settling(city.code, self._books), Recall(city)
        self._people = People(connection, city.code)
        self._admitting = Admitting(city, draft, self._changed, self._people, tree, self._rules)
        self.exchanges = Exchanges(city, draft, self._changed, self._people, self._rules, self.effect)
        self._districts: dict[str, str] = {}

    def settle(self, page: Page) -> None:
        """Settle a page again."""
        rows = replay_rows.circumstances(self._connection, self._city.code, *page.ends)
        found = list(page)
        known = [stored for stored in found if stored.id in rows]
        self.effect.unknown["facts"] += len(found) - len(known)  # whose visit somebody took away
        standing = [stored for stored in known if rows[stored.id].undone is None]
        self.effect.reversed_since += len(known) - len(standing)
        self._admitting.read(standing, rows)
        for stored in standing:
            self._one(stored, rows[stored.id])

    def _one(self, stored: Stored, row: Row[Any]) -> None:
        judged = self._admitting.judge(stored)
        if judged.refusals:
            reasons = [refusal.rule_path or refusal.code for refusal in judged.refusals]
            self._note(stored, row, _NOTHING, reasons, refused=True)
            return
        self.effect.unknown.update(judged.unknown)
        self._books.at(stored)
        rules, charge_rules = self._draft.reading(stored.day), self._draft.reading(stored.charge_day)
        try:
            held = self._held(stored, row)
            recognised = recognised_under(
                self._draft, self._rules(stored.decision["rules"]), self._changed, stored
            )
            visit = Otherwise(stored, recognised, held.holds)
            said = self._recall.credit_visit(visit, self._draft, self._draft)
            again = self._settling.settle(stored, said, rules, charge_rules, held.holds)
        except NotKept as missing:
            self.effect.unknown[missing.what] += 1
            return
        except TimeBankError:
            self.effect.unknown[PLUGIN] += 1
            return
        self.effect.unknown[MORE_HELD] += held.more and again.charged > stored.facts["charged"]
        if as_posted(stored.lines, again.postings) and _waits_alike(stored, again):
            self.effect.add(self._change(stored, row))
            return
        counts = () if recognised == stored.facts["recognised"] else RECOGNITION
        read = (*counts, *rules.paths_read, *charge_rules.paths_read)
        self._note(stored, row, again, self._reasons(stored, read))

    def _held(self, stored: Stored, row: Row[Any]) -> Held:
        then = self._rules(stored.decision["charge_rules"])
        rules = self._draft.reading(row.placed_on)

        def recipient() -> Any:
            self._people.also(row.recipient_id, row.placed_on)
            return facts_then(self._people.on(row.recipient_id, row.placed_on), Role.RECIPIENT, None)

        try:
            return held_under(rules, then, self._changed, stored, row, recipient)
        except NotKept as missing:
            self.effect.unknown[missing.what] += 1
            return Held(stored.holds)

    def _note(
        self, stored: Stored, row: Row[Any], again: Again, reasons: Iterable[str], *, refused: bool = False
    ) -> None:
        """Count what comes out otherwise, and let the books stand otherwise for what follows."""
        self._books.differ(stored, again.credits, again.postings)
        credit, charge = _credit(stored, again), _charge(stored, again)
        why = tuple(dict.fromkeys(reasons)) if refused or credit or charge else ()
        self.effect.add(self._change(stored, row, refused, credit, charge, why))

    def _change(self, stored: Stored, row: Row[Any], *what: Any) -> Change:
        return Change(row.id, stored.facts["service"], self._district(row.organisation_id), *what)

    def _reasons(self, stored: Stored, read: Sequence[str]) -> tuple[str, ...]:
        """Return the rules that the draft changes among those read then and now; else what changed earlier."""
        decision = stored.decision
        found = (
            *self._changed.among(self._rules(decision["rules"]), decision["paths"]),
            *self._changed.among(self._rules(decision["charge_rules"]), decision["charge_paths"]),
            *self._changed.among(self._rules(decision["rules"]), read),
        )
        return tuple(path for path in found if not path.startswith("services.")) or (EARLIER,)

    def _rules(self, digest: str) -> RuleSet:
        if digest not in self._rule_sets:
            self._rule_sets[digest] = rules_by_digest(self._connection, self._city, digest).rule_set
        return self._rule_sets[digest]

    def _district(self, organisation_id: str) -> str:
        """Return the organisation just below the top above which an order counts, or the top itself."""
        if organisation_id not in self._districts:
            path = self._tree.path(organisation_id)
            self._districts[organisation_id] = path[-2:][0].id if path else organisation_id
        return self._districts[organisation_id]


def _waits_alike(stored: Stored, again: Again) -> bool:
    """Say whether as many minutes wait afterwards, on the same accounts."""
    then = [(credit["kind"], credit["unit"], credit["carried"]) for credit in stored.facts["credits"]]
    return then == [(line.account.kind, line.account.unit, line.carried) for line in again.credits]


def _credit(stored: Stored, again: Again) -> dict[str, int]:
    found: Counter[str] = Counter()
    for line in again.credits:
        found[line.account.unit] += line.credited
    for credit in stored.facts["credits"]:
        found[credit["unit"]] -= credit["credited"]
    return {unit: minutes for unit, minutes in found.items() if minutes}


def _charge(stored: Stored, again: Again) -> dict[str, int]:
    found: Counter[str] = Counter()
    for posting in again.postings:
        if posting.credit.kind == "redemption":
            found[posting.unit] += posting.minutes
    for line in stored.lines:
        if line.credit.kind == "redemption":
            found[line.credit.unit] -= line.minutes
    return {unit: minutes for unit, minutes in found.items() if minutes}


def _labels(city: City, draft: RuleSet, tree: Tree, effect: Effect) -> dict[str, Words]:
    """Return the names of districts, and of services by the draft or by the last file that had them."""
    found = {
        name: Words(node.name, node.name) for name, node in tree.nodes.items() if name in effect.districts
    }
    for rules in (*city.book.versions, draft):
        for name, service in rules.tree["services"].items():
            if name in effect.services:
                found[name] = Words(service["label"]["zh"], service["label"]["en"])
    return found
