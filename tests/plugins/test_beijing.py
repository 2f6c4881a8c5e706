"""Beijing's reasoning, hook by hook: minors, the public home, 志愿北京 and the catalogue."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from tests.plugins.cases_of_orders import changed_rules, member, order, rules_of
from timebank.domain.cases import AskedBy, OrderCase, TransferCase
from timebank.domain.event import Event
from timebank.domain.member import MemberAction, Role
from timebank.domain.order import OrderAction
from timebank.domain.registry import Answer, LookedUp
from timebank.domain.transfer import ProposedTransfer, TransferKind
from timebank_beijing import hooks

PLAN, SPEC = "2023-09-25", "2023-09-26"
HOURS = 60


@pytest.fixture(scope="module")
def beijing_rules():
    """Give Beijing's rules of a day."""
    return rules_of("beijing", hooks)


def codes(refusals):
    return [refusal.code for refusal in refusals or ()]


def pupil(*, kin=(("guardian", "mother"),), traits=("usual_resident", "enrolled_student"), born="2008-09-01"):
    return replace(member("pupil", born, traits=traits, kin=kin), roles=frozenset({Role.VOLUNTEER}))


def accepting(volunteer, companions=()):
    return OrderCase(order(PLAN), AskedBy.RECIPIENT, volunteer=volunteer, companions=frozenset(companions))


class TestMinors:
    def test_a_pupil_with_a_guardian_may_join_under_the_plan_of_2022(self, beijing_rules):
        assert codes(hooks.timebank_check_member(pupil(), MemberAction.JOIN, beijing_rules(PLAN))) == []

    def test_the_same_pupil_may_not_serve_a_day_later_under_the_rules_of_2023(self, beijing_rules):
        refused = hooks.timebank_check_member(pupil(), MemberAction.SERVE, beijing_rules(SPEC))

        assert codes(refused) == ["outside_gate"]
        assert refused[0].rule_path == "admission.volunteer.gate"

    def test_a_pupil_without_a_guardian_may_not_join(self, beijing_rules):
        refused = hooks.timebank_check_member(pupil(kin=()), MemberAction.JOIN, beijing_rules(PLAN))

        assert codes(refused) == ["no_guardian"]
        assert refused[0].rule_path == "extensions.beijing.minors"

    def test_a_parent_counts_as_a_guardian_and_an_aunt_does_not(self, beijing_rules):
        with_parent, with_aunt = pupil(kin=[("parent", "father")]), pupil(kin=[("sibling", "brother")])

        assert codes(hooks.timebank_check_member(with_parent, MemberAction.SERVE, beijing_rules(PLAN))) == []
        assert codes(hooks.timebank_check_member(with_aunt, MemberAction.SERVE, beijing_rules(PLAN))) == [
            "no_guardian"
        ]

    def test_a_guardianship_that_has_ended_does_not_count(self, beijing_rules):
        ended = pupil(kin=[("guardian", "mother", "2023-09-24")])

        assert codes(hooks.timebank_check_member(ended, MemberAction.SERVE, beijing_rules(PLAN))) == [
            "no_guardian"
        ]

    def test_somebody_under_age_who_is_no_pupil_is_outside_the_gate(self, beijing_rules):
        refused = hooks.timebank_check_member(
            pupil(traits=("usual_resident",)), MemberAction.JOIN, beijing_rules(PLAN)
        )

        assert codes(refused) == ["outside_gate"]

    def test_an_elder_who_asks_to_be_served_is_not_asked_what_volunteers_are(self, beijing_rules):
        elder = replace(member("elder", "1950-01-01"), roles=frozenset({Role.RECIPIENT}))

        assert codes(hooks.timebank_check_member(elder, MemberAction.JOIN, beijing_rules(PLAN))) == []

    def test_on_the_eighteenth_birthday_no_guardian_is_needed_any_more(self, beijing_rules):
        day_before = pupil(born="2005-09-26", kin=())
        birthday = pupil(born="2005-09-25", kin=())

        assert codes(hooks.timebank_check_member(day_before, MemberAction.SERVE, beijing_rules(PLAN))) == [
            "no_guardian"
        ]
        assert codes(hooks.timebank_check_member(birthday, MemberAction.SERVE, beijing_rules(PLAN))) == []

    def test_a_recipient_is_never_asked_about_the_volunteers_gate(self, beijing_rules):
        assert codes(hooks.timebank_check_member(pupil(), MemberAction.RECEIVE, beijing_rules(SPEC))) == []

    def test_a_pupil_may_take_a_place_beside_the_guardian(self, beijing_rules):
        case = accepting(pupil(), ["mother"])

        assert codes(hooks.timebank_check_order(case, OrderAction.ACCEPT, beijing_rules(PLAN))) == []

    def test_a_pupil_may_not_go_first_nor_beside_a_stranger(self, beijing_rules):
        for companions in ([], ["stranger"]):
            refused = hooks.timebank_check_order(
                accepting(pupil(), companions), OrderAction.ACCEPT, beijing_rules(PLAN)
            )

            assert codes(refused) == ["guardian_not_there"]
            assert refused[0].rule_path == "extensions.beijing.minors.guardian_serves_too"

    def test_an_adult_goes_alone(self, beijing_rules):
        case = accepting(member("li", "1990-03-02", traits=("usual_resident",)))

        assert codes(hooks.timebank_check_order(case, OrderAction.ACCEPT, beijing_rules(PLAN))) == []

    def test_placing_an_order_asks_for_no_guardian(self, beijing_rules):
        assert (
            codes(hooks.timebank_check_order(accepting(pupil()), OrderAction.PLACE, beijing_rules(PLAN)))
            == []
        )


