"""Moves every value of a rule file one step and plays the cases that met it, until one of them notices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from timebank.bank.rule_desk import RuleDesk
from timebank.domain.refusal import TimeBankError
from timebank.rules import RuleSet
from timebank.rules.notching import Move, list_moves
from timebank.rules.notching.moved import is_start, moved, validity
from timebank.stories.playhouse import Playhouse
from timebank.stories.trying import CaseResult, Progress, city_with


@dataclass(frozen=True)
class Moved:
    """One move, and what the cases said to it.

    Attributes:
        noticed_by: the first case that did not come out any more; None where all came out as before.
        met_by: the cases that met the moved value.
    """

    move: Move
    noticed_by: str | None
    met_by: tuple[str, ...]


@dataclass
class Notch:
    """How well the cases of a city guard one rule file.

    Attributes:
        rule_set: the rule file.
        moves: every move, in the order of the file.
        refused: moves that would not have passed the check, and are none.
    """

    rule_set: RuleSet
    moves: list[Moved] = field(default_factory=list)
    refused: int = 0

    @property
    def file(self) -> str:
        """Return the rule file's name."""
        return self.rule_set.file

    @property
    def unnoticed(self) -> list[Moved]:
        """Return the moves that no case noticed."""
        return [moved for moved in self.moves if moved.noticed_by is None]

    @property
    def noticed(self) -> int:
        """Return how many moves were noticed."""
        return len(self.moves) - len(self.unnoticed)


def share_noticed(notches: Iterable[Notch]) -> float:
    """Return which part of all moves was noticed, from 0 to 1; 1 where there was nothing to move."""
    counted = [(notch.noticed, len(notch.moves)) for notch in notches]
    moves = sum(number for _, number in counted)
    return sum(noticed for noticed, _ in counted) / moves if moves else 1.0


def notch(
    house: Playhouse,
    desk: RuleDesk,
    versions: Sequence[RuleSet],
    results: Sequence[CaseResult],
    file: str,
    progress: Progress | None = None,
) -> Notch:
    """Move every value of one rule file one step, and say which moves no case notices.

    Args:
        house: where the cases are played.
        desk: the city.
        versions: its rule files.
        results: its cases as they came out under these files; those that failed notice nothing.
        file: name of the rule file that is moved.
        progress: told how many of how many moves are done.
    """
    return _Notching(house, desk, versions, results, file).all(progress)


class _Notching:
    """The moves of one rule file, played."""

    def __init__(
        self,
        house: Playhouse,
        desk: RuleDesk,
        versions: Sequence[RuleSet],
        results: Sequence[CaseResult],
        file: str,
    ) -> None:
        self.house = house
        self.desk = desk
        self.rule_set = next(version for version in versions if version.file == file)
        self.others = [version for version in versions if version.file != file]
        self.results = [result for result in results if result.failure is None]
        self.noticed: dict[tuple[str | int, ...], CaseResult] = {}

    def all(self, progress: Progress | None) -> Notch:
        valid = validity(self.rule_set, self.others, self.desk.plugin_keys, self.desk.problems)
        listed = list_moves(self.rule_set, self.desk.plugin_keys, valid)
        notch = Notch(self.rule_set, refused=listed.refused)
        for number, move in enumerate(listed.moves):
            notch.moves.append(self._one(move))
            if progress is not None:
                progress(number + 1, len(listed.moves))
        return notch

    def _one(self, move: Move) -> Moved:
        city = city_with(self.desk, [*self.others, moved(self.rule_set, move)])
        met = self._met(move)
        names = tuple(result.story.id for result in met)
        for result in met:
            begun = result.begun
            try:
                if begun is None or is_start(move) or move.read_in(self._given(result)):
                    begun = self.house.begin(city, result.story)
                self.house.go_on(city, begun)
            except TimeBankError:  # it went otherwise, or the bank itself said no before it began
                self.noticed[move.path] = result
                return Moved(move, result.story.id, names)
        return Moved(move, None, names)

    def _met(self, move: Move) -> list[CaseResult]:
        """Return the cases that met a value, those first that are likeliest to notice that it moved."""
        if is_start(move):
            between = min(date.fromisoformat(move.was), date.fromisoformat(move.now))
            return [result for result in self.results if between in result.days]
        met = [result for result in self.results if move.read_in(result.asked(self.rule_set.file))]
        return sorted(met, key=lambda result: self._promise(move, result))

    def _promise(self, move: Move, result: CaseResult) -> tuple[bool, bool, int]:
        """Return a key that is least for a case that noticed a move beside this one, then for one that names the rule."""
        beside = (self.noticed.get(move.path), self.noticed.get(move.path[:-1]))
        named = any(step.because and move.dotted.startswith(step.because) for step in result.story.steps)
        return (result not in beside, not named, len(result.asked(self.rule_set.file)))

    def _given(self, result: CaseResult) -> frozenset[str]:
        return result.given.get(self.rule_set.file, frozenset())
