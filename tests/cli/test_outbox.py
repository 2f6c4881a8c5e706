"""The outbox by command: listed without what it says, retried, delivered; in both languages and for programs."""

import pytest
from sqlalchemy import update

from tests.banks import YUNZHOU, a_bank, do, local
from tests.scenes import STREET, a_published_order, a_volunteer
from timebank.services import offers
from timebank.storage.engine import WRITES
from timebank.storage.envelope import outbox


@pytest.fixture
def offered(house):
    """A volunteer was offered a place: events wait, and one message with a token."""
    with a_bank(house.url) as bank:
        volunteer = a_volunteer(bank)
        free = {"free_from": local("2026-03-03 08:00"), "free_until": local("2026-03-03 20:00")}
        do(bank, offers.give_availability, by=volunteer, member_id=volunteer, organisation_id=STREET, **free)
        do(bank, offers.send, order_id=a_published_order(bank, start="2026-03-03 14:00", minutes=90))
        yield bank


@pytest.fixture
def dead(offered):
    """All of it was given up."""
    with offered.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        given_up = {"state": "dead", "attempts": 12, "last_error": "PluginFailed: 云州 closed"}
        connection.execute(update(outbox).where(outbox.c.city == YUNZHOU).values(**given_up))
    return offered


def token(bank):
    with bank.reading() as connection:
        row = connection.execute(outbox.select().where(outbox.c.kind == "message.offer")).one()
    return row.body["token"]


def test_the_list_shows_what_was_given_up_and_never_what_it_says(house, dead):
    said, english = (
        house.call("outbox", "list", YUNZHOU),
        house.call("outbox", "list", YUNZHOU, language="en"),
    )
    given = house.call("outbox", "list", YUNZHOU, "--json")

    assert (said.code, english.code, given.code) == (0, 0, 0)
    assert "试过 12 次" in said.out
    assert "tried 12 times" in english.out
    assert {one["kind"] for one in given.json["deliveries"]} >= {"message.offer", "order.published"}
    assert "PluginFailed: 云州 closed" in said.out
    assert set(given.json["deliveries"][0]) == {
        "id",
        "kind",
        "state",
        "attempts",
        "created_at",
        "due_at",
        "error",
    }
    for text in (said.all, english.all, given.all):
        assert token(dead) not in text
        assert "13800000000" not in text


def test_a_list_that_does_not_fit_tells_where_the_next_page_begins(house, dead):
    first = house.call("outbox", "list", YUNZHOU, "--limit", "2", "--json").json
    assert f"--after {first['more']}" in house.call("outbox", "list", YUNZHOU, "--limit", "2").all

    then = house.call("outbox", "list", YUNZHOU, "--limit", "500", "--after", first["more"], "--json").json

    assert len(first["deliveries"]) == 2
    assert then["more"] is None
    assert not {one["id"] for one in first["deliveries"]} & {one["id"] for one in then["deliveries"]}


def test_an_empty_list_says_so(house, offered):
    assert "没有。" in house.call("outbox", "list", YUNZHOU).out
    assert house.call("outbox", "list", YUNZHOU, "--json").json == {"deliveries": [], "more": None}


def test_dead_letters_are_retried_by_command_and_then_delivered(house, dead):
    found = house.call("outbox", "list", YUNZHOU, "--json").json["deliveries"]
    events = [one["id"] for one in found if one["kind"] != "message.offer"]

    assert house.call("outbox", "retry", YUNZHOU, events[0], "--json").json == {"retried": 1}
    assert f"{len(events) - 1} 条投递将再次送出" in house.call("outbox", "retry", YUNZHOU, "--all").out
    delivered = house.call("outbox", "deliver", YUNZHOU, "--json").json[YUNZHOU]

    assert delivered == {"sent": len(events), "put_off": 0, "dead": 0}
    assert "放弃 0 条" in house.call("outbox", "deliver").out
    assert "0 given up" in house.call("outbox", "deliver", language="en").out


def test_a_message_that_lost_its_token_is_not_retried(house, dead):
    found = house.call("outbox", "list", YUNZHOU, "--json").json["deliveries"]
    (message,) = [one["id"] for one in found if one["kind"] == "message.offer"]

    said = house.call("outbox", "retry", YUNZHOU, message)

    assert said.code == 1
    assert "请重新派单" in said.err


@pytest.mark.parametrize("how", [(), ("--all", "0193")])
def test_retrying_wants_ids_or_all_of_them(house, offered, how):
    said = house.call("outbox", "retry", YUNZHOU, *how, language="en")

    assert said.code == 1
    assert "Name the ids, or write --all alone." in said.err


def test_a_delivery_that_does_not_exist_is_a_sentence(house, offered):
    said = house.call("outbox", "retry", YUNZHOU, "0193")

    assert said.code == 1
    assert "没有" in said.err
    assert "0193" in said.err
