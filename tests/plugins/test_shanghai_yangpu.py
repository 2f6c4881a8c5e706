"""Yangpu's reasoning, hook by hook: the publishing branch, the team, the two tracks, the two credits."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from tests.plugins.cases_of_orders import (
    changed_rules,
    faults_after,
    hold,
    member,
    order,
    rules_of,
    visit_to_settle,
)
from timebank.domain.account import AccountKind
from timebank.domain.cases import AskedBy, OrderCase
from timebank.domain.member import Membership
from timebank.domain.order import OrderAction, Origin
from timebank.domain.organisation import Organisation
from timebank_shanghai_yangpu import hooks

PILOT, NOW = "2023-05-31", "2024-05-06"
FILE = "2023-06-01.yaml"
HEAD = Organisation("yangpu", "head", "杨浦区总行", None)
CHANGHAI = Organisation("changhai", "branch", "长海路街道分行", "yangpu")
SIPING = Organisation("siping", "branch", "四平路街道分行", "yangpu")
CREW = Organisation("crew", "team", "健康手指操队", "changhai")
IN_CHANGHAI, IN_SIPING = (CHANGHAI, HEAD), (SIPING, HEAD)


@pytest.fixture(scope="module")
def yangpu_rules():
    """Give Yangpu's rules of a day."""
    return rules_of("shanghai_yangpu", hooks)


@pytest.fixture
def rules(yangpu_rules):
    return yangpu_rules(NOW)


def codes(refusals):
    return [refusal.code for refusal in refusals or ()]


def asked(rules, action, origin=Origin.PROJECT, **facts):
    case = OrderCase(order(rules.day.isoformat(), origin=origin), AskedBy.ORGANISATION, place=IN_CHANGHAI)
    return hooks.timebank_check_order(replace(case, **facts), action, rules)


class TestPublishing:
    @pytest.mark.parametrize(
        ("desk", "code"),
        [
            (IN_CHANGHAI, []),
            ((HEAD,), ["not_the_branch"]),
            (IN_SIPING, ["not_the_branch"]),
            ((CREW, *IN_CHANGHAI), ["not_the_branch"]),
            ((), ["not_the_branch"]),
        ],
        ids=["its branch", "the head office", "another branch", "a team", "a person"],
    )
    def test_only_the_branch_of_the_place_publishes(self, rules, desk, code):
        assert codes(asked(rules, OrderAction.PUBLISH, desk=desk)) == code

    def test_a_demand_drafted_below_is_published_by_the_branch_above(self, rules):
        place = (CREW, *IN_CHANGHAI)

        assert codes(asked(rules, OrderAction.PUBLISH, place=place, desk=IN_CHANGHAI)) == []

    def test_a_demand_of_the_head_office_itself_is_published_by_nobody(self, rules):
        [refusal] = asked(rules, OrderAction.PUBLISH, place=(HEAD,), desk=(HEAD,))

        assert refusal.rule_path == "extensions.shanghai_yangpu.publishing.level"
        assert "所在街道的分行" in refusal.words.zh

    def test_the_sentence_names_who_may(self, rules):
        [refusal] = asked(rules, OrderAction.PUBLISH, desk=IN_SIPING)

        assert "“四平路街道分行”不能发布" in refusal.words.zh
        assert "长海路街道分行" in refusal.words.en


