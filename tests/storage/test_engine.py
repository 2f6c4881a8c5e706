"""The one way to a database: durable or refused, and never a lost update."""

import threading

import pytest
from sqlalchemy.exc import StatementError

from tests.banks import YUNZHOU, a_bank, local
from tests.scenes import account, account_of, all_at_once, writing
from timebank.domain.command import Actor, Channel, Command
from timebank.domain.identity import new_id
from timebank.domain.refusal import BadInput
from timebank.storage.engine import WRITES, open_engine
from timebank.storage.envelope import outbox
from timebank.storage.ledger_session import Ledger
from timebank.storage.outbox_rows import rows

THREADS, ROUNDS = 4, 25


@pytest.fixture
def bank(fresh_database_url):
    with a_bank(fresh_database_url) as opened:
        yield opened


def test_no_update_is_lost_between_four_writers(bank):
    keys = [account_of("first"), account_of("second")]
    _carry(bank, keys, 500, 500)

    def move() -> None:
        for number in range(ROUNDS):
            step = 1 if number % 2 else -1
            _carry(bank, keys, step, -step)

    assert all_at_once(*[move] * THREADS) == [None] * THREADS
    carried = [account(bank, key.owner_id).carried for key in keys]
    assert carried == [500 - THREADS, 500 + THREADS]  # the 25 steps of each leave the first one lower


def _carry(bank, keys, *steps):
    """Read two balances and write them back changed."""
    with writing(bank) as connection:
        ledger = Ledger(connection, YUNZHOU, bank.clock())
        found = ledger.lock(keys)
        for key, step in zip(keys, steps, strict=True):
            ledger.carry(key, found[key].carried + step)
        ledger.flush(Command(YUNZHOU, "none", Actor("nobody"), Channel.JOB))


@pytest.mark.only_on("sqlite", reason="its settings are per connection")
def test_every_sqlite_connection_is_durable_and_keeps_its_references(bank):
    def settings() -> tuple:
        with bank.engine.connect() as connection:
            names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            return tuple(connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names)

    assert set(all_at_once(*[settings] * 3)) == {("wal", 2, 1, 30000)}


@pytest.mark.only_on("sqlite", reason="PostgreSQL locks rows, not the database")
def test_a_reader_does_not_wait_for_a_writer(bank):
    with bank.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        seen: list = []
        reader = threading.Thread(target=lambda: seen.append(account(bank, "anybody").posted))
        reader.start()
        reader.join(5)
    assert seen == [0]


@pytest.mark.only_on("postgres", reason="SQLite has no such setting")
@pytest.mark.parametrize("setting", ["synchronous_commit=off"])
def test_a_postgresql_that_may_forget_what_it_acknowledged_is_refused(fresh_database_url, setting):
    joint = "&" if "?" in fresh_database_url else "?"
    url = f"{fresh_database_url}{joint}options=-c%20{setting}"

    with pytest.raises(BadInput, match="synchronous_commit 是 off") as refused:
        open_engine(url)
    assert refused.value.code == "unsafe_database"
    assert "power cut" in refused.value.words.en


@pytest.mark.parametrize(
    "url",
    [
        "",
        "somewhere",
        "mysql://root@localhost/bank",
        "oracle://x/y",
        "sqlite:////no/such/folder/bank.sqlite",
        "postgresql+psycopg://nobody@127.0.0.1:1/bank",
        "postgresql+psycopg://nobody@127.0.0.1:port/bank",
        "postgresql+psycopg:///bank?host=/no/such/folder&colour=blue",
    ],
)
def test_a_wrong_address_is_answered_with_a_sentence(url):
    with pytest.raises(BadInput) as refused:
        open_engine(url)

    assert refused.value.code == "bad_database_url"
    assert "数据库打不开" in refused.value.words.zh
    assert "TIMEBANK_DATABASE_URL" in refused.value.words.zh
    assert "Cannot open the database" in refused.value.words.en
    assert "\n" not in refused.value.words.en


@pytest.mark.parametrize("kind", ["postgresql+psycopg", "postgres", "mysql"])
def test_a_password_is_never_told(kind):
    with pytest.raises(BadInput) as refused:
        open_engine(f"{kind}://clerk:hunter2@127.0.0.1:1/bank")

    assert "hunter2" not in str(refused.value)
    assert "clerk" in str(refused.value)


def test_a_file_that_is_no_database_is_answered_with_a_sentence(tmp_path):
    letter = tmp_path / "bank.sqlite"
    letter.write_text("亲爱的管理员：" * 500, encoding="utf-8")

    with pytest.raises(BadInput, match="file is not a database"):
        open_engine(f"sqlite:///{letter}")


def test_an_instant_without_a_time_zone_is_refused(bank):
    with writing(bank) as connection, pytest.raises(StatementError, match="needs a time zone"):
        _tell(connection, local("2026-03-02 09:00").replace(tzinfo=None))


def test_an_instant_comes_back_as_it_went_in(bank):
    moment = local("2026-03-02 00:30")
    with writing(bank) as connection:
        _tell(connection, moment)
        found = connection.execute(outbox.select().where(outbox.c.kind == "x")).one()

    assert found.created_at == moment
    assert found.created_at.utcoffset().total_seconds() == 0


def _tell(connection, moment):
    connection.execute(outbox.insert(), rows("yunzhou", moment, [(new_id(), "x", {})]))
