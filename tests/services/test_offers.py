"""“我要接单”: who is free is offered a place, answers by a single-use token, and gives way to the next."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.banks import YUNZHOU, a_bank, do, local, plugin
from tests.working import (
    ABOVE,
    CLOCK,
    START,
    STREET,
    a_project,
    a_volunteer,
    an_elder_with,
    available,
    bodies,
    city_folder,
    events,
    hold_states,
    order_row,
    place,
    published,
    take,
    visit_row,
    volunteers,
)
from tests.yunzhou import a_member, settle_tree
from timebank.domain.offer import Score
from timebank.domain.order import OrderAction
from timebank.domain.refusal import BadInput, NotFound, Refusal, Refused
from timebank.domain.words import Words
from timebank.hooks import hookimpl
from timebank.services import offers, orders, visits
from timebank.services.offer_answers import digest_of
from timebank.storage import offer_rows
from timebank.storage.work import offers as offers_table


@pytest.fixture
def bank(in_its_tree):
    return in_its_tree


@pytest.fixture
def elder(bank):
    return an_elder_with(bank, granted=120)


@pytest.fixture
def order(bank, elder):
    return published(bank, elder)


@pytest.fixture
def other_rules(fresh_database_url, clock, tmp_path):
    """Open the bank with changed words in its rule file."""
    opened = []

    def open_with(*edits, **more):
        manager = a_bank(fresh_database_url, config_folder=city_folder(tmp_path, *edits), clock=clock, **more)
        opened.append(manager)
        bank = manager.__enter__()
        settle_tree(bank)
        return bank

    yield open_with
    for manager in opened:
        manager.__exit__(None, None, None)


def refused(code, action, *given, **more):
    """Carry out what must be refused and return the sentence."""
    with pytest.raises(Refused) as said:
        action(*given, **more)
    assert said.value.code == code, said.value.words.zh
    assert said.value.words.en
    return said.value


def free(bank, volunteer, organisation="east", **over):
    """Let a volunteer say to be free on the morning of the third of March."""
    asked = {"free_from": local("2026-03-03 08:00"), "free_until": local("2026-03-03 12:00")} | over
    who = asked.pop("who", {"by": volunteer})
    given = {"member_id": volunteer, "organisation_id": organisation, **asked}
    return do(bank, offers.give_availability, **who, **given)["availability_id"]


def send(bank, order, **who):
    return do(bank, offers.send, **(who or STREET), order_id=order)["volunteer_ids"]


def token_of(bank, volunteer):
    """Return the token in the last message to a volunteer."""
    return [body["token"] for body in bodies(bank, "message.offer") if body["volunteer_id"] == volunteer][-1]


def accept(bank, volunteer, **more):
    return do(bank, offers.accept, by=volunteer, token=token_of(bank, volunteer), **more)


def decline(bank, volunteer):
    return do(bank, offers.decline, by=volunteer, token=token_of(bank, volunteer))


def asked(bank):
    return [body["volunteer_id"] for body in bodies(bank, "message.offer")]


def states(bank, order):
    with bank.reading() as connection:
        rows = offer_rows.of_order(connection, YUNZHOU, order)
    return {row.volunteer_id: row.state for row in rows}


# --- availability


def test_only_an_admitted_volunteer_says_to_be_free(bank):
    refused("not_admitted", free, bank, a_member(bank))


def test_nobody_says_so_for_another(bank):
    refused("not_staff", free, bank, a_volunteer(bank), who={"by": a_volunteer(bank)})


def test_staff_write_down_who_called_to_say_so(bank):
    free(bank, a_volunteer(bank), who=STREET)


def test_an_unknown_service_or_place_is_said(bank):
    volunteer = a_volunteer(bank)

    said = refused("unknown_service", free, bank, volunteer, services=["chatt"])
    assert "您是不是要“chat" in said.words.zh
    with pytest.raises(NotFound):
        free(bank, volunteer, "nowhere")


@pytest.mark.parametrize(
    ("free_from", "free_until"),
    [("2026-03-03 12:00", "2026-03-03 08:00"), ("2026-03-01 08:00", "2026-03-02 08:59")],
)
def test_a_time_that_ends_before_it_begins_or_has_passed_is_refused(bank, free_from, free_until):
    with pytest.raises(BadInput):
        free(bank, a_volunteer(bank), free_from=local(free_from), free_until=local(free_until))


def test_who_takes_an_availability_back_is_not_asked(bank, order):
    volunteer = a_volunteer(bank)
    availability = free(bank, volunteer)

    do(bank, offers.withdraw_availability, by=volunteer, availability_id=availability)

    refused("withdrawn", do, bank, offers.withdraw_availability, by=volunteer, availability_id=availability)
    refused("nobody_available", send, bank, order)


# --- who is asked


def test_who_is_free_is_offered_a_place_and_gets_a_message(bank, order):
    volunteer = a_volunteer(bank)
    free(bank, volunteer)

    assert send(bank, order) == [volunteer]

    (body,) = bodies(bank, "message.offer")
    assert (body["order_id"], body["volunteer_id"], body["template"]) == (order, volunteer, "offer")
    assert body["expires_at"] == local("2026-03-03 09:00").isoformat()
    assert order_row(bank, order).places_taken == 1


def test_only_the_digest_of_a_token_is_kept(bank, order):
    volunteer = a_volunteer(bank)
    free(bank, volunteer)
    send(bank, order)

    with bank.reading() as connection:
        kept = connection.execute(select(offers_table)).one()
    token = token_of(bank, volunteer)
    assert len(token) >= 43
    assert token not in str(kept)
    assert kept.token_digest == digest_of(token)


@pytest.mark.parametrize(
    "unsuited",
    [
        {"organisation": "west"},
        {"organisation": "east-2"},
        {"services": ["law"]},
        {"free_from": local("2026-03-03 09:01")},
        {"free_until": local("2026-03-03 09:59")},
    ],
)
def test_who_is_free_elsewhere_or_at_another_time_or_for_something_else_is_not_asked(bank, order, unsuited):
    free(bank, a_volunteer(bank), **unsuited)

    refused("nobody_available", send, bank, order)


def test_who_is_free_in_the_whole_city_for_just_that_hour_and_service_is_asked(bank, order):
    exact = {"free_from": local("2026-03-03 09:00"), "free_until": local("2026-03-03 10:00")}
    volunteer = a_volunteer(bank, home="west-1")
    free(bank, volunteer, "yz", services=["chat"], **exact)

    assert send(bank, order) == [volunteer]


def test_who_is_not_qualified_is_not_asked(bank, elder):
    free(bank, a_volunteer(bank))

    refused("nobody_available", send, bank, published(bank, elder, service="law"))


def test_who_serves_elsewhere_at_that_hour_is_not_asked(bank, order):
    volunteer = a_volunteer(bank)
    free(bank, volunteer)
    take(bank, a_project(bank, planned_start="2026-03-03 09:30"), volunteer)

    refused("nobody_available", send, bank, order)


def test_who_was_there_first_is_asked_first(bank, order, clock):
    first, second = volunteers(bank, 2)
    for volunteer in (second, first):
        free(bank, volunteer)
        clock.forward(minutes=1)

    assert send(bank, order) == [second]


def test_the_city_ranks_by_what_it_knows_of_each(other_rules):
    seen = {}

    @hookimpl
    def timebank_rank_volunteers(order, candidates, rules):
        seen.update({one.volunteer_id: one.distance for one in candidates})
        return tuple(Score(one.volunteer_id, (("near", -one.distance),)) for one in candidates)

    bank = other_rules(plugins={"yunzhou": plugin(timebank_rank_volunteers=timebank_rank_volunteers)})
    homes = {home: a_volunteer(bank, home=home) for home in ("west-1", "east-2", "east-1")}
    for volunteer in homes.values():
        free(bank, volunteer, "yz")

    order = published(bank, an_elder_with(bank, granted=60))

    assert send(bank, order) == [homes["east-1"]]
    assert {home: seen[volunteer] for home, volunteer in homes.items()} == {
        "west-1": 4,
        "east-2": 2,
        "east-1": 0,
    }


def test_whom_a_plugin_refuses_is_passed_over(other_rules):
    @hookimpl
    def timebank_check_order(case, action, rules):
        refusing = action is OrderAction.ACCEPT and case.volunteer.name == "不合适"
        return [Refusal("unfit", Words("不合适", "Unfit"))] if refusing else []

    bank = other_rules(plugins={"yunzhou": plugin(timebank_check_order=timebank_check_order)})
    unfit, fit = a_volunteer(bank, "不合适"), a_volunteer(bank, "合适")
    for volunteer in (unfit, fit):
        free(bank, volunteer)

    assert send(bank, published(bank, an_elder_with(bank, granted=60))) == [fit]


def test_as_many_are_asked_as_places_are_free(bank):
    project, people = a_project(bank, places=3), volunteers(bank, 4)
    take(bank, project, people[0])
    for volunteer in people[1:]:
        free(bank, volunteer)

    assert len(send(bank, project)) == 2
    assert order_row(bank, project).state == "filled"
    refused("no_place", send, bank, project)


def test_a_place_kept_by_an_offer_is_not_free_for_others(bank, order):
    free(bank, a_volunteer(bank))
    send(bank, order)

    said = refused("no_place", take, bank, order, a_volunteer(bank))

    assert "1 个为派单保留" in said.words.zh


def test_nobody_is_asked_where_the_file_does_not_offer(other_rules):
    bank = other_rules(("modes: [pick, offer, directed]", "modes: [pick]"))
    order = published(bank, an_elder_with(bank, granted=60))
    free(bank, a_volunteer(bank))

    refused("wrong_mode", send, bank, order)


def test_offers_are_sent_by_who_may_order_or_publish_there(bank, order):
    free(bank, a_volunteer(bank))

    refused("no_power", send, bank, order, **ABOVE)
    refused("outside_area", send, bank, order, by="li", at="west-1")


def test_an_order_that_is_not_published_is_not_offered(bank, elder):
    free(bank, a_volunteer(bank))

    refused("not_open", send, bank, place(bank, elder))


# --- answering


@pytest.fixture
def offered(bank, order):
    volunteer = a_volunteer(bank)
    free(bank, volunteer)
    send(bank, order)
    return volunteer


def test_who_accepts_has_the_place_that_was_kept(bank, order, offered):
    answer = accept(bank, offered)

    row = visit_row(bank, answer["visit_id"])
    assert (row.volunteer_id, row.place, row.decision["facts"]["mode"]) == (offered, 1, "offer")
    assert states(bank, order) == {offered: "accepted"}
    assert (order_row(bank, order).state, order_row(bank, order).places_taken) == ("filled", 1)


def test_the_same_operation_gives_the_same_answer_again(bank, offered):
    first = accept(bank, offered, operation="op-7")

    assert accept(bank, offered, operation="op-7") == first


def test_a_token_is_used_once(bank, offered):
    accept(bank, offered)

    said = refused("wrong_state", accept, bank, offered)

    assert "已接受" in said.words.zh
    refused("wrong_state", decline, bank, offered)


def test_an_unknown_token_is_said(bank, offered):
    said = refused("unknown_token", do, bank, offers.accept, by=offered, token="nonsense")

    assert "请核对短信里的口令" in said.words.zh


def test_a_token_that_is_too_late_is_said_with_its_deadline(bank, offered, clock):
    clock.set("2026-03-03 09:00")

    said = refused("expired", accept, bank, offered)

    assert "2026-03-03 09:00" in said.words.zh


def test_a_withdrawn_offer_is_said(bank, order, elder, offered):
    do(bank, orders.cancel, by=elder, order_id=order, reason="")

    said = refused("wrong_state", accept, bank, offered)

    assert "已撤回" in said.words.zh
    assert states(bank, order) == {offered: "withdrawn"}


def test_who_was_asked_and_picks_the_order_uses_the_place_kept(bank, order, offered):
    visit = take(bank, order, offered)

    assert visit_row(bank, visit).place == 1
    assert states(bank, order) == {offered: "accepted"}
    assert order_row(bank, order).places_taken == 1


def test_who_may_no_longer_serve_does_not_get_the_place(bank, order, offered, elder):
    take(bank, a_project(bank, planned_start="2026-03-03 09:30"), offered)

    refused("overlap", accept, bank, offered)


def test_the_next_is_asked_when_somebody_declines(bank, order, clock):
    first, second = volunteers(bank, 2)
    for volunteer in (first, second):
        free(bank, volunteer)
        clock.forward(minutes=1)
    send(bank, order)

    decline(bank, first)

    assert asked(bank) == [first, second]
    assert states(bank, order) == {first: "declined", second: "sent"}
    assert order_row(bank, order).places_taken == 1


def test_where_nobody_else_is_free_the_place_is_open_again(bank, order, offered):
    decline(bank, offered)

    row = order_row(bank, order)
    assert (row.state, row.places_taken) == ("published", 0)
    take(bank, order, a_volunteer(bank))


def test_who_declined_may_still_pick_the_order(bank, order, offered):
    decline(bank, offered)

    take(bank, order, offered)


# --- lapsing


def test_an_offer_lapses_when_its_time_is_over_and_the_next_is_asked(bank, elder, clock):
    order = published(bank, elder, planned_start="2026-03-05 09:00")
    first, second = volunteers(bank, 2)
    for volunteer in (first, second):
        free(bank, volunteer, free_until=local("2026-03-06 09:00"))
        clock.forward(minutes=1)
    send(bank, order)
    clock.forward(hours=23, minutes=59)
    assert offers.lapse_due(bank, YUNZHOU) == 0
    clock.forward(minutes=1)

    assert offers.lapse_due(bank, YUNZHOU) == 1

    assert states(bank, order) == {first: "lapsed", second: "sent"}
    assert events(bank, "offer.") == ["offer.lapsed"]
    refused("wrong_state", accept, bank, first)
    accept(bank, second)


def test_who_becomes_free_later_is_asked_by_the_next_run(bank, elder, clock):
    order = published(bank, elder, planned_start="2026-03-05 09:00")
    late = local("2026-03-06 09:00")
    first, second = volunteers(bank, 2)
    free(bank, first, free_until=late)
    send(bank, order)
    decline(bank, first)
    offers.lapse_due(bank, YUNZHOU)
    free(bank, second, free_until=late)

    offers.lapse_due(bank, YUNZHOU)
    offers.lapse_due(bank, YUNZHOU)

    assert asked(bank) == [first, second]


def test_an_offer_still_open_at_the_start_lapses_and_so_does_its_order(bank, order, elder, offered, clock):
    clock.set(START)

    offers.lapse_due(bank, YUNZHOU)

    assert order_row(bank, order).state == "lapsed"
    assert hold_states(bank, order) == ["expired"]
    assert available(bank, elder, "granted") == 120


def test_nobody_lapses_an_offer_before_its_time(bank, offered):
    (offer_id,) = [body["offer_id"] for body in bodies(bank, "message.offer")]

    refused("too_early", do, bank, offers.lapse, **STREET, offer_id=offer_id)


def test_offers_still_waiting_are_withdrawn_when_service_begins(bank, clock):
    project, people = a_project(bank, places=2), volunteers(bank, 2)
    visit = take(bank, project, people[0])
    free(bank, people[1])
    send(bank, project)
    clock.set("2026-03-03 08:40")

    do(bank, visits.check_in, by=people[0], visit_id=visit, claims=CLOCK)

    assert states(bank, project) == {people[1]: "withdrawn"}
    row = order_row(bank, project)
    assert (row.state, row.places_taken) == ("in_service", 1)


def test_the_clock_of_an_offer_never_runs_beyond_the_planned_start(bank, elder, clock):
    volunteer, order = a_volunteer(bank), published(bank, elder)
    free(bank, volunteer)
    clock.set(START)
    clock.forward(hours=-1)
    send(bank, order)

    assert bodies(bank, "message.offer")[0]["expires_at"] == (clock.now + timedelta(hours=1)).isoformat()
