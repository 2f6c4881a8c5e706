"""Since when a rule is what it is: how many versions back it means the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from timebank.rules.comparing.differences import differences
from timebank.rules.comparing.kinds import WORDLY
from timebank.rules.rule_set import RuleSet


@dataclass(frozen=True, slots=True)
class History:
    """How a rule came to be what it is.

    Attributes:
        since: the first version from which on it has meant the same.
        unchanged: over how many versions, that one and the last among them.
        before: the version before, in which it was otherwise or was not at all; None where there is none.
    """

    since: RuleSet
    unchanged: int
    before: RuleSet | None


def history_of(path: str, versions: Sequence[RuleSet], schema: Mapping[str, Any]) -> History:
    """Return since when a rule means what it means in the last of several versions.

    Args:
        path: dotted path of a value or a block.
        versions: from the first to the one that is asked about; at least one.
        schema: of rule files, with the plugins' own slots in it.
    """
    since, unchanged = versions[-1], 1
    for version in reversed(versions[:-1]):
        changed = [one.path for one in differences(version, since, schema) if one.kind not in WORDLY]
        if any(_touches(path, other) for other in changed):
            return History(since, unchanged, version)
        since, unchanged = version, unchanged + 1
    return History(since, unchanged, None)


def _touches(path: str, changed: str) -> bool:
    """Say whether a change is one of this path: of itself, of something in it, or of a whole block around it."""
    return f"{path}.".startswith(f"{changed}.") or changed.startswith(f"{path}.")
