"""A and B in turn, and the ratios within each turn."""

import statistics
import sys
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Goal:
    """What a side is to reach beside another.

    Attributes:
        side, beside: names of two sides of a row.
        ratio: how many times the other's rate it is to reach at least.
        what: in words, both languages.
        times: the ratio is that of the times one piece of work takes, and may be reached at most.
        memory: the ratio is that of the most memory they ever had, and may be reached at most.
    """

    side: str
    beside: str
    ratio: float
    what: str
    times: bool = False
    memory: bool = False


@dataclass(frozen=True)
class Outcome:
    """A goal beside what was measured.

    Attributes:
        median, least, most: of the ratio.
        rate, rate_beside: units a second of both sides; none where memory was measured.
        cost, cost_beside: microseconds of processor time a unit, or bytes of memory.
        at_most: the ratio is to be no more than the goal, else no less.
    """

    row: str
    what: str
    goal: float
    median: float
    least: float
    most: float
    rate: float | None
    rate_beside: float | None
    cost: float
    cost_beside: float
    at_most: bool = False

    @property
    def reached(self):
        return self.median <= self.goal if self.at_most else self.median >= self.goal

    def plain(self):
        return {**asdict(self), "reached": self.reached}


def take_turns(teams, cycles, seconds):
    """Let every team work for a window in each cycle, forwards and backwards in turn; return windows by team."""
    for team in teams.values():
        team.warm_up()
    windows = {name: [] for name in teams}
    for cycle in range(cycles):
        names = list(teams) if cycle % 2 == 0 else list(teams)[::-1]
        for name in names:
            windows[name].append(teams[name].window(seconds))
        said = ", ".join(f"{name} {windows[name][-1].rate:,.0f}/s" for name in teams)
        print(f"  {cycle + 1}/{cycles}: {said}", file=sys.stderr)
    return windows


def compare(row, goal, windows):
    """Hold one side's windows to another's, cycle by cycle."""
    side, beside = windows[goal.side], windows[goal.beside]
    ratios = [ours.rate / theirs.rate for ours, theirs in zip(side, beside, strict=True)]
    if goal.times:
        ratios = [1 / ratio for ratio in ratios]
    return Outcome(
        row,
        goal.what,
        goal.ratio,
        statistics.median(ratios),
        min(ratios),
        max(ratios),
        statistics.median(window.rate for window in side),
        statistics.median(window.rate for window in beside),
        1e6 * statistics.median(window.cpu for window in side),
        1e6 * statistics.median(window.cpu for window in beside),
        goal.times,
    )


def compare_memory(row, goal, teams):
    """Hold the most memory that a process of one side ever had to another's."""
    peak, beside = (max(teams[name].ask("peak_memory")) for name in (goal.side, goal.beside))
    ratio = peak / beside
    return Outcome(row, goal.what, goal.ratio, ratio, ratio, ratio, None, None, peak, beside, at_most=True)
