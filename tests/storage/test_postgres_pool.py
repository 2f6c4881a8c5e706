"""A connection that died while nobody used it is replaced before anybody notices; identifiers are text."""

import psycopg
import pytest
from psycopg.pq import TransactionStatus
from sqlalchemy import select, text

from tests.banks import a_bank
from tests.postgres import libpq_url
from tests.scenes import a_member
from timebank.storage import postgres_pool
from timebank.storage.people import members

pytestmark = pytest.mark.only_on("postgres", reason="SQLite has no server that could go away")


@pytest.fixture
def bank(fresh_database_url):
    with a_bank(fresh_database_url) as opened:
        yield opened


def test_a_connection_that_died_idle_is_replaced(bank, fresh_database_url, monkeypatch):
    monkeypatch.setattr(postgres_pool, "IDLE_SECONDS", 0)
    with bank.reading() as connection:
        ours = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()

    with psycopg.connect(libpq_url(fresh_database_url)) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [ours])

    with bank.reading() as connection:
        assert connection.execute(text("SELECT pg_backend_pid()")).scalar_one() != ours


def test_an_identifier_comes_as_the_text_it_went_in_as(bank):
    member = a_member(bank)

    with bank.reading() as connection:
        assert connection.execute(select(members.c.id)).scalars().all() == [member]
        assert connection.execute(text("SELECT id FROM members")).scalars().all() == [member]


def test_a_short_read_leaves_no_transaction_open_between_its_statements(bank):
    with bank.reading() as connection:
        connection.execute(text("SELECT 1")).all()
        assert driver(connection).info.transaction_status == TransactionStatus.IDLE

    with bank.engine.connect() as connection, connection.begin():
        connection.execute(text("SELECT 1")).all()
        assert driver(connection).info.transaction_status == TransactionStatus.INTRANS


def driver(connection):
    return connection.connection.driver_connection
