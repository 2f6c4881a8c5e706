"""Races for work: places, calendars, offers, who may come, and names that only one may have."""

from tests.banks import day, do, local
from tests.scenes import a_published_order, a_recipient, a_volunteer, an_elder_with_time, the_tree
from tests.torture.claims import Race, a_day, act, nine, rule
from tests.working import order_row
from timebank.services import attendances, members, offers, orders, visits


def _volunteers(bank, many):
    return [a_volunteer(bank, f"志愿者{number}") for number in range(many)]


@rule()
def places_of_a_project(bank, many):
    """A project has three places."""
    project = a_published_order(bank, start=f"{a_day()} 09:00", places=3, head_count=9, title="聊天会")

    def check(answers):
        assert sorted(answer["place"] for answer in answers) == [1, 2, 3]
        row = order_row(bank, project)
        assert (row.state, row.places_taken) == ("filled", 3)

    acts = [act(visits.accept, by=who, order_id=project, volunteer_id=who) for who in _volunteers(bank, many)]
    return Race(acts, 3, frozenset({"no_place"}), check)


@rule()
def one_volunteer_at_one_hour(bank, many):
    """A volunteer serves in one place at a time, though many want them there."""
    start, who = f"{a_day()} 09:00", a_volunteer(bank)
    projects = [a_published_order(bank, start=start, places=1, title="聊天会") for _ in range(many)]
    acts = [act(visits.accept, by=who, order_id=each, volunteer_id=who) for each in projects]
    return Race(acts, 1, frozenset({"overlap"}))


@rule()
def one_place_a_volunteer(bank, many):
    """Nobody takes two places of the same project."""
    project = a_published_order(bank, start=f"{a_day()} 09:00", places=3, title="聊天会")
    who = a_volunteer(bank)

    def check(_answers):
        assert order_row(bank, project).places_taken == 1

    acts = [act(visits.accept, by=who, order_id=project, volunteer_id=who)] * many
    return Race(acts, 1, frozenset({"already_taken"}), check)


@rule()
def people_who_may_come(bank, many):
    """A project is for three people."""
    project = a_published_order(bank, start=f"{a_day()} 09:00", places=2, head_count=3, title="聊天会")
    elders = [a_recipient(bank) for _ in range(many)]
    acts = [act(attendances.add, by=elder, order_id=project, recipient_id=elder) for elder in elders]
    return Race(acts, 3, frozenset({"too_many"}))


@rule()
def places_kept_by_offers(bank, many):
    """Two places are offered once, to two, however often somebody sends."""
    start = a_day()
    project = a_published_order(bank, start=f"{start} 09:00", places=2, title="聊天会")
    for who in _volunteers(bank, 3):
        free = {"free_from": nine(start), "free_until": local(f"{start} 10:00")}
        do(bank, offers.give_availability, by=who, member_id=who, organisation_id="yun", **free)

    def check(answers):
        assert len({who for answer in answers for who in answer["volunteer_ids"]}) == 2
        row = order_row(bank, project)
        assert (row.state, row.places_taken) == ("filled", 2)

    acts = [act(offers.send, order_id=project)] * many
    return Race(acts, 1, frozenset({"no_place"}), check)


@rule()
def one_reference_a_member(bank, many):
    """Of many who register under one reference one is registered."""
    the_tree(bank)
    known = {"reference": f"R-{a_day()}", "name": "李明", "born_on": day("1960-05-04"), "home_id": "east-1"}
    return Race([act(members.register, **known)] * many, 1, frozenset({"reference_taken"}))


@rule()
def one_review_of_an_order(bank, many):
    """An order is approved or rejected, and only once."""
    elder = an_elder_with_time(bank)
    asked = {"service": "chat", "organisation_id": "east-1", "planned_minutes": 60, "address": "幸福路1号"}
    placed = do(bank, orders.place, by=elder, recipient_id=elder, planned_start=nine(a_day()), **asked)
    order = placed["order_id"]
    both = (act(orders.approve, order_id=order), act(orders.reject, order_id=order, reason="不合规定"))
    return Race([both[number % 2] for number in range(many)], 1, frozenset({"wrong_state"}))
