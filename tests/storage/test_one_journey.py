"""What a command writes travels to PostgreSQL together; what fails among it is told as if each had gone alone."""

import pytest
from psycopg.pq import PipelineStatus
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError

from tests.banks import YUNZHOU, a_bank, day
from tests.scenes import a_recipient, a_volunteer, give, verified_child, with_credit, writing
from timebank.storage import bulk_rows
from timebank.storage.one_journey import one_journey
from timebank.storage.people import organisations

TOGETHER = ("transfers", "postings", "accounts", "outbox", "commands")


@pytest.fixture
def bank(fresh_database_url):
    with a_bank(fresh_database_url) as opened:
        yield opened


def an_organisation(name):
    return {"city": YUNZHOU, "id": name, "level": "street", "name": name, "opened_on": day("2026-01-01")}


@pytest.mark.only_on("postgres", reason="SQLite is not away")
def test_all_that_a_gift_writes_travels_together(bank):
    giver, receiver = a_volunteer(bank), a_recipient(bank)
    with_credit(bank, giver, 60)
    verified_child(bank, receiver, giver)
    together = []

    def note(connection, _cursor, statement, *_given):
        if connection.connection.driver_connection.pgconn.pipeline_status == PipelineStatus.ON:
            together.append(statement)

    event.listen(bank.engine, "before_cursor_execute", note)
    give(bank, giver, receiver, 10)

    assert [name for name in TOGETHER if any(f" {name} " in sent for sent in together)] == list(TOGETHER)
    assert len(together) == len(TOGETHER)


def add_in_one_journey(bank, *names):
    with writing(bank) as connection, one_journey(connection):
        for name in names:
            bulk_rows.add(connection, organisations, [an_organisation(name)])


def test_a_key_that_is_taken_is_told_when_the_journey_ends(bank):
    with pytest.raises(IntegrityError):
        add_in_one_journey(bank, "street_a", "street_a")


def test_nothing_of_a_journey_that_failed_stays_and_the_next_one_arrives(bank):
    with pytest.raises(IntegrityError):
        add_in_one_journey(bank, "street_a", "street_b", "street_a")
    add_in_one_journey(bank, "street_c")

    with bank.reading() as connection:
        found = connection.execute(
            text("SELECT id FROM organisations WHERE name IN ('street_a', 'street_b', 'street_c')")
        ).scalars()
        assert found.all() == ["street_c"]
