"""The bank test: many clients in many processes, readers of whole snapshots beside them, and not one law broken."""

import multiprocessing
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

import pytest
from sqlalchemy import select

from tests.banks import YUNZHOU, a_bank, do
from tests.scenes import a_config, a_recipient, admitted, verified_child
from tests.torture.bank_clients import GIVEN_UP, Work, run_process
from tests.torture.bank_readers import READER, run_reader
from tests.torture.journal import ACKED, REFUSED, SUBMITTED, count, entries
from tests.torture.sizes import SIZES
from tests.working import give_hours
from timebank.services.settlement_posting import operation_of
from timebank.services.verification import verify
from timebank.storage.books import transfers
from timebank.storage.envelope import commands
from timebank.storage.work import visits

GIFTS_TAKEN_BACK = ("gifts:\n  allowed: true", "gifts:\n  allowed: true\n  taken_back: true")
DEADLOCK = "40P01"
"""What PostgreSQL calls it when two wait for each other; the locks' order rules it out."""


def people_of(bank, many, of_hot=()):
    """Register elders who may also serve, with ten hours each; the hot ones are all of one family."""
    ids = [a_recipient(bank, f"长者{number}", born="1940-01-20") for number in range(many)]
    for number, who in enumerate(ids):
        admitted(bank, YUNZHOU, who, "volunteer")
        do(bank, give_hours, member_id=who, kind="savings", minutes=600)
        family = of_hot[number % len(of_hot) :][:1] if of_hot else ids[:number]
        for other in family:
            verified_child(bank, other, who)
    return ids


@pytest.fixture
def work(fresh_database_url, tmp_path):
    """A bank with people in it, and a folder for the journals."""
    config, folder = a_config(tmp_path, GIFTS_TAKEN_BACK), tmp_path / "journals"
    folder.mkdir()
    with a_bank(fresh_database_url, config_folder=config) as bank:
        hot = people_of(bank, SIZES.hot_accounts)
        cold = people_of(bank, SIZES.cold_accounts, hot)
    return Work(fresh_database_url, config, folder, SIZES.seed, hot, cold)


def run(work):
    """Let everybody work until enough was done and read, or patience is over; return statistics and faults."""
    spawn = multiprocessing.get_context("spawn")
    until = time.monotonic() + SIZES.patience
    with ProcessPoolExecutor(SIZES.processes + 1, mp_context=spawn) as pool:
        shares = [range(first, SIZES.clients, SIZES.processes) for first in range(SIZES.processes)]
        working = [pool.submit(run_process, work, share) for share in shares]
        reading = pool.submit(run_reader, work)
        everybody = [*working, reading]
        while time.monotonic() < until and not any(one.done() for one in everybody) and not enough(work):
            keep_in_step(work)
            time.sleep(0.5)
        (work.folder / "stop").touch()
        return sum((one.result() for one in working), Counter()), reading.result()


def keep_in_step(work):
    """Let most clients rest while less was read than done, in proportion: the more was done, the longer a read takes."""
    done, read = count(work.folder, ACKED) / SIZES.operations, count(work.folder, "read") / SIZES.reads
    rest = work.folder / "rest"
    if done > read:
        rest.touch()
    else:
        rest.unlink(missing_ok=True)


def enough(work):
    """Say whether the run has done enough to say something."""
    return count(work.folder, ACKED) >= SIZES.operations and count(work.folder, "read") >= SIZES.reads


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_nothing_is_ever_wrong_while_everybody_works_at_once(work, record_property):
    seen, wrong = run(work)

    told = Counter((what, answer) if what == REFUSED else what for what, _, _, answer in entries(work.folder))
    acked, reads, given_up = told[ACKED], told["read"], told[(REFUSED, GIVEN_UP)]
    figures = {"acked": acked, "reads": reads, "given_up": given_up, **seen}
    record_property("figures", figures)
    print(figures, {key: value for key, value in told.items() if isinstance(key, tuple)})
    assert wrong == []
    with a_bank(work.url, config_folder=work.config) as bank:
        assert {one.code: one.shown for one in verify(bank, YUNZHOU) if not one.ok} == {}
        everything_acknowledged_is_stored_and_nothing_else_is(bank, work)
    assert seen[DEADLOCK] == 0
    assert given_up == 0
    if not enough(work):
        pytest.fail(f"unknown: {acked} operations and {reads} reads say nothing about the bank")


def everything_acknowledged_is_stored_and_nothing_else_is(bank, work):
    """I-11: acknowledged ⊆ stored ⊆ submitted, each with the answer its client was given."""
    told = [one for one in entries(work.folder) if one[1] != READER]
    sent = {(actor, operation) for what, actor, operation, _ in told if what == SUBMITTED}
    answered = {(actor, operation): answer for what, actor, operation, answer in told if what == ACKED}
    with bank.reading() as connection:
        rows = connection.execute(select(commands).where(commands.c.city == YUNZHOU)).all()
        at_night = {operation_of(each) for each in connection.execute(select(visits.c.id)).scalars()}
        made = connection.execute(select(transfers.c.actor_id, transfers.c.operation_id)).all()
    stored = {(row.actor_id, row.operation_id): row.answer for row in rows}
    clients = {key: answer for key, answer in stored.items() if key in sent}
    assert clients == answered
    others = stored.keys() - sent
    assert {operation for actor, operation in others if actor == "job:settle"} <= at_night
    assert {actor for actor, _ in others} <= {"job:test", "job:settle"}
    assert {tuple(row) for row in made} <= stored.keys()
