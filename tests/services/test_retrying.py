"""What collides is tried again so many times and no more, and nothing is done, told or sent twice for it."""

import threading
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select, update

from tests.banks import YUNZHOU, a_bank, do, plugin
from tests.scenes import (
    Paper,
    a_volunteer,
    all_at_once,
    donate,
    pool,
    posted,
    visits_on_paper,
    with_credit,
)
from tests.scenes import writing as writing_to
from timebank.domain.refusal import Conflict
from timebank.hooks import hookimpl
from timebank.services.delivery import deliver
from timebank.services.retrying import ATTEMPTS, FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, pause_seconds
from timebank.services.settlement import settle_due
from timebank.storage.envelope import commands, outbox
from timebank.storage.people import members

only_on_postgres = pytest.mark.only_on("postgres", reason="SQLite has one writer, so nothing collides")


@pytest.fixture
def heard():
    return []


@pytest.fixture
def bank(fresh_database_url, clock, heard):
    listening = plugin(timebank_on_event=hookimpl(lambda event: heard.append(event.id)))
    with a_bank(fresh_database_url, plugins={YUNZHOU: listening}, clock=clock) as opened:
        yield opened


@pytest.fixture
def serializable(bank):
    """The same bank, as a session that asks PostgreSQL for its strictest isolation."""
    return replace(bank, engine=bank.engine.execution_options(isolation_level="SERIALIZABLE"))


@contextmanager
def collisions(bank):
    """Collect the SQLSTATE of every failure the database reports meanwhile."""
    found: list[str] = []

    def note(context):
        found.append(getattr(context.original_exception, "sqlstate", None))

    event.listen(bank.engine, "handle_error", note)
    try:
        yield found
    finally:
        event.remove(bank.engine, "handle_error", note)


def told(bank, kind):
    with bank.reading() as connection:
        return list(connection.execute(select(outbox.c.id).where(outbox.c.kind == kind)).scalars())


def rename(connection, member_id, name):
    connection.execute(
        update(members).where(members.c.city == YUNZHOU, members.c.id == member_id).values(name=name)
    )


class TwoRenames:
    """A use case that renames two members in the order given, and meets its twin between the two at first."""

    def __init__(self):
        self.both_hold_one = threading.Barrier(2)
        self.attempts = []

    def __call__(self, desk, first, second):
        attempt = self.attempts.count(first) + 1
        self.attempts.append(first)
        with desk.writing() as write:
            rename(write.connection, first, first[-6:])
            if attempt == 1:
                self.both_hold_one.wait(timeout=30)
            rename(write.connection, second, second[-6:])
            write.tell("members.renamed", first=first)
            return write.answer(first=first)

    __name__ = "two_renames"


@only_on_postgres
def test_a_deadlock_is_tried_again_and_both_take_effect_once(bank, heard):
    people = [a_volunteer(bank, "张三"), a_volunteer(bank, "李四")]
    deliver(bank, YUNZHOU)
    heard.clear()
    renames = TwoRenames()

    with collisions(bank) as found:
        answers = all_at_once(
            partial(do, bank, renames, operation="there", first=people[0], second=people[1]),
            partial(do, bank, renames, operation="back", first=people[1], second=people[0]),
        )

    assert found == ["40P01"]
    assert [type(answer) for answer in answers] == [dict, dict], answers
    assert [answer["first"] for answer in answers] == people
    assert len(renames.attempts) == 3
    assert len(told(bank, "members.renamed")) == 2
    assert deliver(bank, YUNZHOU)["sent"] == len(set(heard)) == len(heard) == 2


@only_on_postgres
def test_gifts_that_cannot_be_serialised_take_effect_once_or_are_refused_whole(bank, serializable, heard):
    givers = [a_volunteer(bank, f"志愿者{number}") for number in range(6)]
    for giver in givers:
        with_credit(bank, giver, 60)
    deliver(bank, YUNZHOU)
    heard.clear()

    with collisions(serializable) as found:
        acts = [partial(donate, serializable, giver, 30, operation=f"once-{giver}") for giver in givers]
        answers = all_at_once(*acts)

    done = [answer for answer in answers if isinstance(answer, dict)]
    refused = [answer.code for answer in answers if isinstance(answer, Conflict)]
    assert "40001" in found, "nothing collided, so nothing was shown"
    assert len(found) <= ATTEMPTS * len(givers)
    assert done
    assert len(done) + refused.count("database_refused") == len(givers), answers
    assert pool(bank) == 30 * len(done)
    assert sum(60 - posted(bank, giver) for giver in givers) == 30 * len(done)
    assert len(told(bank, "donation.posted")) == len(done)
    assert deliver(bank, YUNZHOU)["sent"] == len(set(heard)) == len(heard) == len(done)


@only_on_postgres
def test_two_nights_that_cannot_be_serialised_settle_each_visit_once(bank, serializable, heard):
    volunteer = a_volunteer(bank)
    visits = visits_on_paper(bank, [Paper(volunteer, 60, f"2026-03-0{1 + day}") for day in range(5)])
    deliver(bank, YUNZHOU)
    heard.clear()

    nights = all_at_once(*[partial(settle_due, serializable, YUNZHOU)] * 2)

    assert sum(night.settled for night in nights) == len(visits), nights
    assert [night.kept for night in nights] == [[], []]
    assert posted(bank, volunteer) == 60 * len(visits)
    assert len(told(bank, "visit.settled")) == len(visits)
    assert deliver(bank, YUNZHOU)["sent"] == len(set(heard)) == len(heard) == len(visits)


@only_on_postgres
def test_what_always_collides_is_given_up_after_the_last_attempt_with_a_sentence(bank, serializable):
    member = a_volunteer(bank)
    attempts = []

    def always_in_the_way(desk):
        attempts.append(desk.now)
        with desk.writing() as write:
            write.connection.execute(select(members.c.name).where(members.c.city == YUNZHOU)).all()
            with writing_to(bank) as faster:
                rename(faster, member, f"第{len(attempts)}次")
            rename(write.connection, member, "never")
            write.tell("members.renamed")
            return write.answer()

    with collisions(serializable) as found, pytest.raises(Conflict, match="什么都没有写入") as refused:
        do(serializable, always_in_the_way, operation="late")

    assert (len(attempts), found) == (ATTEMPTS, ["40001"] * ATTEMPTS)
    assert refused.value.code == "database_refused"
    assert "Try again in a while" in refused.value.words.en
    assert told(bank, "members.renamed") == []
    with bank.reading() as connection:
        assert connection.execute(select(commands).where(commands.c.operation_id == "late")).all() == []


@given(st.integers(1, ATTEMPTS))
def test_the_pause_stays_under_a_bound_that_doubles(attempt):
    bound = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** (attempt - 1))

    assert 0 <= pause_seconds(attempt) <= bound


def test_two_who_collided_pause_differently():
    assert len({pause_seconds(ATTEMPTS) for _ in range(20)}) == 20
