"""The text of a stored decision, read: its facts each time, all the rest once for the many that have it in common."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

_FACTS = ', "facts": '
_APART = "read apart"
_READ = json.JSONDecoder().raw_decode
MOST_REMEMBERED = 1000


def read_decision(text: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return a decision, of which the facts are not to be looked at and nothing to be changed, and its facts.

    Raises:
        ValueError: it is no JSON.
        LookupError, TypeError: it has no facts.
    """
    before, _, after = text.partition(_FACTS)
    if after:
        facts, end = _READ(after)
        decision = _common(f'{before}{_FACTS}"{_APART}"{after[end:]}')
        if decision.get("facts") == _APART:  # else those of some other block were found, or there are two
            return decision, facts
    whole = json.loads(text)
    return whole, whole["facts"]


@lru_cache(maxsize=MOST_REMEMBERED)
def _common(text: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(text)
    return found
