"""What an exchange rests on beside the rule: the ties along which a gift went, the project a donor named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from timebank.domain.member import Relation
from timebank.domain.relation_words import RELATION_WORDS
from timebank.domain.words import Words
from timebank.rules import RulesInForce


def whereby(facts: Mapping[str, Any], rules: RulesInForce) -> Iterator[Words]:
    """Yield a sentence for each tie and for the project that a stored decision names."""
    for tie in facts.get("ties", ()):
        relation = RELATION_WORDS[Relation(tie["relation"])]
        yield Words(
            f"亲属关系：{relation.zh}；凭“{tie['proof']}”，由“{tie['verified_by']}”于 {tie['on']} 核验。",
            f"The tie: {relation.en}; by “{tie['proof']}”, verified by “{tie['verified_by']}” on {tie['on']}.",
        )
    project = f"donations.projects.{facts.get('target')}"
    if rules.has(project):
        label = rules.words(f"{project}.label")
        yield Words(f"指定用于：{label.zh}。", f"For: {label.en}.")
