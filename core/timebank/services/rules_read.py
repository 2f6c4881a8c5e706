"""Which rules a stored decision read, and what each said, in the file that decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from timebank.domain.words import Words
from timebank.hooks.city import City
from timebank.hooks.opening import rule_keys
from timebank.rules import Basis, RulesInForce
from timebank.rules.basis import nearest_basis
from timebank.rules.in_words import InWords
from timebank.rules.schema_file import with_slots


@dataclass(frozen=True, slots=True)
class RuleRead:
    """One rule as it was read for a decision.

    Attributes:
        path: dotted path.
        name: the rule in the words of its readers.
        plain: its value as written; None where the file does not write it.
        said: the value as people say it; None where there is none.
        basis: the article or the assumption it rests on, or None.
        file: the file that decided, by its name.
        line: where it stands there, from 1; of the block around it where it is not written.
    """

    path: str
    name: Words
    plain: Any
    said: Words | None
    basis: Basis | None
    file: str
    line: int

    def sentence(self) -> Words:
        """Return the rule in one line."""
        said = self.said or Words("没有写", "not written")
        basis = self.basis.words if self.basis is not None else Words("无", "none")
        place = f"{self.file}:{self.line}"
        return Words(
            f"{self.name.zh}（{self.path}）：{said.zh}。依据：{basis.zh}。{place}",
            f"{self.name.en} ({self.path}): {said.en}. Basis: {basis.en}. {place}",
        )


def rules_read(city: City, paths: Iterable[str], rules: RulesInForce) -> Iterator[RuleRead]:
    """Yield the rules at the paths that a decision read, each once; what only holds others that were read is left out.

    Args:
        city: whose plugin explains its own keys.
        paths: as the decision stored them.
        rules: the file that decided.
    """
    schema = with_slots(rule_keys(city.asker))
    words = InWords(rules.rule_set.tree, schema)
    asked = list(dict.fromkeys(paths))
    for path in asked:
        value = rules.rule_set.by_path.get(path)
        if isinstance(value, Mapping) and any(other.startswith(f"{path}.") for other in asked):
            continue
        steps = tuple(int(step) if step.isdecimal() else step for step in path.split("."))
        yield RuleRead(
            path=path,
            name=words.name(steps),
            plain=value,
            said=None if value is None else words.value(steps, value),
            basis=nearest_basis(rules.rule_set.tree, steps),
            file=rules.file,
            line=rules.rule_set.line(steps),
        )
