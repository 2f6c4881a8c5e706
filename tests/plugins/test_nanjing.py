"""Nanjing's reasoning, hook by hook: groups, neighbours, who may order, and what may be passed on."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.plugins.cases_of_orders import changed_rules, member, order, rules_of, visit_to_settle
from timebank.domain.account import AccountKind, OwnerKind
from timebank.domain.cases import AskedBy, OrderCase, TransferCase
from timebank.domain.offer import Candidate
from timebank.domain.order import OrderAction, Origin
from timebank.domain.transfer import ProposedTransfer, TransferKind
from timebank_nanjing import hooks

PILOT, CITY_WIDE = "2020-09-30", "2020-10-01"
ALONE_80, POOR_60 = ("living_alone",), ("living_alone", "low_income", "disabled")


@pytest.fixture(scope="module")
def nanjing_rules():
    """Give Nanjing's rules of a day."""
    return rules_of("nanjing", hooks)


def codes(refusals):
    return [refusal.code for refusal in refusals or ()]


class TestGroups:
    @pytest.mark.parametrize("day", [PILOT, CITY_WIDE])
    def test_a_groups_visit_is_credited_to_the_group_for_donation_only(self, nanjing_rules, day):
        rules = nanjing_rules(day)
        visit = visit_to_settle(day, 30, unit="hour", team="barbers", level="group")

        proposed = hooks.timebank_credit_visit(visit, rules, rules)

        [credit] = proposed.credits
        assert (credit.account.owner_kind, credit.account.owner_id) == (OwnerKind.ORGANISATION, "barbers")
        assert (credit.account.kind, credit.account.unit) == (AccountKind.DONATION_ONLY, "hour")
        assert (credit.minutes, credit.rule_path) == (30, "credit.units.hour")

    def test_where_a_groups_time_is_its_members_the_volunteer_is_credited(self):
        def change(tree):
            tree["credit"]["team"]["owner"] = "member"

        rules = changed_rules("nanjing", hooks, "2020-10-01.yaml", change)
        visit = visit_to_settle(CITY_WIDE, 30, unit="hour", team="barbers", level="group")

        [credit] = hooks.timebank_credit_visit(visit, rules, rules).credits

        assert (credit.account.owner_kind, credit.account.kind) == (
            OwnerKind.MEMBER,
            AccountKind.DONATION_ONLY,
        )

    def test_the_elder_pays_for_a_groups_visit_as_for_any_other(self, nanjing_rules):
        rules = nanjing_rules(CITY_WIDE)
        visit = visit_to_settle(
            CITY_WIDE, 30, unit="hour", team="barbers", level="group", holds=[("granted", 30)]
        )

        charge = hooks.timebank_credit_visit(visit, rules, rules).charge

        assert (charge.unit, charge.minutes) == ("hour", 30)

    def test_an_individuals_visit_is_left_to_the_plain_time_bank(self, nanjing_rules):
        rules = nanjing_rules(CITY_WIDE)

        assert hooks.timebank_credit_visit(visit_to_settle(CITY_WIDE, 30, unit="hour"), rules, rules) is None

    def test_a_visit_for_an_organisation_that_is_no_group_stays_the_volunteers(self, nanjing_rules):
        rules = nanjing_rules(CITY_WIDE)
        visit = visit_to_settle(CITY_WIDE, 30, unit="hour", team="fangting", level="community")

        assert hooks.timebank_credit_visit(visit, rules, rules) is None


class TestNeighbours:
    SINCE = datetime(2021, 1, 1, tzinfo=UTC)

    def candidate(self, name, distance, waited):
        return Candidate(name, self.SINCE - timedelta(hours=waited), "home", distance)

    def ranked(self, *candidates):
        scores = hooks.timebank_rank_volunteers(order(CITY_WIDE), candidates)
        return [score.volunteer_id for score in sorted(scores, key=lambda score: -score.total)]

    def test_the_nearest_is_asked_first_however_short_the_wait(self):
        far, near = self.candidate("far", 4, 500), self.candidate("near", 0, 1)

        assert self.ranked(far, near) == ["near", "far"]

    def test_among_the_equally_near_the_longest_wait_is_asked_first(self):
        short, long = self.candidate("short", 2, 1), self.candidate("long", 2, 2)

        assert self.ranked(short, long) == ["long", "short"]

    def test_one_step_nearer_outweighs_every_wait(self):
        waiting = [self.candidate(f"far-{hours}", 3, hours) for hours in range(20)]

        assert self.ranked(*waiting, self.candidate("near", 2, 0))[0] == "near"

    def test_the_parts_of_a_score_are_named(self):
        [score] = hooks.timebank_rank_volunteers(order(CITY_WIDE), (self.candidate("only", 3, 1),))

        assert [name for name, _ in score.parts] == ["nearness", "waiting"]

    def test_nobody_available_is_nobody_ranked(self):
        assert hooks.timebank_rank_volunteers(order(CITY_WIDE), ()) == ()


