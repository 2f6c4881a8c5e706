"""What was decided, and everything that made it so: the answer to “why?” for as long as the ledger lives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class HookAnswer:
    """One plugin's answer to one hook."""

    hook: str
    plugin: str
    version: str
    answer: Any


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision in the form in which it is stored: plain values only.

    Attributes:
        outcome: a stable word, such as ``settled`` or ``admitted``.
        rules: digest of the rule file that decided.
        effective: ISO date from which that file is in force.
        paths: every rule path read, in order.
        facts: the figures used; identifiers and numbers only, so that a person can later be forgotten.
        hooks: who answered what.
        engine: version of this engine.
        charge_rules: digest of the file that decided the charge: that of the day the hold was placed.
        charge_paths: every path read in that file.
    """

    outcome: str
    rules: str
    effective: str
    paths: tuple[str, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    hooks: tuple[HookAnswer, ...] = ()
    engine: str = ""
    charge_rules: str | None = None
    charge_paths: tuple[str, ...] = ()

    def stored(self) -> dict[str, Any]:
        """Return the plain form that goes into the database."""
        plain: dict[str, Any] = {
            "outcome": self.outcome,
            "rules": self.rules,
            "effective": self.effective,
            "paths": list(self.paths),
            "facts": dict(self.facts),
            "hooks": [[a.hook, a.plugin, a.version, a.answer] for a in self.hooks],
            "engine": self.engine,
        }
        if self.charge_rules is not None:
            plain["charge_rules"] = self.charge_rules
            plain["charge_paths"] = list(self.charge_paths)
        return plain
