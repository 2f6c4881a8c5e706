"""What became of a slip: reported on its line, elsewhere, harmless, another valid rule, or passed while wrong."""

from collections import Counter
from dataclasses import dataclass
from enum import Enum
from functools import cache
from itertools import chain

from bench.rules.shipped import check
from bench.rules.slip import WORD, Slip
from bench.rules.slips import SLIPS, slips
from bench.rules.stock import data_of, has_the_shape, meant
from bench.rules.table import Row, share


class Verdict(Enum):
    """One of six; the two before the last cannot be known from the file."""

    ON_LINE = "报在那一行 reported on its line"
    OTHER_END = "报在同一名字的另一头 on the other end of its name"
    HARMLESS = "规则不变 the same rules"
    ELSEWHERE = "报在别处 reported elsewhere"
    ANOTHER_RULE = "成了另一条有效的规则 another valid rule"
    WRONG = "错了却通过 passed while wrong"


@dataclass(frozen=True)
class Judged:
    """A slip, its verdict, and what was said."""

    slip: Slip
    verdict: Verdict
    said: tuple

    def __str__(self):
        told = "; ".join(f"{said.line}:{said.column} {said.code}" for said in self.said[:4])
        lines = self.slip.text.split("\n")
        written = " ⏎ ".join(
            lines[number - 1] for number in sorted(self.slip.lines) if 0 < number <= len(lines)
        )
        return f"{self.verdict.name} {self.slip}: {written[:150]!r} -> {told or 'nothing'}"


def judge(slip):
    """Check the file after a slip, and ask the stock parser and validator where the check says nothing."""
    said = check(slip.file, slip.text)
    return Judged(slip, _verdict(slip, said), said)


def _verdict(slip, said):
    if any(fault.line in slip.lines for fault in said):
        return Verdict.ON_LINE
    if said:
        lines = slip.text.split("\n")
        words = [WORD.findall(lines[fault.line - 1]) for fault in said if fault.line <= len(lines)]
        told = [WORD.findall(fault.en) for fault in said]
        on_other_end = not slip.words.isdisjoint(chain(*words)) or slip.gone in chain(*told)
        return Verdict.OTHER_END if on_other_end else Verdict.ELSEWHERE
    data = data_of(slip.text)
    if data is None or not has_the_shape(slip.file.city, data):
        return Verdict.WRONG
    return Verdict.HARMLESS if meant(data) == _shipped(slip.file) else Verdict.ANOTHER_RULE


@cache
def _shipped(file):
    return meant(data_of(file.text))


def judge_many(seed, many):
    """Judge so many slips drawn from a seed."""
    return [judge(slip) for slip in slips(seed, many)]


def rows_of_slips(judged):
    """Give the table's rows about slips: what can be known from the file, and what cannot."""
    count = Counter(one.verdict for one in judged)
    whole = len(judged)
    knowable = whole - count[Verdict.ANOTHER_RULE]
    well = count[Verdict.ON_LINE] + count[Verdict.OTHER_END] + count[Verdict.HARMLESS]
    first = "随手一改报在那一行，或规则不变 · random one-edit slips reported on their line, or harmless"
    yield Row(first, "≥ 97 %", share(well, knowable), knowable, well >= 0.97 * knowable)
    for verdict in Verdict:
        yield Row(f"— {verdict.value}", "—", share(count[verdict], whole), whole, None)


def by_kind(judged):
    """Give a table of every kind of slip and what became of it."""
    yield f"| 手误 slip | 次数 tried | {' | '.join(verdict.value for verdict in Verdict)} |"
    yield f"|---|---:|{'---:|' * len(Verdict)}"
    for kind in SLIPS:
        of_kind = Counter(one.verdict for one in judged if one.slip.kind == kind)
        yield f"| {kind} | {of_kind.total():,} | {' | '.join(str(of_kind[verdict]) for verdict in Verdict)} |"
