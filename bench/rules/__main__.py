"""规则文件查得怎样 · how well rule files are checked.

make bench-rules
python -m bench.rules [--only seeded] [--places 8] [--show] [--json FILE]
"""

import argparse
import json
import sys
import time
from pathlib import Path

from bench.rules.seeded import SEED, rows_of_seeded, run_seeded
from bench.rules.table import lines


def seeded(given):
    """Plant every kind of fault."""
    told = run_seeded(given.seed, given.places)
    shown = [one for one in told if not one.on_line] + [
        one for one in told if one.on_line and not one.by_code
    ]
    return rows_of_seeded(told), shown + [one for one in told if one.by_code and not one.in_one]


PARTS = {"seeded": seeded}


def main():
    """Measure every part, or those asked for."""
    given = _asked()
    rows = []
    for name in given.only or PARTS:
        began = time.monotonic()
        found, shown = PARTS[name](given)
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
    parser.add_argument("--seed", type=int, default=SEED, help="种子 · the seed of every random choice")
    parser.add_argument("--places", type=int, default=8, help="每种错种几处 · places of each kind of fault")
    parser.add_argument(
        "--show", action="store_true", help="列出没有报好的 · list what was not reported well"
    )
    parser.add_argument("--json", type=Path, help="把结果写成 JSON · write the rows there as well")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
