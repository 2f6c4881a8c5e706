"""Guangzhou's reasoning, hook by hook: two ways in, whole points, verified ties, suppliers, the threshold."""

from dataclasses import replace
from datetime import date

import pytest

from tests.plugins.cases_of_orders import changed_rules, faults_after, member, order, rules_of
from timebank.domain.cases import AskedBy, OrderCase, TransferCase
from timebank.domain.member import Relation, Tie
from timebank.domain.order import OrderAction, Origin
from timebank.domain.transfer import ProposedTransfer, TransferKind
from timebank_guangzhou import hooks

PLAN, RENAMED = "2022-10-01", "2023-02-15"
FILE = "2022-10-01.yaml"
POINTS = {("savings", "point"): 300}
NEEDS = [
    ("low_income",),
    ("hardship", "childless"),
    ("hardship", "disabled"),
    ("hardship", "severe_handicap"),
    ("special_family",),
    ("living_alone",),
    ("empty_nest",),
    ("frail",),
]


@pytest.fixture(scope="module")
def guangzhou_rules():
    """Give Guangzhou's rules of a day."""
    return rules_of("guangzhou", hooks)


@pytest.fixture
def plan(guangzhou_rules):
    return guangzhou_rules("2022-11-01")


def codes(refusals):
    return [refusal.code for refusal in refusals or ()]


def elder(born="1950-01-01", traits=(), balances=None, served=0):
    return member("elder", born, traits=traits, balances=balances, served=served)


class TestWaysIn:
    def asked(self, recipient, rules, action=OrderAction.PLACE, origin=Origin.REQUEST, **more):
        case = OrderCase(order(rules.day.isoformat(), origin=origin), AskedBy.RECIPIENT, recipient=recipient)
        return hooks.timebank_check_order(replace(case, **more), action, rules)

    @pytest.mark.parametrize("traits", NEEDS, ids="+".join)
    def test_every_class_of_need_is_a_way_in(self, plan, traits):
        assert codes(self.asked(elder(traits=traits), plan)) == []

    @pytest.mark.parametrize("traits", NEEDS, ids="+".join)
    def test_nobody_below_sixty_is_served_by_need(self, plan, traits):
        assert codes(self.asked(elder("1962-11-02", traits), plan)) == ["no_way_in"]

    @pytest.mark.parametrize(
        ("born", "code"), [("1942-11-01", []), ("1942-11-02", ["no_way_in"])], ids=["80", "a day short"]
    )
    def test_hardship_is_a_way_in_at_eighty(self, plan, born, code):
        assert codes(self.asked(elder(born, ["hardship"]), plan)) == code

    @pytest.mark.parametrize(
        ("born", "points", "code"),
        [
            ("1962-11-01", 60, []),
            ("1962-11-02", 60, ["no_way_in"]),
            ("1962-11-01", 59, ["no_way_in"]),
            (None, 6000, ["no_way_in"]),
        ],
    )
    def test_points_of_ones_own_are_a_way_in_from_sixty_on(self, plan, born, points, code):
        assert codes(self.asked(elder(born, (), {("savings", "point"): points}), plan)) == code

    def test_the_ways_are_named_one_by_one(self, plan):
        both = elder(traits=["frail"], balances=POINTS)

        assert hooks.ways_in(both, plan) == [
            "recipient_classes.frail_elder.when",
            "extensions.guangzhou.receiving.earned",
        ]

    def test_the_sentence_says_what_is_missing_for_both_ways(self, plan):
        [refusal] = self.asked(elder(), plan)

        assert refusal.rule_path == "extensions.guangzhou.receiving"
        assert "计划生育特殊家庭老年人" in refusal.words.zh
        assert "缺：存有时间积分" in refusal.words.zh
        assert "missing: holds time points" in refusal.words.en

    @pytest.mark.parametrize(("minutes", "code"), [(59, ["no_point_in_it"]), (60, []), (90, [])])
    def test_an_order_has_a_whole_point_in_it(self, plan, minutes, code):
        asked = order("2022-11-01", planned_minutes=minutes)

        assert codes(self.asked(elder(traits=["frail"]), plan, order=asked)) == code

    def test_both_reasons_are_told_at_once(self, plan):
        asked = order("2022-11-01", planned_minutes=30)

        assert codes(self.asked(elder(), plan, order=asked)) == ["no_way_in", "no_point_in_it"]

    @pytest.mark.parametrize("action", [OrderAction.PUBLISH, OrderAction.ACCEPT, OrderAction.CLOSE])
    def test_nothing_is_asked_again_after_placing(self, plan, action):
        assert codes(self.asked(elder(), plan, action)) == []

    def test_the_new_name_changed_nothing(self, guangzhou_rules):
        for day in (PLAN, "2023-02-14", RENAMED, "2024-01-01"):
            assert codes(self.asked(elder(), guangzhou_rules(day))) == ["no_way_in"]