class TestPublicHome:
    def asked(self, served, saved, paid=10_000, *, target="public_home", unit="coin"):
        giver = member(
            "li", "1950-01-01", balances={("savings", "coin"): saved * HOURS}, served=served * HOURS
        )
        kind = TransferKind.REDEMPTION
        return TransferCase(ProposedTransfer(kind, "li", None, unit, paid * HOURS, target=target), giver)

    def test_ten_thousand_hours_served_and_ten_thousand_coins_open_the_home(self, beijing_rules):
        assert codes(hooks.timebank_check_transfer(self.asked(10_000, 10_000), beijing_rules(PLAN))) == []

    @pytest.mark.parametrize(
        ("served", "saved", "paid", "code"),
        [
            (9_999, 10_000, 10_000, "public_home_served"),
            (10_000, 9_999, 10_000, "public_home_saved"),
            (10_000, 10_000, 9_999, "public_home_paid"),
        ],
    )
    def test_each_of_the_conditions_must_be_met(self, beijing_rules, served, saved, paid, code):
        refused = hooks.timebank_check_transfer(self.asked(served, saved, paid), beijing_rules(PLAN))

        assert codes(refused) == [code]
        assert refused[0].rule_path == "extensions.beijing.public_home"
        assert "9,999" in refused[0].words.zh
        assert "10,000" in refused[0].words.en

    def test_all_that_is_missing_is_told_at_once(self, beijing_rules):
        refused = hooks.timebank_check_transfer(self.asked(0, 0, 1), beijing_rules(PLAN))

        assert codes(refused) == ["public_home_served", "public_home_saved", "public_home_paid"]

    def test_a_gift_or_a_donation_needs_no_ten_thousand_hours(self, beijing_rules):
        assert (
            codes(hooks.timebank_check_transfer(self.asked(0, 1, 1, target="pool"), beijing_rules(PLAN)))
            == []
        )

    def test_the_rules_of_2023_do_not_know_the_home(self, beijing_rules):
        assert not beijing_rules(SPEC).has("extensions.beijing.public_home")


@dataclass
class Register:
    """A register that answers yes to the numbers it knows, and keeps what it was told."""

    known: frozenset = frozenset({"BV1"})
    told: list = field(default_factory=list)

    def ask(self, kind, key):
        return LookedUp(Answer.YES if key in self.known else Answer.NO, kind)

    def tell(self, delivery_id, kind, body):
        self.told.append((delivery_id, kind, dict(body)))


def event(kind, **body):
    return Event("event-1", kind, body, datetime(2023, 10, 8, tzinfo=UTC))


class TestZhiyuanBeijing:
    def test_a_volunteer_number_is_asked_of_the_register(self):
        registries = {"zhiyuan_beijing": Register()}

        assert hooks.timebank_look_up("zhiyuan_beijing", "BV1", registries).answer is Answer.YES
        assert hooks.timebank_look_up("zhiyuan_beijing", "BV2", registries).answer is Answer.NO

    def test_without_a_number_the_answer_comes_later_and_nobody_is_asked(self):
        registries = {"zhiyuan_beijing": Register(known=frozenset({" "}))}

        assert hooks.timebank_look_up("zhiyuan_beijing", " ", registries).answer is Answer.LATER

    def test_other_registers_and_absent_ones_are_left_to_the_plain_time_bank(self):
        assert hooks.timebank_look_up("household", "1", {"zhiyuan_beijing": Register()}) is None
        assert hooks.timebank_look_up("zhiyuan_beijing", "BV1", {}) is None

    def test_a_published_project_is_passed_on_under_the_events_own_id(self):
        register = Register()

        hooks.timebank_on_event(
            event("order.published", origin="project", order_id="o"), {"zhiyuan_beijing": register}
        )

        assert register.told == [("event-1", "order.published", {"origin": "project", "order_id": "o"})]

    def test_settled_hours_are_passed_on(self):
        register = Register()

        hooks.timebank_on_event(event("visit.settled", visit_id="v"), {"zhiyuan_beijing": register})

        assert [kind for _, kind, _ in register.told] == ["visit.settled"]

    def test_an_elders_own_request_is_not_published_to_the_world(self):
        register = Register()

        hooks.timebank_on_event(event("order.published", origin="request"), {"zhiyuan_beijing": register})
        hooks.timebank_on_event(event("gift.posted"), {"zhiyuan_beijing": register})

        assert register.told == []

    def test_without_the_register_nothing_is_sent_and_nothing_fails(self):
        hooks.timebank_on_event(event("order.published", origin="project"), {"other": Register()})


class TestCatalogue:
    def changed(self, change):
        return changed_rules("beijing", hooks, "2023-09-26.yaml", change)

    def test_seven_categories_and_ten_services_match(self, beijing_rules):
        assert hooks.timebank_check_rules(beijing_rules(SPEC)) == []

    def test_eight_categories_match_and_an_item_of_one_district_is_not_counted(self, beijing_rules):
        rules = beijing_rules(PLAN)

        assert rules.has("services.oral_history.only_in")
        assert hooks.timebank_check_rules(rules) == []

    @pytest.mark.parametrize(("part", "name"), [("categories", "fraud"), ("services", "chat")])
    def test_a_missing_part_of_the_catalogue_is_a_problem_with_its_path(self, part, name):
        rules = self.changed(lambda tree: tree[part].pop(name))

        problems = hooks.timebank_check_rules(rules)

        assert [problem.path for problem in problems] == [f"extensions.beijing.catalogue.{part}"]

    def test_without_published_counts_there_is_nothing_to_compare(self):
        rules = self.changed(lambda tree: tree.pop("extensions"))

        assert hooks.timebank_check_rules(rules) == []
