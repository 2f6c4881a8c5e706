"""How fast stored settlements are settled again, by processor time, and whether memory stays flat."""

import json
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.ledger import world
from bench.ledger.stock import Stock
from bench.rules.table import Row
from timebank.services.replaying import ALL_DAYS, replay
from timebank.services.settlement import settle_due
from timebank.storage import replay_rows
from timebank.storage.migrations import upgrade

CITY = "nanjing"
PAIRS = 50
A_NIGHT = 1000


def settle_nights(config, url, nights, *, first):
    """Settle so many nights of visits; the first time, people are put in before."""
    if first:
        upgrade(url)
    bank = world.open_world(config, url)
    if first:
        world.fill(bank, CITY, PAIRS)
    stock = Stock(bank, CITY, range(PAIRS))
    for _ in range(nights):
        stock.make(A_NIGHT)
        settle_due(bank, CITY, lambda _: None)
    bank.engine.dispose()


def measure_replay(config, url):
    """Settle all history again; return how many, how many came out otherwise, seconds of processor time, most bytes.

    Last come the seconds for reading the same rows and opening their decisions, and nothing more.
    """
    bank = world.open_world(config, url)
    with bank.snapshot() as connection:
        began = time.process_time()
        replayed = replay(connection, bank.city(CITY), ALL_DAYS)
        taken = time.process_time() - began
        began = time.process_time()
        read_bare(connection)
        bare = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return replayed.settlements, replayed.differing, taken, peak, bare


def read_bare(connection):
    """Read what replay reads of every settlement, and open each decision."""
    for page in replay_rows.settled(connection, CITY, ALL_DAYS):
        ends = (replay_rows.with_dashes(page[0].raw_id), replay_rows.with_dashes(page[-1].raw_id))
        for _ in replay_rows.lines_between(connection, CITY, *ends):
            pass
        for row in page:
            json.loads(row.decision)


def rows_of_replay(nights):
    """Give the table's rows: so many nights settled again, then twice as many, each in a process of its own."""
    with TemporaryDirectory(prefix="timebank-replay-") as folder:
        config = world.write_config(Path(folder) / "config", [CITY])
        url = f"sqlite:///{folder}/bank.db"
        found = []
        for first in (True, False):
            _apart(settle_nights, config, url, nights, first=first)
            found.append(_apart(measure_replay, config, url))
    (_, _, _, little, _), (many, differing, taken, much, bare) = found
    each = f"{1_000_000 * taken / many:.0f} / {1_000_000 * bare / many:.0f} µs"
    what = f"重算，每秒每核多少笔结算，旁边是光读同样的行 · settled again, a second a core, beside reading bare（{each}）"
    return [
        Row(what, "≥ 20,000", f"{many / taken:,.0f}", many, many / taken >= 20_000),
        Row("— 与账上不同的 · that come out otherwise", "0", str(differing), many, differing == 0),
        Row("— 两倍那么多时的峰值内存 · peak memory when twice as many", "≤ 1.1 ×",
            f"{much / little:.2f} × ({much >> 20} MB)", many, much <= 1.1 * little),
    ]  # fmt: skip


def _apart(work, *given, **named):
    """Do a piece of work in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *given, **named).result()