class TestThreshold:
    @pytest.fixture
    def adopted(self):
        return changed_rules(
            "guangzhou",
            hooks,
            FILE,
            lambda tree: tree["extensions"]["guangzhou"]["threshold"].update(needed=True),
        )

    def spending(self, rules, served, spends):
        saver = elder(balances=POINTS, served=served)
        case = OrderCase(order("2022-11-01"), AskedBy.RECIPIENT, recipient=saver, spends=spends)
        return codes(hooks.timebank_check_order(case, OrderAction.PLACE, rules))

    def test_it_is_not_adopted(self, plan):
        assert self.spending(plan, 0, {"savings": 60}) == []

    @pytest.mark.parametrize(("hours", "code"), [(99, ["below_threshold"]), (100, [])])
    def test_once_adopted_it_holds_for_orders(self, adopted, hours, code):
        assert self.spending(adopted, hours * 60, {"savings": 60}) == code

    def test_once_adopted_it_does_not_hold_for_who_pays_nothing(self, adopted):
        assert self.spending(adopted, 0, {}) == []

    def test_once_adopted_it_holds_for_redemptions_and_tells_the_hours(self, adopted):
        case = TransferCase(redeemed("goods:badge", 60), elder(served=30 * 60))

        [refusal] = hooks.timebank_check_transfer(case, adopted)

        assert (refusal.code, refusal.rule_path) == ("below_threshold", "extensions.guangzhou.threshold")
        assert "30 小时" in refusal.words.zh


def redeemed(target, minutes, unit="point"):
    return ProposedTransfer(TransferKind.REDEMPTION, "elder", None, unit, minutes, target=target)


def given(minutes):
    return ProposedTransfer(TransferKind.GIFT, "elder", "mother", "point", minutes)


class TestWholePoints:
    @pytest.mark.parametrize("kind", [TransferKind.GIFT, TransferKind.DONATION, TransferKind.REDEMPTION])
    @pytest.mark.parametrize(("minutes", "broken"), [(60, False), (600, False), (90, True), (59, True)])
    def test_points_change_hands_whole(self, plan, kind, minutes, broken):
        asked = ProposedTransfer(kind, "elder", None, "point", minutes, target="pool")

        refused = hooks.timebank_check_transfer(TransferCase(asked, elder()), plan)

        assert ("not_whole_points" in codes(refused)) is broken

    def test_the_sentence_names_the_whole_points_beside_it(self, plan):
        asked = ProposedTransfer(TransferKind.DONATION, "elder", None, "point", 90, target="pool")

        [refusal] = hooks.timebank_check_transfer(TransferCase(asked, elder()), plan)

        assert "1 或 2 分" in refusal.words.zh
        assert "Make it 1 or 2" in refusal.words.en

    def test_a_grant_is_nobodys_wish_and_is_not_asked_about(self, plan):
        grant = ProposedTransfer(TransferKind.GRANT, None, "elder", "point", 90)

        assert hooks.timebank_check_transfer(TransferCase(grant, None, elder()), plan) == []