class TestWhoMayOrder:
    def asked(self, recipient, rules, action=OrderAction.PLACE, origin=Origin.REQUEST):
        case = OrderCase(order(rules.day.isoformat(), origin=origin), AskedBy.RECIPIENT, recipient=recipient)
        return hooks.timebank_check_order(case, action, rules)

    @pytest.mark.parametrize(
        ("born", "traits", "code"),
        [
            ("1940-10-01", ALONE_80, []),
            ("1940-10-02", ALONE_80, ["neither_key_elder_nor_saver"]),
            ("1940-10-02", POOR_60, []),
            ("1960-10-01", POOR_60, []),
            ("1960-10-02", POOR_60, ["neither_key_elder_nor_saver"]),
            ("1950-01-01", ("living_alone", "low_income"), ["neither_key_elder_nor_saver"]),
        ],
    )
    def test_a_key_elder_orders_without_saved_time(self, nanjing_rules, born, traits, code):
        elder = member("elder", born, traits=traits)

        assert codes(self.asked(elder, nanjing_rules(CITY_WIDE))) == code

    @pytest.mark.parametrize(
        ("born", "minutes", "may"),
        [("1960-10-01", 15, True), ("1960-10-01", 14, False), ("1960-10-02", 15, False)],
    )
    def test_others_need_sixty_years_and_a_quarter_of_an_hour(self, nanjing_rules, born, minutes, may):
        elder = member("elder", born, balances={("savings", "hour"): minutes})

        assert (codes(self.asked(elder, nanjing_rules(CITY_WIDE))) == []) is may

    def test_the_sentence_names_what_is_missing_and_who_can_help(self, nanjing_rules):
        [refusal] = self.asked(member("elder", "1940-10-02"), nanjing_rules(CITY_WIDE))

        assert refusal.rule_path == "extensions.nanjing.receiving"
        assert "账户有储存时间" in refusal.words.zh
        assert "年满60周岁。" not in refusal.words.zh
        assert "has saved time" in refusal.words.en
        assert "街道" in refusal.words.zh

    def test_a_project_and_an_order_already_placed_are_not_asked_about(self, nanjing_rules):
        nobody, rules = member("elder", "1990-01-01"), nanjing_rules(CITY_WIDE)

        assert codes(self.asked(nobody, rules, origin=Origin.PROJECT)) == []
        assert codes(self.asked(nobody, rules, action=OrderAction.ACCEPT)) == []


class TestPassingOn:
    def asked(self, rules, kind, account):
        receiver = None if kind is TransferKind.DONATION else "elder"
        return hooks.timebank_check_transfer(
            TransferCase(ProposedTransfer(kind, "giver", receiver, "hour", 60, account)), rules
        )

    @pytest.mark.parametrize("kind", [TransferKind.GIFT, TransferKind.REDEMPTION])
    def test_a_groups_time_is_neither_given_nor_redeemed(self, nanjing_rules, kind):
        refused = self.asked(nanjing_rules(CITY_WIDE), kind, "donation_only")

        assert codes(refused) == ["group_time_only_donated"]
        assert refused[0].rule_path == "credit.team"

    def test_a_groups_time_may_be_donated(self, nanjing_rules):
        assert codes(self.asked(nanjing_rules(CITY_WIDE), TransferKind.DONATION, "donation_only")) == []

    @pytest.mark.parametrize("kind", [TransferKind.GIFT, TransferKind.DONATION])
    def test_granted_time_stays_with_the_elder(self, nanjing_rules, kind):
        assert codes(self.asked(nanjing_rules(CITY_WIDE), kind, "granted")) == ["granted_time_stays"]

    def test_granting_itself_and_saved_time_are_free_of_this(self, nanjing_rules):
        assert codes(self.asked(nanjing_rules(CITY_WIDE), TransferKind.GRANT, "granted")) == []
        assert codes(self.asked(nanjing_rules(CITY_WIDE), TransferKind.GIFT, "savings")) == []


class TestRuleFiles:
    def problems(self, change):
        rules = changed_rules("nanjing", hooks, "2020-10-01.yaml", change)
        return [problem.path for problem in hooks.timebank_check_rules(rules)]

    def test_the_files_make_sense_to_the_plugin(self, nanjing_rules):
        assert [hooks.timebank_check_rules(nanjing_rules(day)) for day in (PILOT, CITY_WIDE)] == [[], []]

    def test_group_time_that_orders_could_spend_is_a_problem(self):
        assert self.problems(lambda tree: tree["credit"]["team"].update(account="savings")) == ["credit.team"]
        assert self.problems(lambda tree: tree["credit"].pop("team")) == ["credit.team"]

    def test_granted_time_that_is_not_used_first_is_a_problem(self):
        problems = self.problems(lambda tree: tree["charge"]["request"]["accounts"].reverse())

        assert problems == ["charge.request.accounts"]
