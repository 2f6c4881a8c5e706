"""One city under the kit: its questions, what it said to them, and what it says to changed rule files."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from timebank.domain.words import Words
from timebank.hooks.city import City
from timebank.hooks.kit.asking import Asking, interview
from timebank.hooks.kit.deck import Deck, Question
from timebank.hooks.kit.variants import variants
from timebank.rules import RuleSet

LEAST_CASES = 120
CASES = 720
CASES_OF_A_VARIANT = 60


@dataclass(frozen=True, slots=True)
class Breach:
    """One time a promise was not kept.

    Attributes:
        where: plugin, hook, and the case or rule path.
        words: what came instead.
    """

    where: str
    words: Words

    def __str__(self) -> str:
        """Return it as lines."""
        return f"{self.where}\n    {self.words.zh}\n    {self.words.en}"


class Transcript:
    """Everything the kit knows about a city; each part is made when a promise first needs it."""

    def __init__(self, city: City, seed: int, cases: int) -> None:
        self.city = city
        self.seed = seed
        self.cases = max(cases, LEAST_CASES)

    @cached_property
    def askings(self) -> list[Asking]:
        """Return what came of every question, over every rule file."""
        return interview(self.city, self._questions())

    @cached_property
    def changed(self) -> list[tuple[str, RuleSet, list[Asking]]]:
        """Return (what was changed, the changed file, what its check said) for changed rule files."""
        return [
            (what, changed, interview(self.city, [_check_of(changed, what)]))
            for number, rule_set in enumerate(self.city.book.versions)
            for what, changed in variants(rule_set, self._schemas(), self._dice("variants", number))
        ]

    def of(self, *hooks: str) -> Iterator[Asking]:
        """Yield what came of the questions to these hooks; those that failed have no answer and are left out."""
        return (one for one in self.askings if one.question.hook in hooks and one.failed is None)

    def on_changed(self, changed: RuleSet) -> list[Asking]:
        """Return what the city says under a changed file."""
        deck = Deck(self.city.book, changed, self._dice("changed", changed.digest), None)
        return interview(self.city, deck.deal(CASES_OF_A_VARIANT))

    def _questions(self) -> Iterator[Question]:
        yield Question("timebank_rule_keys", "at load")
        versions = self.city.book.versions
        for number, rule_set in enumerate(versions):
            yield _check_of(rule_set, "as it is")
            deck = Deck(
                self.city.book, rule_set, self._dice("deck", number), versions[number - 1] if number else None
            )
            yield from deck.deal(-(-self.cases // len(versions)))

    def _schemas(self) -> dict[str, Mapping[str, Any]]:
        answers = self.of("timebank_rule_keys")
        return {one.plugin: one.answer for one in answers if isinstance(one.answer, Mapping) and one.answer}

    def _dice(self, *what: object) -> random.Random:
        return random.Random(f"{self.city.code} {self.seed} {what}")  # noqa: S311 - cases, not secrets


def _check_of(rule_set: RuleSet, what: str) -> Question:
    day = rule_set.effective_from
    return Question("timebank_check_rules", f"{rule_set.file}, {what}", {"rules": (rule_set, day)})
