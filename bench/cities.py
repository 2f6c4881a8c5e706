"""城市公开的数字，一座同样规模的合成城市，两种数据库 · a city's published figures, on both databases.

    make bench-nanjing bench-guangzhou bench-shanghai_yangpu
    python bench/cities.py --city nanjing [--only sqlite|postgres] [--seed 7]

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
from bench.published import CITIES  # noqa: E402
from bench.synthetic_city import CONFIG, book_of, make_city  # noqa: E402
from tests.databases import POSTGRES_URL, PostgresDatabases  # noqa: E402
from tests.postgres import PostgresServer  # noqa: E402

TO_VERIFIED = ("import", "settle one by one", "settle in batches", "verify")
LABELS = {
    "volunteers": "志愿者 volunteers",
    "recipients": "服务对象 recipients",
    "orders": "订单 orders",
    "stations": "服务点 service points",
    "person_times": "人次 person-times",
    "minutes": "小时 hours",
}


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


def run_apart(city, url, folder):
    """Run in a process of its own, so that its memory is its own."""
    command = [sys.executable, __file__, "--city", city, "--on", url, "--folder", str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(done.returncode)
    return json.loads(done.stdout)


def shown(name, value):
    """Write a figure: minutes as exact hours."""
    return f"{Decimal(value) / 60:,.2f}" if name == "minutes" else f"{value:,}"


def report(run, published):
    """Print a run; tell whether every figure is right."""
    wanted = published.figures()
    print(f"\n{run['database']}")
    print(f"| {'':24} | {'公布 published':>16} | {'我们 ours':>14} |   |")
    print("|---|---:|---:|---|")
    right = [
        _print_figure(LABELS[name], name, value, run["figures"].get(name, 0), name in published.assumed)
        for name, value in wanted.items()
    ]
    right += [
        _print_figure(level, "organisations", count, run["levels"][level]["organisations"], assumed=False)
        for level, count in published.levels.items()
    ]
    right.append(_print_levels(run, wanted))
    _print_phases(run)
    for sentence in [*run["wrong"], *run["faults"]]:
        print(f"!! {sentence}")
    return all(right) and not run["wrong"] and not run["faults"]


def _print_figure(label, name, wanted, ours, assumed):
    told = shown(name, wanted) + (" 假定 assumed" if assumed else "")
    print(f"| {label:24} | {told:>16} | {shown(name, ours):>14} | {'=' if ours == wanted else '≠'} |")
    return ours == wanted


def _print_levels(run, wanted):
    print(f"\n| level | organisations | {' | '.join(LABELS[name] for name in wanted)} |")
    print("|---|" + "---:|" * (len(wanted) + 1))
    agree = True
    for level, sums in run["levels"].items():
        if not any(sums[name] for name in wanted):
            continue  # teams: what they do counts where it was done
        figures = " | ".join(shown(name, sums[name]) for name in wanted)
        print(f"| {level} | {sums['organisations']:,} | {figures} |")
        agree = agree and all(sums[name] == value for name, value in wanted.items())
    return agree


def orders_a_second(run):
    """Return orders divided by the seconds of importing (its own check included), settling and verifying.

    None where the run did not come so far.
    """
    seconds = {phase["name"]: phase["wall"] for phase in run["phases"]}
    if not set(TO_VERIFIED) <= set(seconds):
        return None
    return run["figures"].get("orders", 0) / sum(seconds[name] for name in TO_VERIFIED)


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
    speed = orders_a_second(run)
    if speed is not None:
        print(f"\n从 CSV 到结算、核对完 · from CSV to settled and verified: {speed:,.0f} orders/s")
    print(
        f"\npeak memory {run['peak_mb']} MB, {run['checks']} checks of the ledger, {len(run['faults'])} failed"
    )


def main():
    """Run on both databases, or on one."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--city", choices=CITIES, required=True, help="哪座城市 · which city")
    parser.add_argument("--only", choices=("sqlite", "postgres"), help="只跑一种数据库 · one database only")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--on", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    city, published = given.city, CITIES[given.city]
    if given.on:
        print(json.dumps(run_city(CONFIG, city, given.folder, given.on).plain()))
        return 0
    right = True
    with tempfile.TemporaryDirectory(prefix="timebank-bench-") as temporary:
        folder = Path(temporary)
        print(f"合成城市 · making {city} (seed {given.seed})", file=sys.stderr)
        files = folder / "files"
        make_city(book_of(city), city, files, published.size, seed=given.seed, until=published.until)
        for kind in ("sqlite", "postgres"):
            if given.only in (None, kind):
                print(kind, file=sys.stderr)
                with database(kind, folder) as url:
                    right = report(run_apart(city, url, files), published) and right
    same = "逐个相等 · every figure is as published or assumed"
    print(f"\n{same}" if right else "\n有不同之处 · something differs")
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
