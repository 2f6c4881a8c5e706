"""A connection lost in the middle of a commit: nobody knows what became of it; asking again tells, with one effect."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy.exc import DBAPIError

from tests.banks import a_bank
from tests.crash.cut_wire import Cut, Wire
from tests.scenes import a_volunteer, donate, pool, posted, with_credit
from timebank.web.trouble import AWAY, is_away

pytestmark = pytest.mark.only_on("postgres", reason="SQLite has no connection that could be lost")


@pytest.fixture
def wire(fresh_database_url):
    """A wire to the server of this session; its folder's name is short, as the address of a socket must be."""
    with TemporaryDirectory(prefix="wire-", dir="/tmp") as folder:
        wire = Wire(Path(folder), Path(fresh_database_url.partition("host=")[2]))
        wire.url = f"{fresh_database_url.partition('host=')[0]}host={folder}"
        yield wire
        wire.close()


@pytest.fixture
def bank(wire):
    with a_bank(wire.url) as bank:
        yield bank


@pytest.fixture
def saver(bank):
    member = a_volunteer(bank)
    with_credit(bank, member, 480)
    bank.engine.dispose()  # on a new connection nothing is prepared yet: the wire can read what is said
    return member


def test_a_commit_whose_answer_is_lost_is_answered_from_what_is_stored(bank, wire, saver):
    wire.cut = Cut.BEFORE_THE_ANSWER

    answer = donate(bank, saver, 60, operation="once")

    assert wire.cut is Cut.NOWHERE
    assert donate(bank, saver, 60, operation="once") == answer
    assert (posted(bank, saver), pool(bank)) == (420, 60)


@pytest.mark.parametrize("cut", [Cut.BEFORE_THE_ANSWER, Cut.BEFORE_THE_SERVER])
def test_after_a_lost_commit_the_same_operation_sent_again_takes_effect_once(bank, wire, saver, cut):
    wire.cut, wire.stays_down = cut, True

    with pytest.raises(DBAPIError) as lost:
        donate(bank, saver, 60, operation="once")
    wire.down = False
    answer = donate(bank, saver, 60, operation="once")

    assert is_away(lost.value)
    assert donate(bank, saver, 60, operation="once") == answer
    assert (posted(bank, saver), pool(bank)) == (420, 60)


def test_a_commit_that_never_reached_the_server_is_done_when_sent_again(bank, wire, saver):
    wire.cut = Cut.BEFORE_THE_SERVER

    with pytest.raises(DBAPIError):
        donate(bank, saver, 60, operation="once")

    assert (posted(bank, saver), pool(bank)) == (480, 0)
    donate(bank, saver, 60, operation="once")
    assert (posted(bank, saver), pool(bank)) == (420, 60)


def test_whoever_was_cut_off_is_not_told_that_nothing_was_done():
    assert "没有记账" not in AWAY.zh
    assert "nothing" not in AWAY.en
