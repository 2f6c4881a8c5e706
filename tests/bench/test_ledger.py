"""The ledger's benchmark: its baseline is what the engine sends, its figures are what its workers did."""

import os
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial

import pytest

from bench.ledger import processor_time
from bench.ledger.measuring import Goal, compare
from bench.ledger.recorded import record
from bench.ledger.settling import Settling, SettlingBare, SettlingByNight, WritingByDriver, settle_one
from bench.ledger.table import line
from bench.ledger.teams import RanOut, Side, Team, Window
from tests.bench.measured_city import CITIES, CITY, PAIRS, faults
from timebank.storage.work import visits


@pytest.fixture
def side(config, bank):
    made = []

    def make(kind):
        made.append(kind(config, str(bank.engine.url), CITIES, PAIRS, 0))
        return made[-1]

    yield make
    for one in made:
        one.close()


def how_many(bank, state):
    with bank.reading() as connection:
        return len(connection.execute(visits.select().where(visits.c.state == state)).all())


def test_the_city_that_is_measured_keeps_every_law(bank):
    assert faults(bank) == []


def test_the_engine_settles_what_was_made_ready(bank, side):
    engine = side(Settling)
    engine.ready(3)

    assert [engine.one() for _ in range(3)] == [1, 1, 1]
    assert how_many(bank, "settled") == 3
    with pytest.raises(RanOut):
        engine.one()


def test_what_was_recorded_had_no_effect(bank, side):
    engine = side(Settling)
    engine.ready(2)

    (script, _) = record(bank, [partial(settle_one, CITY, visit_id) for visit_id in engine.visits])

    assert any(sent.writes for sent in script)
    assert how_many(bank, "confirmed") == 2


def test_the_bare_baseline_leaves_just_what_the_engine_would(bank, side):
    bare = side(SettlingBare)
    bare.ready(2 * PAIRS)  # everybody twice, so that balances follow each other
    while bare.visits:
        bare.one()

    assert how_many(bank, "settled") == 2 * PAIRS
    assert faults(bank) == []


def test_a_baseline_that_sends_something_else_is_found_out(side):
    bare = side(SettlingBare)
    bare.ready(2)
    first, *others = bare._scripts[0]

    with pytest.raises(AssertionError, match="differs from the engine"):
        bare._bare.checked([replace(first, text="SELECT 1"), *others])


def test_a_night_settles_in_batches_until_its_window_ends(bank, side):
    night = side(SettlingByNight)
    night.ready(1)

    assert night.run(time.monotonic() + 60) == (200, True)
    assert how_many(bank, "settled") == 200


@pytest.mark.only_on("postgres", reason="psycopg is the baseline")
def test_psycopg_writes_just_what_the_night_would(bank, side):
    driver = side(WritingByDriver)
    driver.ready(400)

    assert [driver.one(), driver.one()] == [200, 200]
    assert how_many(bank, "settled") == 400
    assert faults(bank) == []


class Counting(Side):
    """Counts down what it was given, a unit a hundredth of a second."""

    def __init__(self, number):
        self.left, self.number = 0, number

    def ready(self, many):
        self.left = many

    def one(self):
        if not self.left:
            raise RanOut
        self.left -= 1
        time.sleep(0.01)
        return 1


class Failing(Side):
    """Fails in its first window."""

    def __init__(self, number):
        self.number = number

    def one(self):
        raise ValueError("nothing works")


@pytest.fixture
def team():
    made = []

    def make(*given):
        made.append(Team(*given))
        return made[-1]

    yield make
    for one in made:
        one.stop()


def test_a_team_adds_up_what_its_workers_did(team):
    two = team(Counting, 2)
    two.warm_up()

    window = two.window(0.2)

    assert not window.ran_out
    assert 2 <= window.units <= 40
    assert window.rate <= 200


def test_a_worker_that_fails_says_why(team):
    with pytest.raises(RuntimeError, match="nothing works"):
        team(Failing, 1).warm_up()


def test_processor_time_counts_what_a_process_started_and_what_has_ended():
    before = processor_time.of_tree(os.getpid())
    burn = "sum(range(10_000_000))"
    subprocess.run([sys.executable, "-c", burn], check=True)

    assert processor_time.of_tree(os.getpid()) > before


def a_window(rate):
    return Window(100, rate, 1 / rate, ran_out=False)


def test_the_ratio_is_taken_within_each_cycle():
    windows = {"ours": list(map(a_window, (10, 200, 30))), "theirs": list(map(a_window, (10, 100, 10)))}

    outcome = compare("1", Goal("ours", "theirs", 2, "what"), windows)

    assert (outcome.least, outcome.median, outcome.most) == (1, 2, 3)
    assert outcome.reached
    assert line(outcome).endswith("| 是 yes |")
