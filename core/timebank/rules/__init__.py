"""Rule files: read, checked, and asked by path.

The law of this room: a rule file is read whole or refused whole, with every fault at its line, in Chinese
and English. What is in force never changes: a rule set is frozen, hashed over its exact bytes, and chosen by
the day alone (and, for a correction, by what was known).
A value without a ``source`` or an ``assumed`` is no rule, and every value read for a decision is noted.
"""

from timebank.rules.amounts import minutes_of, quantise, scaled
from timebank.rules.basis import Basis
from timebank.rules.check import CheckResult, check_text
from timebank.rules.conditions import Outcome, satisfied, trait_holds
from timebank.rules.faults import Fault, RulesBroken, show
from timebank.rules.in_force import RuleMissing, RulesInForce
from timebank.rules.loader import Problem, load_rule_book, read_rule_file, rule_files
from timebank.rules.nodes import Place
from timebank.rules.rule_book import NoRulesYet, RuleBook
from timebank.rules.rule_set import RuleSet

__all__ = [
    "Basis",
    "CheckResult",
    "Fault",
    "NoRulesYet",
    "Outcome",
    "Place",
    "Problem",
    "RuleBook",
    "RuleMissing",
    "RuleSet",
    "RulesBroken",
    "RulesInForce",
    "check_text",
    "load_rule_book",
    "minutes_of",
    "quantise",
    "read_rule_file",
    "rule_files",
    "satisfied",
    "scaled",
    "show",
    "trait_holds",
]
