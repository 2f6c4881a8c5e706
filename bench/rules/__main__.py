"""规则文件查得怎样、有多快 · how well rule files are checked, and how fast.

    make bench-rules
    make bench-rules SOAK=yes                 # 乱改十万次 · 100,000 random edits
    python -m bench.rules [--only seeded] [--seed N] [--places 8] [--slips 10000] [--edits 20000] [--show] [--json FILE]

种下的错与种子都在仓库里；--seed 换一批随机的地方与手误。--show 列出每一处没有报好的。
The faults and the seed are in the repository; --seed draws other places and slips; --show lists what was not told well.
"""

import argparse
import json
import sys
import time
from functools import cache
from pathlib import Path

from bench.rules.agreeing import compare_shapes, rows_of_shapes, texts_of_planted, texts_of_slips
from bench.rules.batches import in_batches
from bench.rules.replayed import rows_of_replay
from bench.rules.seeded import SEED, rows_of_seeded, run_seeded
from bench.rules.table import lines
from bench.rules.timing import rows_of_timing
from bench.rules.verdict import Verdict, by_kind, judge_many, rows_of_slips
from bench.rules.wild import rows_of_wild, try_edits

COMPARED = 500  # of each: check-jsonschema reads YAML in plain Python, a fifth of a second a file
_TOLD_WELL = (Verdict.ON_LINE, Verdict.OTHER_END, Verdict.HARMLESS)


class Bench:
    """The parts that are measured; each gives its rows and what to show."""

    def __init__(self, given):
        self.given = given

    @cache  # noqa: B019 - one bench, and it ends with the process
    def _planted(self):
        return run_seeded(self.given.seed, self.given.places)

    @cache  # noqa: B019
    def _judged(self):
        batches = in_batches(judge_many, self.given.seed, self.given.slips, self.given.jobs)
        return [one for batch in batches for one in batch]

    def seeded(self):
        """Plant every kind of fault."""
        told = self._planted()
        return rows_of_seeded(told), [one for one in told if not (one.by_code and one.in_one)]

    def slips(self):
        """Draw slips."""
        judged = self._judged()
        print("\n".join(by_kind(judged)))
        return list(rows_of_slips(judged)), [one for one in judged if one.verdict not in _TOLD_WELL]

    def edits(self):
        """Edit without sense."""
        results = list(in_batches(try_edits, self.given.seed, self.given.edits, self.given.jobs))
        return rows_of_wild(results), [one for failed, _, _ in results for one in failed]

    def shape(self):
        """Compare verdicts on shape."""
        texts = texts_of_planted(_some(self._planted())) + texts_of_slips(_some(self._judged()))
        shapes = compare_shapes(texts)
        return rows_of_shapes(shapes), [shape for shape in shapes if not shape.agree]

    def time(self):
        """Measure time."""
        return rows_of_timing(self.given.pairs), []

    def replay(self):
        """Settle stored history again."""
        return rows_of_replay(self.given.nights), []


def _some(every):
    """Return some of all, evenly."""
    return every[:: max(1, len(every) // COMPARED)]


PARTS = ("time", "replay", "seeded", "slips", "shape", "edits")


def main():
    """Measure every part, or those asked for."""
    given = _asked()
    bench, rows = Bench(given), []
    for name in given.only or PARTS:
        began = time.monotonic()
        found, shown = getattr(bench, name)()
        rows += found
        if given.show:
            print("\n".join(map(str, shown)))
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    print("\n".join(lines(rows)))
    if given.json:
        given.json.write_text(json.dumps([row.plain() for row in rows], indent=1, ensure_ascii=False))
    return 1 if any(row.reached is False for row in rows) else 0


def _asked():
    parser = argparse.ArgumentParser(
        prog="python -m bench.rules",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--only", action="append", choices=PARTS, help="只量这一部分 · this part only; repeatable"
    )
    for name, value, what in (
        ("--seed", SEED, "种子 · the seed of every random choice"),
        ("--places", 8, "每种错种几处 · places of each kind of fault"),
        ("--slips", 10_000, "手误几次 · how many slips"),
        ("--edits", 20_000, "乱改几次 · how many random edits"),
        ("--pairs", 15, "新进程几对 · pairs of new processes"),
        ("--nights", 10, "重算几晚，每晚一千笔 · nights of a thousand settlements to settle again"),
        ("--jobs", None, "几个进程 · how many processes"),
    ):
        parser.add_argument(name, type=int, default=value, help=what)
    parser.add_argument(
        "--show", action="store_true", help="列出没有报好的 · list what was not reported well"
    )
    parser.add_argument("--json", type=Path, help="把结果写成 JSON · write the rows there as well")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