class TestTies:
    def asked(self, rules, *ties, receiver="mother"):
        giver = replace(elder("2000-01-01", (), POINTS), kin=ties)
        case = TransferCase(given(60), giver, member(receiver, "1962-01-01"), ())
        return hooks.timebank_check_transfer(case, rules)

    def tie(self, verified_by="dadong", relation="parent", until=None, proof="household_register"):
        last = None if until is None else date.fromisoformat(until)
        return Tie(Relation(relation), "mother", None, proof, verified_by, date(2022, 10, 5), last)

    def test_a_tie_an_organisation_verified_counts(self, plan):
        assert codes(self.asked(plan, self.tie())) == []

    @pytest.mark.parametrize("who", ["job:import", "job:story", ""])
    def test_a_tie_that_no_organisation_answers_for_does_not(self, plan, who):
        [refusal] = self.asked(plan, self.tie(who))

        assert (refusal.code, refusal.rule_path) == ("tie_not_verified", "extensions.guangzhou.ties")
        assert "2022-10-05 起登记为父母" in refusal.words.zh

    def test_one_verified_tie_among_others_is_enough(self, plan):
        assert codes(self.asked(plan, self.tie("job:import"), self.tie())) == []

    @pytest.mark.parametrize(("until", "code"), [("2022-11-01", []), ("2022-10-31", ["tie_not_verified"])])
    def test_a_tie_counts_to_its_last_day(self, plan, until, code):
        assert codes(self.asked(plan, self.tie(until=until))) == code

    def test_a_tie_outside_the_set_is_none(self, plan):
        assert codes(self.asked(plan, self.tie(relation="sibling"))) == ["tie_not_verified"]

    def test_a_tie_to_somebody_else_is_none(self, plan):
        assert codes(self.asked(plan, self.tie(), receiver="stranger")) == ["tie_not_verified"]

    def test_a_file_may_do_without(self):
        def change(tree):
            tree["extensions"]["guangzhou"]["ties"].update(verified_by_organisation=False)

        assert codes(self.asked(changed_rules("guangzhou", hooks, FILE, change), self.tie(""))) == []


class TestSuppliers:
    def asked(self, rules, target, minutes, unit="point", born="2000-01-01"):
        return codes(
            hooks.timebank_check_transfer(
                TransferCase(redeemed(target, minutes, unit), elder(born, (), POINTS)), rules
            )
        )

    @pytest.mark.parametrize("born", ["2004-01-01", "1950-01-01", None])
    def test_the_price_of_the_list_is_taken_at_any_age(self, plan, born):
        assert self.asked(plan, "supplier:glasses", 600, born=born) == []

    @pytest.mark.parametrize("minutes", [540, 660])
    def test_any_other_price_is_not(self, plan, minutes):
        assert self.asked(plan, "supplier:glasses", minutes) == ["other_price"]

    @pytest.mark.parametrize("target", ["supplier:haircut", "supplier:", "supplier"])
    def test_what_is_not_on_the_list_is_answered_with_the_list(self, plan, target):
        [refusal] = hooks.timebank_check_transfer(TransferCase(redeemed(target, 60), elder()), plan)

        assert refusal.code == "no_such_item"
        assert "glasses（配镜）" in refusal.words.zh

    def test_goods_have_no_price_here(self, plan):
        assert self.asked(plan, "goods:soap", 60) == []


class TestRuleFiles:
    def problems(self, change):
        rules = changed_rules("guangzhou", hooks, FILE, change)
        return [problem.path for problem in hooks.timebank_check_rules(rules)]

    def test_the_files_make_sense_to_the_plugin(self, guangzhou_rules):
        assert [hooks.timebank_check_rules(guangzhou_rules(day)) for day in (PLAN, RENAMED)] == [[], []]

    def test_a_class_of_need_that_does_not_exist_is_a_fault(self):
        faults = faults_after("guangzhou", hooks, FILE, "by_need: [low_income_elder", "by_need: [low_elder")

        assert faults == [("R04", "extensions.guangzhou.receiving.by_need.0")]

    @pytest.mark.parametrize(
        ("path", "amount"),
        [
            ("credit.units.point.quantum", "30 min"),
            ("charge.quantum", "90 min"),
            ("extensions.guangzhou.least_order.minutes", "45 min"),
            ("extensions.guangzhou.supplier.items.laundry.price", "2.5 h"),
        ],
    )
    def test_an_amount_that_breaks_a_point_is_a_problem(self, path, amount):
        def change(tree):
            *blocks, key = path.split(".")
            for block in blocks:
                tree = tree[block]
            tree[key] = amount

        assert self.problems(change) == [path]

    def test_fourteen_services_seven_of_them_professional(self, plan):
        qualified = [one for one in plan.names("services") if plan.has(f"services.{one}.qualification")]

        assert (len(plan.names("services")), len(qualified)) == (14, 7)
        assert {plan.text(f"services.{one}.category") for one in qualified} == {"professional"}

    def test_the_two_files_differ_in_name_only(self, guangzhou_rules):
        before, after = (guangzhou_rules(day).rule_set.tree for day in (PLAN, RENAMED))
        told = {"title", "effective", "replaces", "transition", "sources", "brand"}

        assert {key: before[key] for key in before if key not in told} == {
            key: after[key] for key in after if key not in told
        }
        assert (before["brand"]["name"]["zh"], after["brand"]["name"]["zh"]) == ("广州时间银行", "公益时间")