class TestOnesOwnRedemption:
    def placed(self, rules, home=IN_CHANGHAI, unit="", born="1950-01-01", traits=(), origin=Origin.REQUEST):
        facts = {"recipient": member("elder", born, traits=traits), "recipient_home": home, "unit": unit}
        return asked(rules, OrderAction.PLACE, origin=origin, **facts)

    @pytest.mark.parametrize(
        ("home", "code"),
        [(IN_CHANGHAI, []), ((CREW, *IN_CHANGHAI), []), (IN_SIPING, ["other_branch"]), ((), ["no_branch"])],
    )
    def test_it_is_placed_in_the_street_where_one_lives(self, rules, home, code):
        assert codes(self.placed(rules, home)) == code

    def test_a_branchs_own_demand_belongs_to_no_member(self, rules):
        assert codes(self.placed(rules, IN_SIPING, origin=Origin.PROJECT)) == []

    @pytest.mark.parametrize(
        ("born", "traits", "code"),
        [
            ("1954-05-06", (), []),
            ("1954-05-07", (), ["not_on_this_track"]),
            ("1964-05-06", ("hardship",), []),
            ("1964-05-07", ("hardship",), ["not_on_this_track"]),
            (None, (), ["not_on_this_track"]),
        ],
    )
    def test_coins_are_spent_from_seventy_or_in_hardship_from_sixty(self, rules, born, traits, code):
        assert codes(self.placed(rules, unit="coin", born=born, traits=traits)) == code

    @pytest.mark.parametrize(("born", "code"), [("2006-05-06", []), ("2006-05-07", ["not_on_this_track"])])
    def test_points_are_spent_by_every_adult(self, rules, born, code):
        assert codes(self.placed(rules, unit="point", born=born)) == code

    def test_in_the_pilot_coins_were_spent_from_sixty(self, yangpu_rules):
        pilot = yangpu_rules(PILOT)

        assert codes(self.placed(pilot, unit="coin", born="1963-05-31")) == []
        assert codes(self.placed(pilot, unit="coin", born="1963-06-01")) == ["not_on_this_track"]

    def test_who_pays_nothing_is_on_no_track(self, rules):
        assert codes(self.placed(rules, unit="", born="2000-01-01")) == []

    def test_the_refusal_names_the_unit_and_the_rule(self, rules):
        [refusal] = self.placed(rules, unit="coin", born="1960-01-01")

        assert refusal.rule_path == "extensions.shanghai_yangpu.long_term.who"
        assert "还不能用时间币" in refusal.words.zh


class TestTeams:
    def taken(self, rules, *memberships, day=NOW):
        volunteer = replace(member("volunteer", "1960-01-01"), memberships=memberships)
        return codes(asked(rules, OrderAction.ACCEPT, order=order(day), volunteer=volunteer))

    def tie(self, level, since="2020-01-01", until=None):
        last = None if until is None else date.fromisoformat(until)
        return Membership(level, level, date.fromisoformat(since), last)

    @pytest.mark.parametrize(
        ("level", "code"),
        [("team", []), ("partner", []), ("branch", ["in_no_team"]), ("head", ["in_no_team"])],
    )
    def test_a_team_or_a_partner_organisation_counts(self, rules, level, code):
        assert self.taken(rules, self.tie(level)) == code

    def test_nobody_takes_a_demand_by_himself(self, rules):
        assert self.taken(rules) == ["in_no_team"]

    @pytest.mark.parametrize(
        ("since", "until", "code"),
        [
            ("2024-05-08", None, []),
            ("2024-05-09", None, ["in_no_team"]),
            ("2020-01-01", "2024-05-08", []),
            ("2020-01-01", "2024-05-07", ["in_no_team"]),
        ],
    )
    def test_the_day_of_service_decides(self, rules, since, until, code):
        assert self.taken(rules, self.tie("team", since, until), day="2024-05-08") == code

    def test_an_ended_team_does_not_spoil_another(self, rules):
        ended, open_one = self.tie("team", until="2021-01-01"), self.tie("partner")

        assert self.taken(rules, ended, open_one) == []

    def test_closing_asks_nothing(self, rules):
        assert codes(asked(rules, OrderAction.CLOSE)) == []


