"""The database knows of a table that has just filled, so that it finds its rows by their key."""

import pytest
from sqlalchemy import text

from tests.banks import YUNZHOU, a_bank, day
from tests.working import counted_statements
from timebank.domain.identity import new_id
from timebank.storage import bulk_rows, planning
from timebank.storage.engine import WRITES
from timebank.storage.people import organisations

MANY = 300


@pytest.fixture
def bank(fresh_database_url):
    with a_bank(fresh_database_url) as opened:
        yield opened


def add_many(bank):
    rows = [
        {"city": YUNZHOU, "id": new_id(), "level": "street", "name": "街道", "opened_on": day("2026-01-01")}
        for _ in range(MANY)
    ]
    with bank.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        bulk_rows.add(connection, organisations, rows)


def known(bank):
    with bank.reading() as connection:
        return connection.execute(
            text("SELECT reltuples FROM pg_class WHERE relname = 'organisations'")
        ).scalar_one()


@pytest.mark.only_on("postgres", reason="SQLite plans each statement by a count that only ANALYZE makes")
def test_postgresql_counts_a_table_that_a_mass_of_rows_has_outgrown(bank):
    add_many(bank)

    assert known(bank) >= MANY


@pytest.mark.only_on("postgres", reason="SQLite plans each statement by a count that only ANALYZE makes")
def test_postgresql_does_not_count_a_table_again_that_it_knows(bank):
    add_many(bank)
    with counted_statements(bank) as sent, bank.reading() as connection:
        planning.learn(connection, [organisations], MANY // 2)

    assert [statement for statement in sent if statement.startswith("ANALYZE")] == []
