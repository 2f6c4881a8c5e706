"""State tables: for every state and every event, either the next state or a sentence that says why not."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from timebank.domain.refusal import Refusal, Refused
from timebank.domain.words import Words, listed

StateT = TypeVar("StateT", bound=enum.StrEnum)
EventT = TypeVar("EventT", bound=enum.StrEnum)


@dataclass(frozen=True)
class StateTable(Generic[StateT, EventT]):
    """The one table of allowed moves of a subject.

    Attributes:
        subject: what moves, such as a service order.
        states: a label for every state.
        events: a label for every event, as a verb.
        moves: (state, event) → next state; a pair that is absent is refused.
    """

    subject: Words
    states: Mapping[StateT, Words]
    events: Mapping[EventT, Words]
    moves: Mapping[tuple[StateT, EventT], StateT]

    def next(self, state: StateT, event: EventT) -> StateT:
        """Return the state after an event, or refuse in words."""
        moved = self.moves.get((state, event))
        if moved is None:
            raise Refused(self.refusal(state, event))
        return moved

    def sources(self, event: EventT) -> tuple[StateT, ...]:
        """Return the states in which an event is allowed."""
        return tuple(state for (state, allowed) in self.moves if allowed == event)

    def refusal(self, state: StateT, event: EventT) -> Refusal:
        """Say why an event is not allowed in a state, and what is."""
        possible = [self.events[allowed] for (here, allowed) in self.moves if here == state]
        label, verb = self.states[state], self.events[event]
        if possible:
            then = listed(possible)
            hint = Words(f"现在可以：{then.zh}。", f"What is possible now: {then.en}.")
        else:
            hint = Words("这是最终状态，不再变化。", "This is a final state.")
        zh = f"{self.subject.zh}处于“{label.zh}”，不能{verb.zh}。{hint.zh}"
        en = f"The {self.subject.en} is “{label.en}”: it is not possible to {verb.en}. {hint.en}"
        return Refusal("wrong_state", Words(zh, en))
