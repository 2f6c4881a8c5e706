"""A full disk: what cannot be written is not acknowledged, nothing is half-written, and with room again all goes on."""

import time
from contextlib import contextmanager

import pytest

from tests.crash.nemesis import a_server
from tests.crash.small_disk import MEGABYTE, a_small_disk
from tests.databases import chosen_database, prepare

CLIENTS = 8
REFUSED = 200
DONE_BEFORE, DONE_AFTER = 100, 200
PATIENCE_SECONDS = 120
FULL = ("disk is full", "No space left on device")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture
def filling(tried):
    """Return a context: a town in a database on a small disk, and what mends the database once there is room."""

    @contextmanager
    def on_sqlite():
        with a_small_disk(32) as disk:
            url = f"sqlite:///{disk.folder}/bank.sqlite"
            prepare(url)
            with tried(url, clients=CLIENTS, visits=500) as trial:
                yield disk, trial, lambda: None

    @contextmanager
    def on_postgres():
        with (
            a_small_disk(256) as disk,
            a_server(disk.folder, max_wal_size="64MB", min_wal_size="32MB") as server,
        ):
            prepare(server.url)
            with tried(server.url, clients=CLIENTS, visits=500) as trial:
                yield disk, trial, server.restart

    return on_sqlite if chosen_database() == "sqlite" else on_postgres


def wait_until(what):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not what():
        assert time.monotonic() < deadline, "unknown: too little happened to say anything"
        time.sleep(0.05)


@pytest.mark.parametrize("left", [0, MEGABYTE // 4], ids=["at_once", "a_little_later"])
def test_a_full_disk_costs_nothing_that_was_acknowledged_and_work_goes_on_with_room(
    filling, left, record_property
):
    with filling() as (disk, trial, mend):
        load = trial.load
        with load.running():
            wait_until(lambda: load.acked >= DONE_BEFORE)
            disk.fill(left)
            wait_until(lambda: sum(load.not_now.values()) >= REFUSED)
            disk.clear()
            mend()
            done = load.acked
            wait_until(lambda: load.acked >= done + DONE_AFTER)

        record_property("figures", {"acked": load.acked, "refused_while_full": sum(load.not_now.values())})
        assert any(sign in why for why in load.not_now for sign in FULL), load.not_now
        assert trial.complaints() == []
