"""Workers that are processes of their own and a receiver over HTTP: killed at the worst moment, nothing is lost."""

import subprocess
import sys
from collections import Counter
from contextlib import ExitStack, contextmanager

import pytest
from sqlalchemy import select

from tests.banks import YUNZHOU, a_bank
from tests.register_server import a_register
from tests.scenes import a_volunteer, donate, with_credit
from timebank.services.delivery import deliver
from timebank.storage.envelope import outbox

NOW, AFTER_THE_LEASE = "2026-03-02 09:00", "2026-03-02 09:02"
EVENTS = 30


@pytest.fixture
def register():
    with a_register() as opened:
        yield opened


@pytest.fixture
def bank(fresh_database_url, clock):
    """A bank with so many events to deliver, and nothing else."""
    with a_bank(fresh_database_url, clock=clock) as opened:
        giver = a_volunteer(opened)
        with_credit(opened, giver, 480)
        deliver(opened, YUNZHOU)
        for number in range(EVENTS):
            donate(opened, giver, 1 + number % 5)
        yield opened


def events(bank):
    with bank.reading() as connection:
        found = connection.execute(select(outbox.c.id, outbox.c.state, outbox.c.attempts))
        return {row.id: row for row in found if row.attempts or row.state == "waiting"}


@contextmanager
def a_worker(url, register, moment=NOW, many=100):
    """Start a worker that waits for a line before it begins; it is gone in the end."""
    command = [sys.executable, "-m", "tests.services.delivery_worker", url, register.url, moment, str(many)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def begin(*workers):
    for worker in workers:
        worker.stdin.write("\n")
        worker.stdin.flush()
    return [worker.wait(timeout=120) for worker in workers]


def test_a_worker_killed_between_sending_and_writing_it_down_sends_again_under_the_same_id(
    bank, fresh_database_url, register
):
    with a_worker(fresh_database_url, register) as worker:

        def kill_at_the_seventh():
            if len(register.told) == 7:
                worker.kill()  # it has sent, and waits for the answer: nothing is written down yet
                worker.wait()

        register.during = kill_at_the_seventh
        assert begin(worker) == [-9]
    (cut_short,) = [key for key, _ in register.told[6:]]
    assert events(bank)[cut_short].state == "waiting"

    with a_worker(fresh_database_url, register, AFTER_THE_LEASE) as worker:
        assert begin(worker) == [0]

    times = Counter(key for key, _ in register.told)
    assert set(times) == set(events(bank))
    assert {key for key, many in times.items() if many > 1} == {cut_short}
    assert times[cut_short] == 2
    assert {row.state for row in events(bank).values()} == {"sent"}


def test_what_a_killed_worker_had_taken_is_left_alone_until_its_lease_ends(
    bank, fresh_database_url, register
):
    with a_worker(fresh_database_url, register) as worker:
        register.during = worker.kill
        assert begin(worker) == [-9]
        register.during = lambda: None

        with a_worker(fresh_database_url, register) as next_one:
            assert begin(next_one) == [0]

    assert len(register.told) == 1
    assert [row.attempts for row in events(bank).values()].count(0) == EVENTS - 1


def test_three_workers_at_once_send_each_event_once(bank, fresh_database_url, register):
    with ExitStack() as started:
        workers = [started.enter_context(a_worker(fresh_database_url, register, many=4)) for _ in range(3)]
        assert begin(*workers) == [0, 0, 0]

    assert len(register.told) == EVENTS
    assert {key for key, _ in register.told} == set(events(bank))
