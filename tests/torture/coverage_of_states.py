"""Which states met which events while something ran: the tables are watched, not changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from timebank.domain.states import StateTable

Pair = tuple[str, str, str]


@contextmanager
def watched_tables() -> Iterator[set[Pair]]:
    """Collect (subject, state, event) of everything any state table is asked meanwhile."""
    seen: set[Pair] = set()
    asked = StateTable.next

    def watching(table: StateTable[Any, Any], state: Any, event: Any) -> Any:
        seen.add((table.subject.en, str(state), str(event)))
        return asked(table, state, event)

    with patch.object(StateTable, "next", watching):
        yield seen


def moves_of(table: StateTable[Any, Any]) -> set[Pair]:
    """Return every move a table allows."""
    return {(table.subject.en, str(state), str(event)) for state, event in table.moves}


def meetings_of(table: StateTable[Any, Any], *events: Any) -> set[Pair]:
    """Return every state with each of some events that come from outside."""
    return {(table.subject.en, str(state), str(event)) for state in table.states for event in events}