class TestTwoCredits:
    def proposed(self, rules, minutes, **visit):
        return hooks.timebank_credit_visit(
            visit_to_settle(rules.day.isoformat(), minutes, unit="coin", **visit), rules, rules
        )

    @pytest.mark.parametrize("day", ["2019-12-02", PILOT, NOW])
    @pytest.mark.parametrize("minutes", [0, 59, 60, 90, 600])
    def test_a_point_follows_every_coin(self, yangpu_rules, day, minutes):
        coin, point = self.proposed(yangpu_rules(day), minutes).credits

        assert (coin.account.unit, point.account.unit) == ("coin", "point")
        assert coin.minutes == point.minutes == minutes
        assert coin.rule_path == point.rule_path == "credit.units.coin"

    def test_both_are_the_volunteers_own_savings_even_for_a_team(self, rules):
        made = self.proposed(rules, 60, team="crew", level="team")

        assert {credit.account.owner_id for credit in made.credits} == {"volunteer"}
        assert {credit.account.kind for credit in made.credits} == {AccountKind.SAVINGS}

    def test_points_follow_the_rate_of_coins_too(self):
        def change(tree):
            tree["credit"]["units"]["coin"]["rate"] = 2

        coin, point = self.proposed(changed_rules("shanghai_yangpu", hooks, FILE, change), 60).credits

        assert coin.minutes == point.minutes == Fraction(120)

    @pytest.mark.parametrize("unit", ["coin", "point"])
    def test_the_charge_is_in_the_unit_that_was_held(self, rules, unit):
        visit = visit_to_settle(NOW, 60, unit=unit, holds=[("savings", 60)])

        charge = hooks.timebank_credit_visit(visit, rules, rules).charge

        assert (charge.unit, charge.minutes) == (unit, 60)
        assert hold("savings", unit, 60).account.unit == unit

    def test_nothing_held_is_nothing_charged(self, rules):
        assert self.proposed(rules, 60).charge is None


class TestRuleFiles:
    def problems(self, change):
        rules = changed_rules("shanghai_yangpu", hooks, FILE, change)
        return [problem.path for problem in hooks.timebank_check_rules(rules)]

    def test_the_files_make_sense_to_the_plugin(self, yangpu_rules):
        for day in (PILOT, NOW):
            assert list(hooks.timebank_check_rules(yangpu_rules(day))) == []

    def test_a_head_office_that_publishes_is_a_problem(self):
        assert self.problems(lambda tree: tree["orders"]["publish"]["by"].append("head")) == [
            "orders.publish"
        ]
        assert self.problems(lambda tree: tree["orders"].pop("publish")) == ["orders.publish"]

    def test_a_professional_service_is_a_problem(self):
        def change(tree):
            tree["services"]["chat"]["qualification"] = "law"

        assert self.problems(change) == ["services.chat"]

    def test_housework_is_a_problem(self):
        def change(tree):
            tree["services"]["cooking"] = dict(tree["services"]["chat"])

        assert self.problems(change) == ["services.cooking"]

    def test_points_with_rules_of_their_own_are_a_problem(self):
        def change(tree):
            tree["credit"]["units"]["point"] = dict(tree["credit"]["units"]["coin"])

        assert self.problems(change) == ["extensions.shanghai_yangpu.short_term.saved_in"]

    def test_coins_that_are_not_credited_are_a_problem(self):
        def change(tree):
            tree["credit"]["units"]["hour"] = tree["credit"]["units"].pop("coin")

        assert self.problems(change) == ["extensions.shanghai_yangpu.long_term.saved_in"]

    @pytest.mark.parametrize(
        ("old", "new", "path"),
        [
            ("level: branch", "level: brunch", "publishing.level"),
            ("levels: [team, partner]", "levels: [team, partners]", "serving.levels.1"),
            ("saved_in: coin", "saved_in: coins", "long_term.saved_in"),
        ],
    )
    def test_a_name_that_nothing_declares_is_a_fault(self, old, new, path):
        faults = faults_after("shanghai_yangpu", hooks, FILE, old, new)

        assert faults == [("R04", f"extensions.shanghai_yangpu.{path}")]

    def test_nothing_in_the_first_file_claims_a_source(self, yangpu_rules):
        found = list(sources_in(yangpu_rules("2019-12-01").rule_set.tree))

        assert found == []


def sources_in(block, path=""):
    """Yield every path whose block says that a document stands behind it; the list of documents is none."""
    for key, inner in block.items() if hasattr(block, "items") else ():
        if key == "source":
            yield path
        elif key != "sources":
            yield from sources_in(inner, f"{path}.{key}")
