"""How fast stored settlements are settled again, by processor time, and whether memory stays flat."""

import gc
import json
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bench.ledger import servers, world
from bench.ledger.processor_time import of_tree
from bench.ledger.stock import Stock
from bench.rules.table import Row
from timebank.services.replaying import ALL_DAYS, replay
from timebank.services.settlement import settle_due
from timebank.storage import replay_rows
from timebank.storage.migrations import upgrade

CITY = "nanjing"
A_NIGHT = PAIRS = 1000  # so that nobody serves or is served twice in a night
PAID = {"付时间 paid": True, "不付 unpaid": False}


class Measured(NamedTuple):
    """What one process measured.

    Attributes:
        settlements, differing: how many, and how many came out otherwise.
        here, there: seconds of processor time, of this process and of PostgreSQL for it.
        bare: seconds for reading the same rows of settlements and postings and opening the decisions, here.
        peak: most bytes.
    """

    settlements: int
    differing: int
    here: float
    there: float
    bare: float
    peak: int


def settle_nights(config, url, nights, *, first, paid):
    """Settle so many nights of visits; the first time, people are put in before."""
    if first:
        upgrade(url)
    bank = world.open_world(config, url)
    if first:
        world.fill(bank, CITY, PAIRS)
    stock = Stock(bank, CITY, range(PAIRS), paid=paid)
    for _ in range(nights):
        stock.make(A_NIGHT)
        settle_due(bank, CITY, lambda _: None)
    bank.engine.dispose()
    if not url.startswith("sqlite"):
        servers.tidy(url)


def measure_replay(config, url):
    """Settle all history again; what was imported is kept from the garbage collector, as the verb does."""
    gc.freeze()
    bank = world.open_world(config, url)
    with bank.snapshot() as connection:
        before = _of_server(connection)
        began = time.process_time()
        replayed = replay(connection, bank.city(CITY), ALL_DAYS)
        here = time.process_time() - began
        there = _of_server(connection) - before
        began = time.process_time()
        read_bare(connection)
        bare = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return Measured(replayed.settlements, replayed.differing, here, there, bare, peak)


def _of_server(connection):
    if connection.dialect.name == "sqlite":
        return 0
    return of_tree(connection.connection.dbapi_connection.info.backend_pid)


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
    rows = []
    for database in ("SQLite", "PostgreSQL"):
        for name, paid in PAID.items():
            with TemporaryDirectory(prefix="timebank-replay-") as folder, _empty(database, folder) as url:
                rows += _rows(f"{database}，{name}", Path(folder), url, nights, paid)
    return rows


@contextmanager
def _empty(database, folder):
    if database == "SQLite":
        yield f"sqlite:///{folder}/bank.db"
        return
    with servers.postgres(Path(folder)) as (databases, _):
        yield databases.empty()


def _rows(what, folder, url, nights, paid):
    config = world.write_config(folder / "config", [CITY])
    measured = []
    for first in (True, False):
        _apart(settle_nights, config, url, nights, first=first, paid=paid)
        measured.append(_apart(measure_replay, config, url))
    half, found = measured
    many = found.settlements
    here, there, bare = (f"{1_000_000 * taken / many:.0f}" for taken in found[2:5])
    return [
        Row(f"重算，每秒每核多少笔 · settled again, a second a core: {what}"
            f"（{here} µs，光读 bare {bare}，服务端 server {there}）",
            "≥ 20,000", f"{many / found.here:,.0f}", many, many / found.here >= 20_000),
        Row("— 与账上不同的 · that come out otherwise", "0", str(found.differing), many, found.differing == 0),
        Row("— 两倍那么多时的峰值内存 · peak memory when twice as many", "≤ 1.1 ×",
            f"{found.peak / half.peak:.2f} × ({found.peak >> 20} MB)", many, found.peak <= 1.1 * half.peak),
    ]  # fmt: skip


def _apart(work, *given, **named):
    """Do a piece of work in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *given, **named).result()
