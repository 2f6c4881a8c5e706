"""账本有多快，与同一次运行里的对照比 · how fast the ledger is, beside baselines in the same run.

    make bench-ledger
    python -m bench.ledger [--only 1 --only 6] [--cycles 5] [--window 3] [--json FILE] [--where FOLDER]

每一行的两边轮流各跑几秒，比值在每一轮里算，取中位数；CPU 含 PostgreSQL。
Both sides of a row take turns of a few seconds; the ratio is taken within each turn, and the median told.
CPU counts PostgreSQL.
"""

import argparse
import json
import sys
import tempfile
import time
import traceback
from pathlib import Path

from bench.ledger.ground import FEW, MANY, PAIRS, Ground
from bench.ledger.measuring import compare, compare_memory, take_turns
from bench.ledger.rows import ROWS
from bench.ledger.servers import postgres
from bench.ledger.table import heading, line


def measure(row, ground, cycles, seconds):
    """Measure one row and give its outcomes."""
    with ground.closing:
        teams = row.teams(ground)
        windows = take_turns(teams, cycles, seconds)
        return [
            compare_memory(row.name, goal, teams) if goal.memory else compare(row.name, goal, windows)
            for goal in row.goals
        ]


def main():
    """Measure every row, or those asked for."""
    given = _asked()
    outcomes, failed = [], []
    with (
        tempfile.TemporaryDirectory(prefix="timebank-bench-", dir=given.where) as folder,
        postgres(given.where) as (databases, server),
    ):
        for row in ROWS:
            if given.only and row.name not in given.only:
                continue
            began = time.monotonic()
            ground = Ground(Path(folder) / row.name, databases, server, given.pairs, given.few, given.many)
            ground.folder.mkdir()
            try:
                outcomes += measure(row, ground, given.cycles, given.window)
            except Exception:  # noqa: BLE001 - the other rows are worth measuring all the same
                failed.append(row.name)
                traceback.print_exc()
            print("\n".join([heading(), *map(line, outcomes)]), file=sys.stderr)
            print(f"{row.name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    print("\n".join([heading(), *map(line, outcomes)]))
    if failed:
        print(f"没有量成 · could not be measured: {', '.join(failed)}")
    if given.json:
        given.json.write_text(
            json.dumps([outcome.plain() for outcome in outcomes], indent=1, ensure_ascii=False)
        )
    return 1 if failed else 0


def _asked():
    parser = argparse.ArgumentParser(
        prog="python -m bench.ledger",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--only",
        action="append",
        choices=[row.name for row in ROWS],
        help="只测这一行 · this row only; repeatable",
    )
    parser.add_argument("--cycles", type=int, default=5, help="轮数 · how many turns")
    parser.add_argument("--window", type=float, default=3, help="每段秒数 · seconds a window")
    parser.add_argument("--pairs", type=int, default=PAIRS, help="多少对人 · how many pairs of people")
    parser.add_argument("--few", type=int, default=FEW, help="第 8 行：少的分录 · row 8: few postings")
    parser.add_argument("--many", type=int, default=MANY, help="第 8 行：多的分录 · row 8: many postings")
    parser.add_argument("--json", type=Path, help="把结果写成 JSON · write the outcomes there as well")
    parser.add_argument(
        "--where", type=Path, help="数据放在哪个磁盘文件夹 · a folder on the disk to measure on"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
