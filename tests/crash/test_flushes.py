"""A power cut takes what was not flushed: so every acknowledgment waits for a flush that began after its request."""

import subprocess
from contextlib import contextmanager

import pytest

from tests.crash.nemesis import a_server
from tests.crash.strace import tracing
from tests.databases import chosen_database, prepare
from tests.debian import needed

OPERATIONS = 40
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture
def watched(tried, databases, tmp_path):
    """Return a context: one program serves one client, and every flush of the database is written down."""

    @contextmanager
    def on_sqlite():
        url = databases.migrated()
        with tried(url, apps=1, clients=1, visits=50) as trial:
            yield trial, trial.load.apps[0].pids
        databases.drop(url)

    @contextmanager
    def on_postgres():
        with a_server() as server:
            prepare(server.url)
            with tried(server.url, apps=1, clients=1, visits=50) as trial:
                yield trial, server.pids

    return on_sqlite if chosen_database() == "sqlite" else on_postgres


def test_every_acknowledged_operation_was_flushed_between_request_and_answer(
    watched, tmp_path, record_property
):
    needed("strace")
    with watched() as (trial, pids):
        with tracing(pids, tmp_path / "flushes") as trace:
            while trial.load.acked < OPERATIONS:
                trial.load.step()
        flushes = trace.calls()

        acked = [one for one in trial.told.values() if one.answers]
        unflushed = [one for one in acked if not any(one.submitted_at < at < one.acked_at for at in flushes)]
        figures = {"acked": len(acked), "flushes": len(flushes)}
        record_property("figures", figures)
        print(figures)
        assert unflushed == []
        assert trial.complaints() == []


def test_watching_waits_for_no_process_that_has_ended(tmp_path):
    needed("strace")
    ended, running = subprocess.Popen(["true"]), subprocess.Popen(["sleep", "60"])
    ended.wait()

    with tracing([ended.pid, running.pid], tmp_path / "flushes") as trace:
        running.kill()
        running.wait()

    assert trace.calls() == []
