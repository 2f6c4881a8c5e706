"""The nearest thing that would have been allowed: found by asking the code that decides, with other minutes or days.

No rule is written down a second time here. What is not computed is not said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from timebank.domain.refusal import TimeBankError
from timebank.domain.words import Words
from timebank.rules import RulesInForce
from timebank.services.amounts import in_units
from timebank.services.asked_again import SettledAgain
from timebank.services.caps import cap_speaks_of, period_of
from timebank.services.recognition import AT_MOST, recognise
from timebank.services.rounding import CreditLine

LONGEST = 24 * 60


@dataclass(frozen=True, slots=True)
class Nearest:
    """One thing that was limited, and what would not have been.

    Attributes:
        path: the rule that limited it.
        words: the sentence.
        figures: minutes and days in it, by name.
    """

    path: str
    words: Words
    figures: dict[str, Any] = field(default_factory=dict)


def of_settlement(again: SettledAgain, facts: dict[str, Any]) -> Iterator[Nearest]:
    """Yield what limited a settlement, and the nearest that would have been credited whole.

    Args:
        again: the settlement, ready to be asked again.
        facts: those of its stored decision.
    """
    yield from _by_the_plan(again.rules, facts)
    recognised = facts["recognised"]
    lines = again.lines(recognised)
    for place, line in enumerate(lines):
        if line.cut or line.donated:
            yield from _below_the_cap(again, place, line, recognised)
        elif line.credited < line.asked:
            yield from _next_step(again, place, line, recognised)


def least(holds: Callable[[int], bool], low: int, high: int) -> int | None:
    """Return the least whole number from low to high for which something holds from there on, or None."""
    if low > high or not holds(high):
        return None
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return high


def most(holds: Callable[[int], bool], low: int, high: int) -> int | None:
    """Return the greatest whole number from low to high up to which something holds, or None."""
    found = least(lambda number: holds(-number), -high, -low)
    return None if found is None else -found


def _by_the_plan(rules: RulesInForce, facts: dict[str, Any]) -> Iterator[Nearest]:
    """What was measured beyond the plan: with which plan it would have counted."""
    planned, measured = facts["planned"], facts["measured"]
    if measured is None or facts["recognised"] >= measured or not rules.has(AT_MOST):
        return

    def counts(plan: int) -> bool:
        return bool(recognise(rules, plan, measured, None).minutes >= measured)

    if recognise(rules, planned, measured, None).minutes != facts["recognised"]:
        return  # staff recognised less than the rules gave
    plan = least(counts, planned, measured)
    if plan is not None:
        yield Nearest(
            AT_MOST,
            Words(
                f"实测 {measured} 分钟只认定了 {facts['recognised']} 分钟；计划时长写 {plan} 分钟，就会全部认定。",
                f"Of {measured} measured minutes {facts['recognised']} count; planned for {plan}, all would have.",
            ),
            {"planned": plan},
        )


def _below_the_cap(again: SettledAgain, place: int, line: CreditLine, recognised: int) -> Iterator[Nearest]:
    def whole(minutes: int) -> bool:
        one = again.lines(minutes)[place]
        return not (one.cut or one.donated)

    path = _cap_of(again.rules, line)
    room = most(whole, 0, recognised)
    if room is not None:
        kept = again.lines(room)[place].credited
        enough = least(lambda minutes: again.lines(minutes)[place].credited >= kept, 0, room)
        amount = in_units(kept, line.account.unit, again.rules)
        yield Nearest(
            path,
            Words(
                f"不超过上限的最多是记入 {amount.zh}：认定 {enough} 分钟即可。",
                f"The most that stays below the cap is {amount.en} credited: for {enough} recognised minutes.",
            ),
            {"recognised": enough, "credited": kept},
        )
    day = _first_day(again, place, recognised)
    if day is not None:
        yield Nearest(
            path,
            Words(
                f"同样的服务在 {day} 做，就会全部记入。",
                f"The same service on {day} would have been credited whole.",
            ),
            {"day": day.isoformat()},
        )


def _cap_of(rules: RulesInForce, line: CreditLine) -> str:
    """Return the cap that limited a credit: the only one, or the block of all where several speak of it."""
    names = rules.names("caps") if rules.has("caps") else ()
    paths = [f"caps.{name}" for name in names]
    speaking = [p for p in paths if cap_speaks_of(p, line.account.kind, line.account.unit, rules)]
    over = "not_credited" if line.cut else "donate"
    fitting = [p for p in speaking if rules.text(f"{p}.over") == over]
    return fitting[0] if len(fitting) == 1 else "caps"


def _first_day(again: SettledAgain, place: int, recognised: int) -> date | None:
    """Return the first day of the next day, month or year on which nothing would have been cut, or None."""
    day = again.visit.facts.day
    for period in ("day", "month", "year"):
        later = period_of(day, period)[1] + timedelta(days=1)
        try:
            line = again.lines(recognised, later)[place]
        except (TimeBankError, LookupError):
            return None  # no rules, or other units, on that day
        if not (line.cut or line.donated):
            return later
    return None


def _next_step(again: SettledAgain, place: int, line: CreditLine, recognised: int) -> Iterator[Nearest]:
    """What was rounded down: how many minutes would have given one step more."""

    def more(minutes: int) -> bool:
        return again.lines(minutes)[place].credited > line.credited

    needed = least(more, recognised + 1, recognised + LONGEST)
    if needed is None:
        return
    amount = in_units(again.lines(needed)[place].credited, line.account.unit, again.rules)
    yield Nearest(
        f"credit.units.{line.account.unit}.quantum",
        Words(
            f"再多 {needed - recognised} 分钟，认定 {needed} 分钟，就会记入 {amount.zh}。",
            f"With {needed - recognised} minutes more, {needed} recognised, {amount.en} would have been credited.",
        ),
        {"recognised": needed, "credited": again.lines(needed)[place].credited},
    )
