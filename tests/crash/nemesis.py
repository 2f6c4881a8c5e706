"""Whoever kills, and counts: how often, and how long nothing was served afterwards."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.crash.apps import App
from tests.crash.load import Load
from tests.postgres import PostgresServer

BETWEEN_SECONDS = (1.5, 3.0)
Strike = Callable[[], Sequence[int]]


@dataclass
class Toll:
    """What was done, and what it cost.

    Attributes:
        kills: how many strikes.
        away: seconds until everything struck served again, a figure a strike.
    """

    kills: int = 0
    away: list[float] = field(default_factory=list)


def killing_apps(apps: Sequence[App], random: Random) -> Strike:
    """Return a strike at one of the programs, or, every third time, at all of them."""

    def strike() -> Sequence[int]:
        every = list(range(len(apps)))
        chosen = every if random.random() < 1 / 3 else [random.choice(every)]
        for app in chosen:
            apps[app].kill()
        for app in chosen:
            apps[app].start()
        return chosen

    return strike


def killing_database(server: PostgresServer, apps: Sequence[App]) -> Strike:
    """Return a strike at PostgreSQL: its first process and all that came of it."""

    def strike() -> Sequence[int]:
        server.kill()
        server.restart()
        return range(len(apps))

    return strike


def torment(
    load: Load, strike: Strike, random: Random, *, acked: int, kills: int, patience: float, back_within: float
) -> Toll:
    """Strike while clients work, until there were enough strikes and acknowledgments, or patience ends."""
    toll, end = Toll(), time.monotonic() + patience
    with load.running():
        while (load.acked < acked or toll.kills < kills) and time.monotonic() < end:
            time.sleep(random.uniform(*BETWEEN_SECONDS))
            struck_at = time.monotonic()
            struck = strike()
            toll.kills += 1
            toll.away.append(load.wait_until_served(struck, struck_at, back_within))
    return toll


@contextmanager
def a_server(where: Path | None = None, **settings: str) -> Iterator[PostgresServer]:
    """Run a PostgreSQL that may be killed: none of the other tests uses it."""
    server = PostgresServer(where, settings={"max_connections": "100", "max_wal_size": "256MB"} | settings)
    server.start()
    try:
        yield server
    finally:
        server.stop()
