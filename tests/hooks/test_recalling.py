"""A city is asked once for all visits that look the same to it, and never answered for."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.banks import FIXTURES, YUNZHOU, plugin
from tests.scenes import to_settle
from timebank.domain.account import AccountKind
from timebank.domain.settlement import Credit, Proposal
from timebank.hooks import hookimpl
from timebank.hooks.opening import open_city
from timebank.hooks.plain import timebank_credit_visit
from timebank.hooks.recalling import Recall

PATH = "credit.units.coin"


class Asking:
    """A visit that is asked about as `Recall` wants it."""

    def __init__(self, facts, day=None):
        self.facts, self.day = facts, day or facts.day
        self.charge_day = self.day

    def facts_named(self, names):
        return tuple(map(self.fact, names))

    def fact(self, name):
        known = {
            "rules.day": self.day,
            "charge_rules.day": self.day,
            "team": self.facts.visit.team_id is not None,
        }
        found = self.facts
        if name in known:
            return known[name]
        for step in name.split("."):
            found = getattr(found, step)
        return found

    def whole(self):
        return self.facts


def recalling(answer):
    """A recall for Yunzhou with a plugin that answers so, and the times it was really asked."""
    times = []

    @hookimpl
    def counted(visit, rules, charge_rules):
        times.append(1)
        return answer(visit, rules, charge_rules)

    city = open_city(YUNZHOU, FIXTURES / YUNZHOU, (YUNZHOU, plugin(timebank_credit_visit=counted), "1"))
    (rules,) = city.book.versions
    recall = Recall(city)
    return (lambda facts, day=None: recall.credit_visit(Asking(facts, day), rules, rules)), times


def coins(visit, minutes):
    return Proposal((Credit(visit.volunteer_account(AccountKind.SAVINGS, "coin"), minutes, PATH),))


def of(facts, **visit):
    return replace(facts, visit=replace(facts.visit, **visit))


def test_two_people_who_served_alike_are_asked_about_once():
    ask, times = recalling(timebank_credit_visit)

    first, second = ask(to_settle()), ask(of(to_settle(), id="w", volunteer_id="n"))

    assert (first is second, len(times)) == (True, 1)


def test_other_minutes_are_asked_about():
    ask, times = recalling(timebank_credit_visit)

    said = [ask(to_settle(60, 60)), ask(to_settle(60, 59))]

    assert [str(one.credits[0].minutes) for one in said] == ["60", "59"]
    assert len(times) == 2


def at_night(visit, rules, charge_rules):
    """Twice the minutes for whoever begins in the evening (UTC)."""
    return coins(visit, visit.visit.recognised_minutes * (1 + (visit.order.planned_start.hour >= 12)))


def test_a_plugin_that_looks_at_the_hour_is_asked_for_each_hour():
    ask, _ = recalling(at_night)
    early = to_settle()
    late = replace(
        early, order=replace(early.order, planned_start=early.order.planned_start + timedelta(hours=12))
    )

    said = [ask(one).credits[0].minutes for one in (early, late, early)]

    assert said == [60, 120, 60]


def for_one(visit, rules, charge_rules):
    return coins(visit, 60 if visit.visit.volunteer_id == "n" else 30)


def test_a_plugin_that_looks_at_the_person_is_asked_for_each_person():
    ask, _ = recalling(for_one)

    said = [ask(of(to_settle(), volunteer_id=who)).credits[0].minutes for who in ("m", "n", "m")]

    assert said == [30, 60, 30]


def on_holidays(visit, rules, charge_rules):
    return coins(visit, 60 if rules.day == date(2026, 5, 1) else 30)


def test_a_plugin_that_looks_at_the_day_of_the_rules_is_asked_for_each_day():
    ask, _ = recalling(on_holidays)

    said = [ask(to_settle(), date(2026, 5, number)).credits[0].minutes for number in (2, 1, 2)]

    assert said == [30, 60, 30]


def deeper(visit, rules, charge_rules):
    """Look at the service only where the minutes are odd."""
    odd = visit.visit.recognised_minutes % 2
    return coins(visit, 7 if odd and visit.order.service == "law" else 5)


@given(st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["chat", "law"])), min_size=1, max_size=12))
def test_whatever_a_plugin_looks_at_in_whatever_order_its_own_answer_is_given(asked):
    ask, times = recalling(deeper)

    for minutes, service in asked:
        facts = to_settle(60, minutes)
        facts = replace(facts, order=replace(facts.order, service=service))
        assert ask(facts).credits[0].minutes == deeper(facts, None, None).credits[0].minutes
    assert len(times) <= 2 * len(set(asked))


def copying(visit, rules, charge_rules):
    """Answer about a copy, as a plugin does that changes one fact before it asks the plain time bank."""
    return timebank_credit_visit(
        replace(visit, visit=replace(visit.visit, measured_minutes=1)), rules, charge_rules
    )


def test_a_plugin_may_copy_what_it_is_given():
    ask, _ = recalling(copying)

    assert [str(ask(to_settle(60, minutes)).credits[0].minutes) for minutes in (60, 40)] == ["60", "40"]


@pytest.mark.parametrize("answer", [timebank_credit_visit, at_night, for_one])
def test_an_answer_is_the_one_the_city_gives_without_recall(answer):
    ask, _ = recalling(answer)
    city = open_city(
        YUNZHOU, FIXTURES / YUNZHOU, (YUNZHOU, plugin(timebank_credit_visit=hookimpl(answer)), "1")
    )
    rules = city.rules_on(to_settle().day)

    assert ask(to_settle()).plain == city.credit_visit(to_settle(), rules, rules).value.plain()
