"""What was given up is listed without what it says, and goes out again by command under the id it had."""

from datetime import timedelta

import pytest

from tests.banks import YUNZHOU, a_bank, plugin
from tests.scenes import a_volunteer, donate, with_credit, writing
from timebank.domain.identity import new_id
from timebank.domain.refusal import BadInput, Conflict, NotFound
from timebank.hooks import hookimpl
from timebank.services.dead_letters import deliveries, retry, retry_all
from timebank.services.delivery import ATTEMPTS, deliver
from timebank.storage import bulk_rows, outbox_rows
from timebank.storage.envelope import outbox


class Receiver:
    """Takes events, or says that it is closed."""

    def __init__(self):
        self.closed, self.heard = False, []

    def take(self, event):
        if self.closed:
            raise ConnectionError("closed until Monday")
        self.heard.append(event.id)


@pytest.fixture
def receiver():
    return Receiver()


@pytest.fixture
def bank(fresh_database_url, clock, receiver):
    hear = plugin(timebank_on_event=hookimpl(lambda event: receiver.take(event)))  # noqa: PLW0108 - a hook is a function
    with a_bank(fresh_database_url, plugins={YUNZHOU: hear}, clock=clock) as opened:
        yield opened


@pytest.fixture
def given_up(bank, receiver, clock):
    """Three events that were tried for a day in vain."""
    giver = a_volunteer(bank)
    with_credit(bank, giver, 480)
    deliver(bank, YUNZHOU)
    receiver.heard.clear()
    receiver.closed = True
    for number in range(3):
        donate(bank, giver, 60 + number)
    for _ in range(ATTEMPTS):
        deliver(bank, YUNZHOU)
        clock.forward(hours=2)
    receiver.closed = False
    return [one.id for one in deliveries(bank, YUNZHOU).deliveries]


def test_what_was_given_up_is_listed_with_what_stopped_it(bank, given_up):
    found = deliveries(bank, YUNZHOU)

    assert (len(found.deliveries), found.more) == (3, None)
    for one in found.deliveries:
        assert (one.kind, one.state, one.attempts) == ("donation.posted", "dead", ATTEMPTS)
        assert "closed until Monday" in one.error


def test_a_long_list_comes_in_pages_that_miss_nothing(bank, given_up):
    pages, after = [], None
    for _ in range(2):
        page = deliveries(bank, YUNZHOU, after=after, many=2)
        pages.append([one.id for one in page.deliveries])
        after = page.more

    assert pages == [given_up[:2], given_up[2:]]
    assert after is None


def test_a_retried_delivery_goes_out_under_the_id_it_had(bank, given_up, receiver):
    assert retry(bank, YUNZHOU, given_up[:1]) == 1

    assert deliver(bank, YUNZHOU) == {"sent": 1, "put_off": 0, "dead": 0}
    assert receiver.heard == given_up[:1]
    assert [one.id for one in deliveries(bank, YUNZHOU).deliveries] == given_up[1:]


def test_all_may_be_retried_at_once(bank, given_up, receiver):
    assert retry_all(bank, YUNZHOU) == 3

    assert deliver(bank, YUNZHOU)["sent"] == 3
    assert sorted(receiver.heard) == given_up
    assert retry_all(bank, YUNZHOU) == 0


def test_a_retried_delivery_has_all_its_attempts_before_it(bank, given_up, receiver, clock):
    receiver.closed = True
    retry(bank, YUNZHOU, given_up[:1])

    assert deliver(bank, YUNZHOU) == {"sent": 0, "put_off": 1, "dead": 0}
    (waiting,) = deliveries(bank, YUNZHOU, "waiting").deliveries
    assert waiting.attempts == 1
    assert waiting.due_at < clock.now + timedelta(seconds=20)


def test_of_deliveries_named_together_all_are_retried_or_none(bank, given_up):
    with pytest.raises(NotFound, match="投递"):
        retry(bank, YUNZHOU, [given_up[0], new_id()])
    with pytest.raises(NotFound):
        retry(bank, YUNZHOU, [given_up[0], "none"])

    assert len(deliveries(bank, YUNZHOU).deliveries) == 3


def test_what_was_sent_is_not_sent_again_by_command(bank, given_up):
    retry(bank, YUNZHOU, given_up[:1])
    deliver(bank, YUNZHOU)

    with pytest.raises(Conflict, match="没有被放弃（状态 sent）"):
        retry(bank, YUNZHOU, given_up[:1])


def test_a_message_that_was_given_up_is_not_sent_without_its_token(bank, given_up):
    message = new_id()
    with writing(bank) as connection:
        told = outbox_rows.rows(YUNZHOU, bank.clock(), [(message, "message.offer", {"token": "door"})])
        bulk_rows.add(connection, outbox, told)
        lease = bank.clock()
        outbox_rows.put_back(connection, YUNZHOU, message, lease, outbox_rows.DEAD, lease, "OSError")
        outbox_rows.forget_body(connection, YUNZHOU, message)

    with pytest.raises(Conflict, match="请重新派单") as refused:
        retry(bank, YUNZHOU, [message])
    assert refused.value.code == "token_forgotten"
    assert retry_all(bank, YUNZHOU) == 3
    assert [one.id for one in deliveries(bank, YUNZHOU).deliveries] == [message]


def test_a_state_or_an_id_that_does_not_exist_is_a_sentence(bank):
    with pytest.raises(BadInput, match="没有“lost”这种状态"):
        deliveries(bank, YUNZHOU, "lost")
    with pytest.raises(BadInput, match="不是投递的编号"):
        deliveries(bank, YUNZHOU, after="three")
