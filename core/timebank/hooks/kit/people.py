"""Members for the conformance kit: drawn from a rule file's own ages, traits, levels, units and amounts."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from timebank.domain.identity import derived_id
from timebank.domain.member import (
    MemberFacts,
    Membership,
    Qualification,
    RecordedTrait,
    Relation,
    Role,
    Tie,
)
from timebank.rules import RuleSet
from timebank.rules.amounts import DURATION, minutes_of

SPENDABLE = ("savings", "granted", "donation_only")
ANSWERS = ("yes", "no")
LONG_AGO = timedelta(days=400)


class People:
    """Draws members as they may stand on one day of one rule file, mostly beside its limits.

    The same dice give the same people, so a broken promise can be looked at again.
    """

    def __init__(self, rule_set: RuleSet, day: date, dice: random.Random) -> None:
        self.day = day
        self.dice = dice
        tree = rule_set.tree
        self.units = tuple(tree["units"])
        self.levels = tuple(tree["levels"])
        self.traits = tuple(name for name, how in tree["traits"].items() if how.get("recorded"))
        self.qualifications = tuple(tree.get("qualifications", ()))
        self.ages = sorted(set(_ages_in(tree["traits"]))) or [0]
        self.amounts = sorted({near for amount in _amounts_in(tree) for near in _around(amount)})
        self.registers = tuple(registers_in(tree)) or ("register",)

    def id(self) -> str:
        """Draw an identifier."""
        return derived_id("kit", str(self.dice.random()))

    def chance(self, percent: int) -> bool:
        """Throw the dice once."""
        return self.dice.randrange(100) < percent

    def member(self, *kin: str) -> MemberFacts:
        """Draw a member, tied to some of those named and perhaps to strangers."""
        dice = self.dice
        return MemberFacts(
            id=self.id(),
            reference=f"V{dice.randrange(10**6):06d}",
            born_on=self.birthday(),
            home_id=dice.choice((None, "kit-home")),
            roles=frozenset(role for role in Role if self.chance(70)),
            traits=tuple(RecordedTrait(trait, *self._dates()) for trait in self._some(self.traits)),
            kin=tuple(self._tie(other) for other in (*kin, *(self.id() for _ in range(dice.randrange(3))))),
            qualifications=tuple(
                Qualification(kind, "kit-office", *self._dates()) for kind in self._some(self.qualifications)
            ),
            memberships=tuple(
                Membership(f"kit-{level}", level, *self._dates()) for level in self._some(self.levels)
            ),
            balances={(kind, unit): self.minutes() for unit in self.units for kind in self._some(SPENDABLE)},
            served_minutes=self.minutes(),
            answers={kind: dice.choice(ANSWERS) for kind in self._some(self.registers)},
        )

    def birthday(self) -> date | None:
        """Draw a birthday: unknown, any, or the one that makes somebody just old enough or a day too young."""
        dice = self.dice
        if self.chance(10):
            return None
        age = dice.choice(self.ages) if self.chance(70) else dice.randrange(8, 100)
        return _years_before(self.day, age) + timedelta(days=dice.choice((-1, 0, 1, 40)))

    def minutes(self) -> int:
        """Draw an amount: none, one beside a limit of the file, or any."""
        dice = self.dice
        return dice.choice((0, dice.choice(self.amounts), dice.choice(self.amounts), dice.randrange(3000)))

    def _tie(self, other: str) -> Tie:
        relation = self.dice.choice(tuple(Relation))
        return Tie(relation, other, self.birthday(), "kit-proof", "kit-office", *self._dates())

    def _dates(self) -> tuple[date, date | None]:
        """Draw when a fact holds: always by this day, for good, to this very day, or for a while yet."""
        until = self.dice.choice((None, self.day, self.day + LONG_AGO))
        return self.day - self.dice.choice((timedelta(0), LONG_AGO)), until

    def _some(self, many: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(one for one in many if self.chance(60))


def registers_in(tree: Mapping[str, Any]) -> Iterator[str]:
    """Yield the outside registers that admission asks."""
    for joining in tree["admission"].values():
        for step in joining["steps"].values():
            if "look_up" in step:
                yield step["look_up"]


def _ages_in(traits: Any) -> Iterator[int]:
    """Yield every age a trait names, the first and the one past the last."""
    for key, inner in traits.items() if isinstance(traits, Mapping) else ():
        if key == "age":
            yield from (age + (key == "to") for key, age in inner.items())
        else:
            yield from _ages_in(inner)


def _amounts_in(node: Any) -> Iterator[int]:
    """Yield every duration anywhere in the file, in minutes."""
    if isinstance(node, str):
        if DURATION.fullmatch(node):
            yield minutes_of(node)
    elif isinstance(node, Mapping):
        for inner in node.values():
            yield from _amounts_in(inner)
    elif isinstance(node, tuple):
        for inner in node:
            yield from _amounts_in(inner)


def _around(amount: int) -> Iterator[int]:
    yield from (near for near in (amount - 1, amount, amount + 1) if near >= 0)


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)
