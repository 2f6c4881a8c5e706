"""Refusals that rest on a rule: the sentence, the rule path, and the article or assumption behind it."""

from __future__ import annotations

from timebank.domain.refusal import Refusal, Refused
from timebank.domain.words import Words
from timebank.hooks.city import with_basis
from timebank.rules import RulesInForce


def ruled_out(rules: RulesInForce, code: str, words: Words, rule_path: str) -> Refused:
    """Return the exception for a refusal by one rule.

    Args:
        rules: the rules in force.
        code: a stable word for programs.
        words: the sentence.
        rule_path: the rule that says no; it must stand in the file.
    """
    return Refused(*with_basis([Refusal(code, words, rule_path)], rules))
