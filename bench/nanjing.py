"""南京公开的数字，一座同样规模的合成城市，两种数据库 · Nanjing's published figures, on both databases.

    make bench-nanjing
    python bench/nanjing.py [--only sqlite|postgres] [--seed 7]

造一座城市，导入，结算，核对账本，逐级统计，与公开数字逐个对照；有一个数不同就以 1 退出。
Makes the city, imports, settles, verifies, counts at every level, and prints the published figures beside ours;
exits with 1 if one of them differs. `TIMEBANK_TEST_POSTGRES_URL` names a PostgreSQL server to use instead of the
one it would start.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bench.phases import run_city  # noqa: E402
from bench.synthetic_city import CONFIG, Size, book_of, make_city  # noqa: E402
from tests.databases import POSTGRES_URL, PostgresDatabases  # noqa: E402
from tests.postgres import PostgresServer  # noqa: E402

CITY = "nanjing"
# 种子文章 003（2021 年初）· seed article 003, early 2021
PUBLISHED = Size(volunteers=45490, recipients=34755, orders=107141, stations=1252, hours=Decimal("53790.25"))
ROWS = (
    ("volunteers", "志愿者 volunteers"),
    ("recipients", "服务对象 recipients"),
    ("orders", "订单 orders"),
    ("stations", "服务点 service points"),
    ("minutes", "小时 hours"),
)


@contextmanager
def database(kind, folder):
    """Give the address of an empty database, and take it away."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'bank.sqlite'}"
        return
    server = None
    if POSTGRES_URL not in os.environ:
        server = PostgresServer()
        server.start()
    databases = PostgresDatabases(os.environ.get(POSTGRES_URL) or server.url)
    url = databases.empty()
    try:
        yield url
    finally:
        databases.drop(url)
        if server is not None:
            server.stop()


def run_apart(url, folder):
    """Run in a process of its own, so that its memory is its own."""
    command = [sys.executable, __file__, "--on", url, "--folder", str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(done.returncode)
    return json.loads(done.stdout)


def published():
    """Give the published figures, hours as minutes."""
    return {
        "volunteers": PUBLISHED.volunteers,
        "recipients": PUBLISHED.recipients,
        "orders": PUBLISHED.orders,
        "stations": PUBLISHED.stations,
        "minutes": int(PUBLISHED.hours * 60),
    }


def shown(name, value):
    """Write a figure: minutes as exact hours."""
    return f"{Decimal(value) / 60:,.2f}" if name == "minutes" else f"{value:,}"


def report(run):
    """Print a run; tell whether every figure is right."""
    wanted = published()
    print(f"\n{run['database']}")
    print(f"| {'':24} | {'公布 published':>16} | {'我们 ours':>14} |   |")
    print("|---|---:|---:|---|")
    for name, label in ROWS:
        same = run["figures"].get(name) == wanted[name]
        ours = shown(name, run["figures"].get(name, 0))
        print(f"| {label:24} | {shown(name, wanted[name]):>16} | {ours:>14} | {'=' if same else '≠'} |")
    levels_agree = _print_levels(run, wanted)
    _print_phases(run)
    for sentence in [*run["wrong"], *run["faults"]]:
        print(f"!! {sentence}")
    agree = all(run["figures"].get(name) == wanted[name] for name in wanted)
    return agree and levels_agree and not run["wrong"] and not run["faults"]


def _print_levels(run, wanted):
    print(f"\n| level | organisations | {' | '.join(label for _, label in ROWS)} |")
    print("|---|" + "---:|" * (len(ROWS) + 1))
    agree = True
    for level, sums in run["levels"].items():
        if not any(sums[name] for name, _ in ROWS):
            continue  # teams: what they do counts where it was done
        figures = " | ".join(shown(name, sums[name]) for name, _ in ROWS)
        print(f"| {level} | {sums['organisations']:,} | {figures} |")
        agree = agree and all(sums[name] == wanted[name] for name, _ in ROWS)
    return agree


def _print_phases(run):
    print("\n| phase | rows | wall s | CPU s | rows/s | statements | statements/row |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for phase in run["phases"]:
        rows, wall = phase["rows"], phase["wall"]
        each = f"{phase['statements'] / rows:.2f}" if rows else "–"
        speed = f"{rows / wall:,.0f}" if wall else "–"
        print(
            f"| {phase['name']} | {rows:,} | {wall:.1f} | {phase['cpu']:.1f} | {speed} | "
            f"{phase['statements']:,} | {each} |"
        )
    print(
        f"\npeak memory {run['peak_mb']} MB, {run['checks']} checks of the ledger, {len(run['faults'])} failed"
    )


def main():
    """Run on both databases, or on one."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=("sqlite", "postgres"), help="只跑一种数据库 · one database only")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--on", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.on:
        print(json.dumps(run_city(CONFIG, CITY, given.folder, given.on).plain()))
        return 0
    right = True
    with tempfile.TemporaryDirectory(prefix="timebank-bench-") as temporary:
        folder = Path(temporary)
        print(f"合成城市 · making the city (seed {given.seed})", file=sys.stderr)
        make_city(book_of(CITY), CITY, folder / "files", PUBLISHED, seed=given.seed)
        for kind in ("sqlite", "postgres"):
            if given.only in (None, kind):
                print(kind, file=sys.stderr)
                with database(kind, folder) as url:
                    right = report(run_apart(url, folder / "files")) and right
    print("\n逐个相等 · every figure is the published one" if right else "\n有不同之处 · something differs")
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
