"""The plain time bank: what every city does unless it says otherwise."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.banks import FIXTURES, YUNZHOU, local
from tests.scenes import account_of, changed, to_settle
from timebank.domain.account import Hold, HoldState
from timebank.domain.offer import Candidate
from timebank.domain.order import Origin
from timebank.domain.registry import Answer, LookedUp
from timebank.hooks.opening import open_city

POINT_RATE = "rate: 1\n      account: savings\n      quantum: 30 min"


@pytest.fixture(scope="module")
def city():
    return open_city(YUNZHOU, FIXTURES / YUNZHOU)


@pytest.fixture
def city_with(tmp_path):
    """Open the city with its file changed."""

    def open_it(*edits):
        text = (FIXTURES / YUNZHOU / "2026-01-01.yaml").read_text(encoding="utf-8")
        folder = tmp_path / YUNZHOU
        folder.mkdir()
        (folder / "2026-01-01.yaml").write_text(changed(text, *edits), encoding="utf-8")
        return open_city(YUNZHOU, folder)

    return open_it


def requested(planned=60, recognised=60, held=60):
    """A visit to an elder for which minutes are held."""
    visit = to_settle(planned, recognised)
    hold = Hold("h", account_of("elder"), "a", "o", 1, held, HoldState.OPEN)
    return replace(
        visit,
        order=replace(visit.order, origin=Origin.REQUEST, recipient_id="elder"),
        holds=(hold,) if held else (),
    )


def proposed(city, visit):
    rules = city.rules_on(visit.day)
    return city.credit_visit(visit, rules, city.rules_on(visit.day)).value


def test_recognised_minutes_are_credited_in_every_unit_of_the_file(city):
    made = proposed(city, to_settle(planned=120, recognised=61))

    assert [(one.account.unit, one.account.kind, one.minutes) for one in made.credits] == [
        ("coin", "savings", 61),
        ("point", "savings", 61),
    ]
    assert [one.rule_path for one in made.credits] == ["credit.units.coin", "credit.units.point"]
    assert {one.account.owner_id for one in made.credits} == {"m"}


@given(minutes=st.integers(0, 600))
def test_a_rate_is_applied_exactly_and_never_rounded_here(city, minutes):
    for one in proposed(city, to_settle(600, minutes)).credits:
        assert one.minutes == minutes
        assert isinstance(one.minutes, Fraction)


def test_a_rate_with_a_fraction_gives_a_fraction_of_a_minute(city_with):
    city = city_with((POINT_RATE, POINT_RATE.replace("rate: 1", "rate: 0.7")))

    coin, point = proposed(city, to_settle(recognised=61)).credits

    assert (coin.minutes, point.minutes) == (61, Fraction(427, 10))


def test_a_visit_nobody_recognised_gives_nothing(city):
    assert [one.minutes for one in proposed(city, to_settle(recognised=None)).credits] == [0, 0]


# ---- the charge


def test_a_request_is_charged_by_the_planned_minutes(city):
    made = proposed(city, requested(planned=90, recognised=61))

    assert (made.charge.unit, made.charge.minutes) == ("coin", 90)


def test_a_file_may_charge_by_what_was_recognised(city_with):
    city = city_with(("charge:\n  basis: planned", "charge:\n  basis: measured"))

    assert proposed(city, requested(planned=90, recognised=61)).charge.minutes == 61


def test_a_project_is_charged_to_nobody(city):
    assert proposed(city, to_settle()).charge is None


def test_where_nothing_was_held_nothing_is_charged(city):
    assert proposed(city, requested(held=0)).charge is None


# ---- ranking


def candidate(name, minutes_ago):
    return Candidate(name, local("2026-03-02 09:00") - timedelta(minutes=minutes_ago), None, 0)


def test_whoever_offered_first_is_asked_first(city):
    candidates = (candidate("late", 1), candidate("early", 9), candidate("middle", 5))

    ranked = city.rank_volunteers(to_settle().order, candidates, city.rules_on(to_settle().day))

    assert [score.volunteer_id for score in ranked.value] == ["early", "middle", "late"]
    assert [score.parts for score in ranked.value] == [(("waiting", n),) for n in (3, 2, 1)]


@given(st.permutations([candidate(name, ago) for name, ago in (("a", 3), ("b", 3), ("c", 7), ("d", 1))]))
def test_the_ranking_does_not_depend_on_the_order_of_listing(city, candidates):
    ranked = city.rank_volunteers(to_settle().order, tuple(candidates), city.rules_on(to_settle().day))

    assert [score.volunteer_id for score in ranked.value] == ["c", "a", "b", "d"]


def test_where_nobody_is_available_nobody_is_ranked(city):
    assert city.rank_volunteers(to_settle().order, (), city.rules_on(to_settle().day)).value == ()


# ---- the outside


class Register:
    def ask(self, kind, key):
        return LookedUp(Answer.YES, f"{kind} {key}")


def test_a_register_that_is_connected_is_asked(city):
    connected = replace(city, registries={"volunteer_registry": Register()})

    assert connected.look_up("volunteer_registry", "v-1") == LookedUp(Answer.YES, "volunteer_registry v-1")


def test_a_register_that_is_not_connected_answers_later_and_never_no(city):
    assert city.look_up("volunteer_registry", "v-1").answer is Answer.LATER
