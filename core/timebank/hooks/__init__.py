"""How a city reasons differently: the markers, the nine hooks and the values they speak in.

A plugin imports from here and from ``timebank.domain`` only. It decides from what it is given, frozen, and
answers with values; it never sees a session, a clock or a setting. Only the engine moves states and writes credit.
"""

from timebank.domain.registry import Answer, LookedUp, Registry
from timebank.hooks.markers import hookimpl
from timebank.hooks.plain import plain_charge, plain_credits
from timebank.rules import Problem, RulesInForce, satisfied, trait_holds

__all__ = [
    "Answer",
    "LookedUp",
    "Problem",
    "Registry",
    "RulesInForce",
    "hookimpl",
    "plain_charge",
    "plain_credits",
    "satisfied",
    "trait_holds",
]
