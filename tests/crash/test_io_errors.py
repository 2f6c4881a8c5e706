"""A disk that fails at the n-th write or flush, for every n: done and stored, or cleanly not; never half."""

from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.crash.nemesis import a_server
from tests.crash.strace import FLUSHES, WRITES, tracing
from tests.databases import chosen_database, prepare
from tests.debian import needed
from tests.postgres import libpq_url
from tests.torture.sizes import SIZES

BACKENDS = (
    "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
)
KINDS = {"write": (WRITES, SIZES.failing_writes), "flush": (FLUSHES, SIZES.failing_flushes)}
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


@pytest.fixture
def failing(tried, tmp_path):
    """Return a context: one program, one client, which processes write for it, into which files, and what mends."""

    @contextmanager
    def on_sqlite():
        file = tmp_path / "bank.sqlite"
        prepare(f"sqlite:///{file}")
        files = [file, Path(f"{file}-wal")]
        with tried(f"sqlite:///{file}", apps=1, clients=1, visits=500) as trial:
            yield trial, lambda: trial.load.apps[0].pids, files, lambda: None

    @contextmanager
    def on_postgres():
        with a_server() as server:
            prepare(server.url)
            with tried(server.url, apps=1, clients=1, visits=500) as trial:
                yield trial, lambda: backends(server), [], server.restart

    return on_sqlite if chosen_database() == "sqlite" else on_postgres


def backends(server):
    with psycopg.connect(libpq_url(server.url)) as connection:
        return [pid for (pid,) in connection.execute(BACKENDS)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_failing_disk_leaves_each_operation_done_or_not_done(failing, kind, tmp_path, record_property):
    needed("strace")
    calls, most = KINDS[kind]
    failed = 0
    with failing() as (trial, writers, files, mend):
        load = trial.load
        for number in range(1, most + 1):
            load.step()  # so that there is a connection to watch
            done, troubles = load.acked, sum(load.not_now.values())
            with tracing(writers(), tmp_path / "calls", calls, fail_at=number, of=files) as trace:
                # Every acknowledged operation writes and flushes at least once: the n-th call comes by then.
                while load.acked <= done + number and sum(load.not_now.values()) == troubles:
                    load.step()
            failed += trace.failed
            mend()

        record_property("figures", {"acked": load.acked, "failed_calls": failed})
        assert trial.complaints() == []
        assert failed == most, f"unknown: only {failed} of {most} calls were made to fail"
