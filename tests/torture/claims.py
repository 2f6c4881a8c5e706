"""What may be claimed only so often: a table of races, each with who claims what and how many may win.

A race is made anew for every round. It is a function of a bank and a number of claimants; it prepares the scene,
which nobody disturbs, and returns what is then done at the same moment.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.banks import do, local
from timebank.services.desk import Bank

Act = Callable[[Bank], Any]
Edits = Sequence[tuple[str, str]]
PLENTY = 100_000
_rounds = count()


@dataclass(frozen=True)
class Race:
    """One round of claims.

    Attributes:
        acts: what the claimants do, one each.
        wins: how many of them must succeed; the others must be refused.
        refused: the codes with which they may be refused.
        check: asserts what must be true of the books afterwards.
    """

    acts: Sequence[Act]
    wins: int
    refused: frozenset[str] = frozenset()
    check: Callable[[Sequence[Any]], None] = lambda _answers: None


@dataclass(frozen=True)
class Rule:
    """A rule that many can try to break at once.

    Attributes:
        race: prepares a round.
        edits: changes of the made-up city's rule file under which it is raced for.
        limits: the limits of the rule file's schema that it is about.
    """

    race: Callable[[Bank, int], Race]
    edits: Edits = ()
    limits: frozenset[str] = field(default_factory=frozenset)


RULES: dict[str, Rule] = {}


def rule(*edits: tuple[str, str], limits: Sequence[str] = ()) -> Callable[[Callable[[Bank, int], Race]], Any]:
    """Enter a race into the table under its function's name."""

    def enter(race: Callable[[Bank, int], Race]) -> Callable[[Bank, int], Race]:
        RULES[race.__name__] = Rule(race, tuple(edits), frozenset(limits))
        return race

    return enter


def act(use_case: Any, **how: Any) -> Act:
    """Return what one claimant does, on whichever bank is nearest."""
    return lambda bank: do(bank, use_case, **how)


def a_day() -> str:
    """Return a day no other round has, all of them in two years without a change of rules."""
    number = next(_rounds)
    return f"{2027 + number // 336 % 60}-{1 + number // 28 % 12:02}-{1 + number % 28:02}"


def nine(day: str) -> Any:
    """Return nine o'clock of a day."""
    return local(f"{day} 09:00")


def total(answers: Sequence[Mapping[str, Any]], *path: str) -> int:
    """Return the sum of one figure of all answers."""
    found = 0
    for answer in answers:
        value: Any = answer
        for name in path:
            value = value.get(name, 0)
        found += value
    return found
