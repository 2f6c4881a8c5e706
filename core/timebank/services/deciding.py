"""How a decision is written down: the rule file, what was read in it, the figures and who answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from timebank.domain.decision import Decision, HookAnswer
from timebank.rules import RulesInForce
from timebank.services.engine_version import ENGINE


def decided(
    outcome: str, rules: RulesInForce, facts: Mapping[str, Any], answers: tuple[HookAnswer, ...] = ()
) -> Decision:
    """Return the decision as it stands now: every rule path read so far is in it.

    Args:
        outcome: a stable word, such as ``granted``.
        rules: the rules that were read.
        facts: identifiers and figures.
        answers: what the hooks said.
    """
    effective = rules.effective_from.isoformat()
    return Decision(outcome, rules.digest, effective, rules.paths_read, facts, answers, ENGINE)
