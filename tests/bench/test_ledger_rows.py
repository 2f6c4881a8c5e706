"""The rows about HTTP, reading and proof: what their sides do is what their names say."""

import threading
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from bench.ledger import served
from bench.ledger.asking import Asking, AskingBare
from bench.ledger.history import MIDDLE_DAY, post
from bench.ledger.sealed import HashingBare, VerifyingSeals, log_of
from bench.ledger.stock import Stock
from bench.ledger.world import FIRST
from tests.bench.measured_city import CITIES, CITY, PAIRS, faults
from timebank.domain.account import AccountKind
from timebank.services.sealing import seal
from timebank.services.settlement import settle_due
from timebank.services.statement import balances_on, statement
from timebank.storage.work import visits

POSTINGS = 200


class Quiet(WSGIRequestHandler):
    def log_message(self, *_given):
        """Say nothing."""


@pytest.fixture
def serve(config, bank, tmp_path, monkeypatch):
    """Serve an application of the benchmark; give its port."""
    booted = tmp_path / "booted"
    booted.mkdir()
    told = {"CONFIG": config, "URL": bank.engine.url, "CITY": CITY, "BOOTED": booted}
    for name, value in told.items():
        monkeypatch.setenv(f"BENCH_{name}", str(value))
    servers = []

    def start(app):
        servers.append(make_server("127.0.0.1", 0, app(), handler_class=Quiet))
        threading.Thread(target=servers[-1].serve_forever, kwargs={"poll_interval": 0.01}).start()
        assert list(booted.iterdir()), "whoever started the server would wait for ever"
        return servers[-1].server_port

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.only_on("sqlite", reason="what is served keeps its connections until its process ends")
@pytest.mark.parametrize(("kind", "app"), [(Asking, served.bank_app), (AskingBare, served.bare_app)])
def test_over_http_both_sides_confirm_and_settle_their_visits(config, bank, serve, kind, app):
    port = serve(app)
    side = kind(config, str(bank.engine.url), CITIES, PAIRS // 2, port, 0)
    side.ready(2)

    assert [side.one(), side.one()] == [1, 1]

    side.close()
    with bank.reading() as connection:
        states = connection.execute(visits.select()).all()
    assert [row.state for row in states].count("settled") == 2
    assert faults(bank) == []


def test_half_of_a_history_is_before_its_middle_day_and_half_of_a_statement_after_its_middle(bank):
    middle = post(bank, CITY, range(1), POSTINGS)

    on_the_day = balances_on(bank, CITY, "E000000", MIDDLE_DAY)
    rest = statement(bank, CITY, "E000000", middle)

    credited = max(minutes for key, minutes in on_the_day.items() if key.kind is AccountKind.GRANTED)
    assert credited - FIRST[AccountKind.GRANTED] == pytest.approx(POSTINGS // 2, abs=10)
    assert len([line for line in rest.lines if line.kind == "import"]) == pytest.approx(POSTINGS // 2, abs=11)


@pytest.fixture
def sealed(bank, tmp_path):
    """A folder with the checkpoints of everything that the little city moved, two settlements among it."""
    Stock(bank, CITY, range(PAIRS)).make(2)
    settle_due(bank, CITY)
    assert seal(bank, CITY, log_of(tmp_path / "checkpoints", CITY)).added
    return tmp_path / "checkpoints"


def test_the_baseline_of_proof_hashes_as_many_leaves_as_are_verified(config, bank, sealed):
    sides = [kind(config, str(bank.engine.url), CITY, sealed, 0) for kind in (VerifyingSeals, HashingBare)]

    verified, hashed = [side.one() for side in sides]

    for side in sides:
        side.close()
    assert verified == hashed > 2
