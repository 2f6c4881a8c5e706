"""What was committed leaves at least once, with a stable id; what fails is tried again and stops nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.banks import YUNZHOU, a_bank, do, local, plugin
from tests.scenes import (
    STREET,
    a_published_order,
    a_visit_on_paper,
    a_volunteer,
    all_at_once,
    donate,
    settle,
    statements,
    with_credit,
    writing,
)
from tests.services.test_admission import edit_rules
from timebank.domain.refusal import Refused
from timebank.hooks import hookimpl
from timebank.services import offers
from timebank.services.delivery import ATTEMPTS, LEASE, MOST_JITTER, deliver
from timebank.storage import outbox_rows
from timebank.storage.envelope import outbox


class Listener:
    """A plugin that writes down what it hears, and fails on what it is told to fail on."""

    def __init__(self, *failing: str) -> None:
        self.heard: list = []
        self.failing = set(failing)

    @hookimpl
    def timebank_on_event(self, event):
        self.heard.append(event)
        if event.kind in self.failing:
            raise ConnectionError(f"the register does not answer about {event.kind}")

    def kinds(self):
        return [event.kind for event in self.heard]


class Hearing(list):
    """A list that does something whenever it is given an event."""

    def __init__(self, act) -> None:
        super().__init__()
        self.act = act

    def append(self, event) -> None:
        super().append(event)
        self.act(event)


class Mailbox:
    """A sender that keeps what it was given, or refuses it."""

    def __init__(self) -> None:
        self.sent: list = []
        self.broken = False

    def send(self, message) -> None:
        if self.broken:
            raise OSError(f"could not send: {message.words.zh}")
        self.sent.append(message)


@pytest.fixture
def listener():
    return Listener()


@pytest.fixture
def bank(fresh_database_url, clock, listener):
    with a_bank(fresh_database_url, plugins={YUNZHOU: listener}, clock=clock) as opened:
        yield opened


@pytest.fixture
def quiet(bank, listener):
    """The bank after everything so far was delivered, and a volunteer with credit."""
    volunteer = a_volunteer(bank)
    with_credit(bank, volunteer, 480)
    deliver(bank, YUNZHOU)
    listener.heard.clear()
    return volunteer


def rows(bank, **wanted):
    with bank.reading() as connection:
        found = connection.execute(select(outbox).order_by(outbox.c.created_at, outbox.c.id)).all()
    return [row for row in found if all(getattr(row, name) == value for name, value in wanted.items())]


# ---- events


def test_an_event_is_told_once_with_what_happened(bank, quiet, listener):
    answer = donate(bank, quiet, 60)

    assert deliver(bank, YUNZHOU) == {"sent": 1, "put_off": 0, "dead": 0}
    assert deliver(bank, YUNZHOU) == {"sent": 0, "put_off": 0, "dead": 0}

    (event,) = listener.heard
    assert event.kind == "donation.posted"
    assert (event.body["transfer_id"], event.body["minutes"]) == (answer["transfer_id"], 60)
    assert event.at == bank.clock()
    assert [row.id for row in rows(bank, kind="donation.posted", state="sent")] == [event.id]


def test_a_settlement_tells_its_figures(bank, quiet, listener):
    visit = a_visit_on_paper(bank, quiet, 60, on="2026-03-03")
    answer = settle(bank, visit)
    deliver(bank, YUNZHOU)

    (event,) = listener.heard
    assert event.kind == "visit.settled"
    assert event.body["visit_id"] == visit
    assert event.body["credited"] == answer["credited"]
    assert event.body["recognised_minutes"] == 60


def test_a_command_that_is_rolled_back_leaves_no_event(bank, quiet, listener):
    with pytest.raises(Refused):
        donate(bank, quiet, 481)

    def told_and_lost(desk):
        with desk.writing() as write:
            write.tell("nothing.happened")
            write.answer()
            raise RuntimeError("lost")

    with pytest.raises(RuntimeError, match="lost"):
        do(bank, told_and_lost)

    assert deliver(bank, YUNZHOU)["sent"] == 0
    assert listener.heard == []


def test_a_command_sent_again_tells_nothing_again(bank, quiet, listener):
    for _ in range(3):
        donate(bank, quiet, 60, operation="one")
    deliver(bank, YUNZHOU)

    assert listener.kinds() == ["donation.posted"]


def test_one_failing_event_stops_no_other(bank, quiet, listener):
    listener.failing = {"donation.posted"}
    for number in range(3):
        donate(bank, quiet, 60)
        settle(bank, a_visit_on_paper(bank, quiet, 60, on=f"2026-03-0{3 + number}"))

    assert deliver(bank, YUNZHOU) == {"sent": 3, "put_off": 3, "dead": 0}
    assert listener.kinds() == ["donation.posted", "visit.settled"] * 3


def test_what_failed_is_told_again_later_under_the_same_id(bank, quiet, listener, clock):
    listener.failing = {"donation.posted"}
    donate(bank, quiet, 60)
    assert deliver(bank, YUNZHOU)["put_off"] == 1

    assert deliver(bank, YUNZHOU) == {"sent": 0, "put_off": 0, "dead": 0}
    clock.forward(seconds=9)
    assert deliver(bank, YUNZHOU)["put_off"] == 0
    listener.failing = set()
    clock.forward(seconds=3.5)
    assert deliver(bank, YUNZHOU)["sent"] == 1

    assert len({event.id for event in listener.heard}) == 1
    assert len(listener.heard) == 2


def test_the_waits_grow_to_an_hour_and_then_it_is_given_up(bank, quiet, listener, clock):
    listener.failing = {"donation.posted"}
    donate(bank, quiet, 60)
    waits = []
    for _ in range(ATTEMPTS):
        outcome = deliver(bank, YUNZHOU)
        (row,) = rows(bank, kind="donation.posted")
        waits.append((row.due_at - clock.now).total_seconds())
        clock.now = row.due_at

    assert outcome == {"sent": 0, "put_off": 0, "dead": 1}
    least = [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 0]
    assert all(low <= wait <= low * (1 + MOST_JITTER) for low, wait in zip(least, waits, strict=True)), waits
    assert row.state == "dead"
    assert row.attempts == ATTEMPTS
    assert "the register does not answer" in row.last_error
    clock.forward(days=30)
    assert deliver(bank, YUNZHOU) == {"sent": 0, "put_off": 0, "dead": 0}


def test_what_failed_together_does_not_come_back_all_at_once(bank, quiet, listener):
    listener.failing = {"donation.posted"}
    for number in range(10):
        donate(bank, quiet, 1 + number)
    deliver(bank, YUNZHOU)

    assert len({row.due_at for row in rows(bank, state="waiting")}) == 10


def test_a_plugin_that_leaves_does_not_take_the_worker_with_it(fresh_database_url, clock):
    def leave(event):
        raise SystemExit(event.kind)

    leaving = plugin(timebank_on_event=hookimpl(leave))
    with a_bank(fresh_database_url, plugins={YUNZHOU: leaving}, clock=clock) as bank:
        member = a_volunteer(bank)

        outcome = deliver(bank, YUNZHOU)

    assert outcome["put_off"] > 0
    assert member


def test_a_worker_that_dies_leaves_its_events_to_the_next_after_a_while(bank, quiet, listener, clock):
    donate(bank, quiet, 60)
    with writing(bank) as connection:  # a worker takes the event, and is never heard of again
        now = bank.clock()
        assert len(outbox_rows.claim(connection, YUNZHOU, now, now + LEASE, 100)) == 1

    assert deliver(bank, YUNZHOU)["sent"] == 0
    clock.forward(seconds=LEASE.total_seconds())
    assert deliver(bank, YUNZHOU)["sent"] == 1
    assert listener.kinds() == ["donation.posted"]


def test_two_workers_at_once_tell_every_event_once(bank, quiet, listener):
    for number in range(10):
        donate(bank, quiet, 1 + number)

    outcomes = all_at_once(*[lambda: deliver(bank, YUNZHOU, many=3)] * 2)

    assert sum(outcome["sent"] for outcome in outcomes) == 10, outcomes
    assert len(listener.heard) == len({event.id for event in listener.heard}) == 10


def test_a_worker_slower_than_its_lease_leaves_the_rest_of_its_batch_to_others(bank, quiet, listener, clock):
    for number in range(5):
        donate(bank, quiet, 1 + number)

    def slow(_event):
        if len(listener.heard) == 1:
            clock.forward(seconds=LEASE.total_seconds())
            assert deliver(bank, YUNZHOU)["sent"] == 5  # the slow one's too: nobody can know that it lives

    listener.heard = Hearing(slow)
    deliver(bank, YUNZHOU)

    heard = [event.id for event in listener.heard]
    assert len(heard) == 6
    assert heard[0] == heard[1]
    assert len(set(heard)) == 5


def test_a_late_failure_does_not_undo_what_another_worker_sent(bank, quiet, listener, clock):
    donate(bank, quiet, 60)

    def slow(_event):
        listener.heard = []
        clock.forward(seconds=LEASE.total_seconds())
        assert deliver(bank, YUNZHOU)["sent"] == 1
        raise ConnectionError("too late")

    listener.heard = Hearing(slow)
    outcome = deliver(bank, YUNZHOU)

    assert outcome == {"sent": 0, "put_off": 0, "dead": 0}
    (row,) = rows(bank, kind="donation.posted")
    assert (row.state, row.last_error) == ("sent", None)


def test_an_event_that_ends_its_worker_every_time_is_given_up_and_costs_others_no_attempt(
    bank, quiet, listener, clock
):
    donate(bank, quiet, 60)
    donate(bank, quiet, 61)

    def fatal(event):
        if event.body["minutes"] == 60:
            raise KeyboardInterrupt  # nothing the bank could catch: the worker is gone

    listener.heard = Hearing(fatal)
    for _ in range(ATTEMPTS):
        with pytest.raises(KeyboardInterrupt):
            deliver(bank, YUNZHOU)
        clock.forward(seconds=LEASE.total_seconds())

    assert deliver(bank, YUNZHOU) == {"sent": 1, "put_off": 0, "dead": 1}
    (dead,), (sent,) = rows(bank, state="dead"), rows(bank, kind="donation.posted", state="sent")
    assert (dead.attempts, sent.attempts) == (ATTEMPTS, 1)
    assert "中途结束" in dead.last_error


def test_events_of_a_city_that_nobody_hears_are_done_with_at_once(fresh_database_url, clock):
    with a_bank(fresh_database_url, clock=clock) as bank:
        member = a_volunteer(bank)
        with_credit(bank, member, 480 * 5)

        with statements(bank) as sent:
            outcome = deliver(bank, YUNZHOU)

    assert outcome["sent"] > 5
    assert len(sent) <= 4, "\n".join(sent)


# ---- messages


@pytest.fixture
def mailbox():
    return Mailbox()


@pytest.fixture
def offering(bank, quiet, mailbox):
    """A bank that can send messages, where one volunteer has just been offered a place."""
    return offered(replace(bank, senders={"sms": mailbox}), quiet)


def offered(opened, quiet):
    """Offer a volunteer who waits for one a place, in a bank whose other events are delivered."""
    free = {"free_from": local("2026-03-03 08:00"), "free_until": local("2026-03-03 20:00")}
    do(opened, offers.give_availability, by=quiet, member_id=quiet, organisation_id=STREET, **free)
    order_id = a_published_order(opened, start="2026-03-03 14:00", minutes=90)
    deliver(opened, YUNZHOU)
    do(opened, offers.send, order_id=order_id)
    return opened


@pytest.mark.parametrize(("written", "channel"), [("app", "app"), ("phone", "phone"), (None, "sms")])
def test_a_message_goes_through_the_sender_that_the_rules_name(
    fresh_database_url, clock, tmp_path, written, channel
):
    edit_rules(tmp_path, (", message: sms", f", message: {written}" if written else ""))
    boxes = {name: Mailbox() for name in ("sms", "app", "phone")}
    with a_bank(fresh_database_url, config_folder=tmp_path, clock=clock) as bank:
        opened = replace(bank, senders=boxes)
        deliver(offered(opened, a_volunteer(opened)), YUNZHOU)

    assert [name for name, box in boxes.items() if box.sent] == [channel]
    assert boxes[channel].sent[0].channel == channel


def the_token(bank):
    (row,) = rows(bank, kind="message.offer")
    return row.body["token"]


def test_a_message_says_what_where_and_when_and_carries_the_token(offering, mailbox, quiet):
    token = the_token(offering)

    deliver(offering, YUNZHOU)

    (message,) = mailbox.sent
    assert (message.member_id, message.phone, message.template) == (quiet, "13800000000", "offer")
    assert message.delivery_id == rows(offering, kind="message.offer")[0].id
    for words in ("【云州时光】", "陪伴聊天", "03月03日 14:00", "90 分钟", "幸福路1号", token):
        assert words in message.words.zh
    assert token in message.words.en


def test_the_token_is_forgotten_once_its_message_was_delivered(offering, mailbox):
    token = the_token(offering)
    deliver(offering, YUNZHOU)

    (row,) = rows(offering, kind="message.offer")
    assert (row.state, row.body) == ("sent", {})
    assert do(offering, offers.accept, by="job:sms", token=token)["visit_id"]
    for table_row in rows(offering):
        assert token not in str(table_row)


def test_a_message_that_could_not_be_sent_keeps_its_token_and_goes_out_later(offering, mailbox, clock):
    token, mailbox.broken = the_token(offering), True
    assert deliver(offering, YUNZHOU)["put_off"] == 1
    (row,) = rows(offering, kind="message.offer")
    assert row.body["token"] == token
    assert row.last_error == "OSError"  # the sender's complaint quoted the message

    mailbox.broken = False
    clock.forward(seconds=12.5)
    deliver(offering, YUNZHOU)

    assert [message.delivery_id for message in mailbox.sent] == [row.id]


def test_a_message_that_is_given_up_forgets_its_token(offering, mailbox, clock):
    mailbox.broken = True
    for _ in range(ATTEMPTS):
        deliver(offering, YUNZHOU)
        (row,) = rows(offering, kind="message.offer")
        clock.now = max(row.due_at, clock.now + timedelta(seconds=1))

    assert (row.state, row.body) == ("dead", {})


def test_a_bank_without_a_sender_says_what_to_set(offering):
    without = replace(offering, senders={})

    deliver(without, YUNZHOU)

    (row,) = rows(offering, kind="message.offer")
    assert row.state == "waiting"
    assert "没有配置" in row.last_error
    assert "senders.sms" in row.last_error
