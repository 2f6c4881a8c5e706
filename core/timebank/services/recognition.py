"""How many minutes of a visit count: by the plan or by the clock, as the rules of the service date say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from timebank.domain.refusal import BadInput, refuse
from timebank.domain.words import Words
from timebank.rules import RulesInForce
from timebank.services.rulings import ruled_out

BASIS, AT_MOST = "credit.basis", "credit.at_most"


@dataclass(frozen=True, slots=True)
class Recognition:
    """Minutes that count, and what they rest on.

    Attributes:
        minutes: whole minutes.
        paths: the rule paths that were read.
    """

    minutes: int
    paths: tuple[str, ...]

    def plain(self, rules: RulesInForce, by: str) -> dict[str, Any]:
        """Return what is stored with the visit's decision."""
        return {"minutes": self.minutes, "by": by, "rules": rules.digest, "paths": list(self.paths)}


def recognise(rules: RulesInForce, planned: int, measured: int | None, asked: int | None) -> Recognition:
    """Return the minutes that count.

    Args:
        rules: those of the service date.
        planned: planned minutes.
        measured: measured minutes, or None where nobody measured.
        asked: what staff say, to recognise less; None for all that the rules give.

    Raises:
        Refused: nothing was measured where the clock decides, or more is asked for than the rules give.
    """
    most, paths = _most(rules, planned, measured, asked)
    if asked is None:
        return Recognition(most, paths)
    check_minutes(asked)
    if asked > most:
        zh = (
            f"最多可认定 {most} 分钟（计划 {planned} 分钟，实测 {_shown(measured)}），不能认定 {asked} 分钟。"
        )
        en = f"At most {most} minutes count here (planned {planned}, measured {_shown(measured)}), not {asked}."
        raise ruled_out(rules, "too_much", Words(zh, en), BASIS)
    return Recognition(asked, paths)


def _most(
    rules: RulesInForce, planned: int, measured: int | None, asked: int | None
) -> tuple[int, tuple[str, ...]]:
    if rules.text(BASIS) == "planned":
        return planned, (BASIS,)
    if measured is None and asked is None:
        zh = "这次服务没有实测时长，而本市按实测计。请由工作人员写明认定的分钟数。"
        en = "Nothing was measured, and measured time counts here. Let staff say how many minutes count."
        raise ruled_out(rules, "not_measured", Words(zh, en), BASIS)
    # Where nobody measured, the plan is the most that staff may recognise.
    clock = planned if measured is None else measured
    if rules.has(AT_MOST) and rules.text(AT_MOST) == "planned":
        return min(clock, planned), (BASIS, AT_MOST)
    return clock, (BASIS, AT_MOST)


def check_minutes(minutes: Any) -> None:
    """Refuse what is no number of minutes."""
    if isinstance(minutes, bool) or not isinstance(minutes, int) or minutes < 0:
        zh, en = (
            f"分钟数须为不小于零的整数，不能是 {minutes!r}。",
            f"Minutes are a whole number from zero, not {minutes!r}.",
        )
        raise BadInput(Words(zh, en))


def check_at_most(minutes: int, most: int) -> None:
    """Refuse more minutes than lie between two moments."""
    check_minutes(minutes)
    if minutes > most:
        zh = f"从签到到最晚签退只有 {most} 分钟，不能写 {minutes} 分钟。"
        en = f"Between check-in and the last moment to check out lie {most} minutes, not {minutes}."
        raise refuse("too_much", zh, en)


def _shown(measured: int | None) -> str:
    return "—" if measured is None else str(measured)
