"""Orders are placed by whom the file lets, where and for what it lets, and hold what they will cost."""

import pytest

from tests.banks import a_bank, day, do, local, plugin
from tests.working import (
    ABOVE,
    START,
    STREET,
    a_volunteer,
    an_elder_with,
    available,
    city_folder,
    counted_statements,
    held,
    hold_states,
    kin_of,
    order_row,
    place,
    placed,
    publish,
    published,
    take,
    visit_row,
)
from tests.yunzhou import a_member, settle_tree
from timebank.domain.command import Channel
from timebank.domain.order import OrderAction
from timebank.domain.refusal import BadInput, Conflict, NotFound, Refusal, Refused
from timebank.domain.words import Words
from timebank.hooks import hookimpl
from timebank.services import orders


@pytest.fixture
def clock(town):
    """The instant of the story: a Monday morning until it is set."""
    town.clock.set("2026-03-02 09:00")
    return town.clock


@pytest.fixture
def bank(town, clock):
    return town


@pytest.fixture
def elder(bank):
    return an_elder_with(bank, granted=120)


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


# --- who may place, what and where


def test_an_elder_orders_and_the_hours_are_held(bank, elder):
    answer = placed(bank, elder)

    assert answer["state"] == "requested"
    assert answer["held"] == {"granted": 60}
    assert available(bank, elder, "granted") == 60
    row = order_row(bank, answer["order_id"])
    assert (row.origin, row.shape, row.asked_by) == ("request", "one_to_one", "recipient")
    assert row.placed_at_desk is None


def test_the_decision_of_an_order_keeps_the_rules_and_figures_it_was_placed_by(bank, elder):
    decision = order_row(bank, place(bank, elder)).decision

    assert decision["outcome"] == "placed"
    assert decision["rules"] == bank.city("yunzhou").book.on(day("2026-03-02")).digest
    assert "charge.request.payer" in decision["paths"]
    assert decision["facts"]["held"] == {"granted": 60}


def test_staff_order_for_an_elder_and_that_is_written_down(bank, elder):
    row = order_row(bank, place(bank, elder, **STREET, party=elder, channel=Channel.PHONE))

    assert (row.asked_by, row.placed_at_desk, row.channel) == ("organisation", "east-1", "phone")


def test_staff_of_another_street_may_not_order_for_an_elder(bank, elder):
    refused("outside_area", place, bank, elder, by="li", at="west-1")


def test_staff_of_the_elders_home_may_order_in_another_street(bank, elder):
    place(bank, elder, **STREET, organisation_id="east-2")


def test_staff_of_a_level_without_the_power_may_not_order(bank, elder):
    said = refused("no_power", place, bank, elder, by="gao", at="east")

    assert "street office" in said.words.en


def test_proved_kin_order_for_an_elder(bank, elder):
    assert order_row(bank, place(bank, elder, by=kin_of(bank, elder))).asked_by == "kin"


@pytest.mark.parametrize("relation", ["sibling", "child_spouse", "guardian"])
def test_family_beyond_the_sets_for_gifts_and_a_guardian_order_for_an_elder(bank, elder, relation):
    assert order_row(bank, place(bank, elder, by=kin_of(bank, elder, relation))).asked_by == "kin"


@pytest.mark.parametrize("relation", ["friend", "neighbour", "ward"])
def test_who_is_on_record_but_no_kin_may_not_order(bank, elder, relation):
    refused("no_standing", place, bank, elder, by=kin_of(bank, elder, relation))


def test_kin_whose_tie_has_ended_may_not_order(bank, elder):
    child = kin_of(bank, elder, valid_until=day("2026-02-28"))

    refused("no_standing", place, bank, elder, by=child)


def test_a_stranger_may_not_order_for_an_elder(bank, elder):
    refused("no_standing", place, bank, elder, by=a_member(bank))


def test_whoever_says_to_be_entrusted_is_written_down_as_such(bank, elder):
    assert order_row(bank, place(bank, elder, by=a_member(bank), entrusted=True)).asked_by == "entrusted"


def test_a_volunteer_may_not_place_what_the_file_leaves_to_others(bank, elder):
    said = refused("may_not_place", place, bank, elder, by=a_volunteer(bank))

    assert said.refusals[0].rule_path == "orders.request.placed_by"
    assert "第十条" in said.words.zh


def test_a_volunteer_places_an_order_where_the_file_lets_volunteers(other_rules):
    bank = other_rules(("placed_by: [recipient, kin,", "placed_by: [volunteer, recipient, kin,"))
    elder = an_elder_with(bank, granted=60)

    assert order_row(bank, place(bank, elder, by=a_volunteer(bank))).asked_by == "volunteer"


def test_only_an_admitted_recipient_is_served(bank):
    nobody = a_member(bank, born="1940-01-01")

    said = refused("not_admitted", place, bank, nobody)

    assert "第七条" in said.words.zh


def test_an_unknown_elder_is_not_found(bank):
    with pytest.raises(NotFound):
        place(bank, "00000000-0000-7000-8000-000000000000", **STREET)


def test_an_unknown_organisation_is_not_found(bank, elder):
    with pytest.raises(NotFound, match="east-9"):
        place(bank, elder, organisation_id="east-9")


def test_an_unknown_service_is_told_with_its_likeness_and_the_whole_list(bank, elder):
    said = refused("unknown_service", place, bank, elder, service="chatt")

    assert "您是不是要“chat 陪伴聊天”？" in said.words.zh
    assert "可选：chat 陪伴聊天、law 法律咨询、garden 庭院整理" in said.words.zh
    assert "Did you mean “chat (company and a chat)”?" in said.words.en


def test_a_service_may_be_guessed_by_its_chinese_name(bank, elder):
    said = refused("unknown_service", place, bank, elder, service="法律咨洵")

    assert "您是不是要“law 法律咨询”？" in said.words.zh


@pytest.mark.parametrize(("minutes", "code"), [(29, "too_short"), (241, "too_long")])
def test_an_order_is_as_long_as_the_service_may_be(bank, elder, minutes, code):
    said = refused(code, place, bank, elder, planned_minutes=minutes)

    assert "附件一" in said.words.zh


def test_the_shortest_and_the_longest_are_still_allowed(bank):
    elder = an_elder_with(bank, granted=600)

    place(bank, elder, planned_minutes=30)
    place(bank, elder, planned_minutes=240)


def test_a_one_to_one_service_is_no_project(bank):
    said = refused("wrong_shape", place, bank, None, **STREET, service="law", places=2)

    assert "一对一" in said.words.zh


def test_a_service_tried_out_in_one_street_is_not_ordered_in_another(bank, elder):
    said = refused("not_here", place, bank, elder, service="garden", organisation_id="east-2")

    assert said.refusals[0].rule_path == "services.garden.only_in"
    place(bank, elder, service="garden", organisation_id="east-1")


def test_what_holds_in_a_street_holds_below_it(bank, elder):
    place(bank, elder, service="garden", organisation_id="team-a")


def test_orders_of_a_city_may_be_tried_out_in_some_streets_only(other_rules):
    bank = other_rules(("orders:\n", "orders:\n  only_in: [east-1]\n"))
    elder = an_elder_with(bank, granted=120)

    assert place(bank, elder, organisation_id="east-1")
    said = refused("not_here", place, bank, elder, organisation_id="east-2")
    assert said.refusals[0].rule_path == "orders.only_in"


def test_one_origin_may_be_tried_out_in_some_streets_only(other_rules):
    edit = ("placed_by: [organisation]\n", "placed_by: [organisation]\n    only_in: [east-2]\n")
    bank = other_rules(edit)

    said = refused("not_here", place, bank, None, **STREET)

    assert said.refusals[0].rule_path == "orders.project.only_in"


def test_several_reasons_are_told_at_once(bank, elder):
    said = refused(
        "too_long", place, bank, elder, service="garden", organisation_id="east-2", planned_minutes=500
    )

    assert [refusal.code for refusal in said.refusals] == ["too_long", "not_here"]


def test_an_order_in_the_past_is_refused(bank, elder):
    refused("in_the_past", place, bank, elder, planned_start="2026-03-02 08:59")


def test_imported_history_skips_the_gates_and_says_so(bank):
    elder = a_member(bank, born="1940-01-01")

    row = order_row(
        bank, place(bank, elder, **STREET, channel=Channel.IMPORT, planned_start="2026-02-02 09:00")
    )

    assert (row.origin, row.state) == ("import", "published")
    assert row.decision["facts"]["imported"] is True


def test_an_import_of_an_order_still_to_come_keeps_the_gates(bank):
    elder = a_member(bank, born="1940-01-01")

    refused("not_admitted", place, bank, elder, **STREET, channel=Channel.IMPORT)


@pytest.mark.parametrize(
    "wrong",
    [
        {"planned_minutes": 0},
        {"planned_minutes": True},
        {"places": 0},
        {"head_count": -1},
        {"address": " "},
        {"address": "东" * 2001},
        {"title": "题" * 201},
    ],
)
def test_what_cannot_be_read_is_said(bank, elder, wrong):
    with pytest.raises(BadInput):
        place(bank, elder, **wrong)


def test_a_time_without_a_zone_is_refused(bank, elder):
    with pytest.raises(BadInput, match="时区"):
        place(bank, elder, planned_start=local(START).replace(tzinfo=None))


def test_the_service_date_is_the_citys_own_day(bank, elder):
    assert order_row(bank, place(bank, elder, planned_start="2026-03-04 00:10")).service_date == day(
        "2026-03-04"
    )


def test_the_same_operation_places_one_order(bank, elder):
    first = placed(bank, elder, operation="op-1")

    assert placed(bank, elder, operation="op-1") == first
    assert available(bank, elder, "granted") == 60
    with pytest.raises(Conflict):
        placed(bank, elder, operation="op-1", planned_minutes=90)


def test_an_order_directed_to_a_volunteer_names_an_admitted_one(bank, elder):
    refused("not_admitted", place, bank, elder, directed_to=a_member(bank))
    place(bank, elder, directed_to=a_volunteer(bank))


def test_nobody_is_directed_where_the_file_does_not(other_rules):
    bank = other_rules(("modes: [pick, offer, directed]", "modes: [pick, offer]"))
    elder = an_elder_with(bank, granted=60)

    said = refused("wrong_mode", place, bank, elder, directed_to=a_volunteer(bank))

    assert "自选、派单" in said.words.zh


def test_a_plugin_may_refuse_an_order(other_rules):
    asked = []

    @hookimpl
    def timebank_check_order(case, action, rules):
        asked.append((action, case.asked_by.value, dict(case.spends), [node.id for node in case.place]))
        return [Refusal("not_today", Words("今天不行", "Not today"), "orders")]

    bank = other_rules(plugins={"yunzhou": plugin(timebank_check_order=timebank_check_order)})
    elder = an_elder_with(bank, granted=60)

    said = refused("not_today", place, bank, elder)

    assert "第十条" in said.words.zh
    assert asked == [(OrderAction.PLACE, "recipient", {"granted": 60}, ["east-1", "east", "yz"])]
    assert available(bank, elder, "granted") == 60


# --- what is held


def test_granted_hours_are_held_before_savings(bank):
    elder = an_elder_with(bank, granted=60, savings=240)

    assert held(bank, place(bank, elder, planned_minutes=120)) == [(1, "granted", 60), (1, "savings", 60)]


def test_every_place_has_its_own_hold(bank):
    elder = an_elder_with(bank, granted=90, savings=240)

    order = place(bank, elder, places=2, planned_minutes=60)

    assert held(bank, order) == [(1, "granted", 60), (2, "granted", 30), (2, "savings", 30)]


def test_a_hold_is_rounded_up_as_the_charge_is(bank):
    elder = an_elder_with(bank, granted=240)

    assert held(bank, place(bank, elder, planned_minutes=61)) == [(1, "granted", 120)]


def test_who_has_not_enough_is_told_how_much_is_needed_and_available(bank):
    elder = an_elder_with(bank, granted=60)

    said = refused("not_enough", place, bank, elder, planned_minutes=90)

    assert "须预扣 2 时间币，可用 1 时间币" in said.words.zh
    assert "holds 2 time coins; available: 1 time coin" in said.words.en
    assert said.refusals[0].rule_path == "charge.request"
    assert "第十二条" in said.words.zh


def test_minutes_already_held_are_not_available_again(bank, elder):
    place(bank, elder)
    place(bank, elder, planned_start="2026-03-03 11:00")

    refused("not_enough", place, bank, elder, planned_start="2026-03-03 13:00")


def test_a_project_holds_nothing_where_nobody_pays(bank):
    order = place(bank, None, places=3, head_count=20)

    assert held(bank, order) == []
    assert order_row(bank, order).shape == "project"


def test_a_project_the_recipient_should_pay_for_needs_a_recipient(other_rules):
    bank = other_rules(("project: {payer: nobody,", "project: {payer: recipient, accounts: [savings],"))

    refused("no_payer", place, bank, None)


def test_nothing_is_held_where_the_pool_pays_at_settlement(other_rules):
    bank = other_rules(
        ("request: {payer: recipient, accounts: [granted, savings],", "request: {payer: pool,")
    )
    elder = an_elder_with(bank)

    assert held(bank, place(bank, elder)) == []


def test_who_may_not_redeem_savings_may_still_spend_what_was_granted(other_rules):
    bank = other_rules(
        ("who: {any: [{all: [aged_60]}, {all: [spouse_60]}]", "who: {any: [{all: [served_100]}]")
    )
    elder = an_elder_with(bank, granted=60, savings=600)

    place(bank, elder)
    said = refused("may_not_redeem", place, bank, elder, planned_start="2026-03-03 11:00")

    assert "累计服务满100小时" in said.words.zh
    assert said.refusals[0].rule_path == "redemption.service.who"


def test_savings_buy_no_service_where_the_file_says_so(other_rules):
    bank = other_rules(("  service:\n    allowed: true", "  service:\n    allowed: false"))
    elder = an_elder_with(bank, savings=600)

    refused("no_redemption", place, bank, elder)


def test_savings_are_spent_in_the_own_district_only_where_the_file_says_so(other_rules):
    bank = other_rules(("interchange: {within: city,", "interchange: {within: district,"))
    elder = an_elder_with(bank, savings=600, granted=60)

    place(bank, elder, organisation_id="west-1")
    said = refused("outside_interchange", place, bank, elder, organisation_id="west-1")
    place(bank, elder, organisation_id="east-2")

    assert "服务对象属于“城东区”，订单在“城西区”" in said.words.zh
    assert "第二十条" in said.words.zh


def test_who_has_no_home_on_record_spends_savings_nowhere_but_city_wide(other_rules):
    bank = other_rules(("interchange: {within: city,", "interchange: {within: district,"))
    elder = an_elder_with(bank, savings=600, home=None)

    said = refused("outside_interchange", place, bank, elder)

    assert "没有登记" in said.words.zh


def test_savings_are_spent_anywhere_in_a_city_that_counts_as_one(bank):
    elder = an_elder_with(bank, savings=600)

    place(bank, elder, organisation_id="west-1")


# --- the steps before volunteers see it


def test_an_order_is_reviewed_and_published_by_the_street(bank, elder):
    order = place(bank, elder)

    do(bank, orders.approve, **STREET, order_id=order)
    answer = do(bank, orders.publish, **STREET, order_id=order)

    assert answer["state"] == "published"
    assert order_row(bank, order).publisher_id == "east-1"


def test_a_project_is_not_reviewed_where_only_requests_are(bank):
    assert placed(bank, None)["state"] == "approved"


def test_a_step_may_be_for_one_origin_only(other_rules):
    bank = other_rules(("publish: {by: [street]", "publish: {of: [project], by: [street]"))
    elder = an_elder_with(bank, granted=60)
    order = place(bank, elder)

    assert do(bank, orders.approve, **STREET, order_id=order)["state"] == "published"


def test_another_level_may_not_review(bank, elder):
    order = place(bank, elder)

    refused("no_power", do, bank, orders.approve, **ABOVE, order_id=order)


def test_a_level_with_the_power_that_the_step_does_not_name_may_not_take_it(other_rules):
    bank = other_rules(
        ("may: [settle_dispute, reverse_transfer, verify_qualification]", "may: [review_order]")
    )
    elder = an_elder_with(bank, granted=60)
    order = place(bank, elder)

    said = refused("wrong_level", do, bank, orders.approve, **ABOVE, order_id=order)

    assert "街道" in said.words.zh


def test_a_rejected_order_lets_go_of_what_it_held(bank, elder):
    order = place(bank, elder)

    do(bank, orders.reject, **STREET, order_id=order, reason="地址不清")

    assert order_row(bank, order).state == "rejected"
    assert order_row(bank, order).reason == "地址不清"
    assert available(bank, elder, "granted") == 120


def test_an_order_is_not_published_before_its_review(bank, elder):
    said = refused("wrong_state", do, bank, orders.publish, **STREET, order_id=place(bank, elder))

    assert "待审核" in said.words.zh


def test_a_plugin_may_refuse_to_publish(other_rules):
    @hookimpl
    def timebank_check_order(case, action, rules):
        no = Refusal("not_ready", Words("还不行", "Not ready"))
        return [no] if action is OrderAction.PUBLISH else []

    bank = other_rules(plugins={"yunzhou": plugin(timebank_check_order=timebank_check_order)})
    order = place(bank, None)

    refused("not_ready", do, bank, orders.publish, **STREET, order_id=order)
    assert order_row(bank, order).state == "approved"


# --- cancelling and lapsing


def test_a_cancelled_order_restores_the_available_balance(bank, elder):
    order = published(bank, elder)

    do(bank, orders.cancel, by=elder, order_id=order, reason="身体不适")

    assert order_row(bank, order).state == "cancelled"
    assert hold_states(bank, order) == ["voided"]
    assert available(bank, elder, "granted") == 120


def test_cancelling_an_order_cancels_the_visits_planned_for_it(bank, elder):
    order = published(bank, elder)
    visit = take(bank, order, a_volunteer(bank))

    do(bank, orders.cancel, by=elder, order_id=order, reason="")

    assert visit_row(bank, visit).state == "cancelled"
    assert order_row(bank, order).places_taken == 0


def test_kin_and_staff_may_cancel_and_strangers_may_not(bank, elder):
    refused("not_staff", do, bank, orders.cancel, by=a_member(bank), order_id=place(bank, elder), reason="")
    do(bank, orders.cancel, **STREET, order_id=place(bank, elder), reason="")
    do(bank, orders.cancel, by=kin_of(bank, elder), order_id=place(bank, elder), reason="")


def test_an_order_can_be_cancelled_once(bank, elder):
    order = place(bank, elder)
    do(bank, orders.cancel, by=elder, order_id=order, reason="")

    refused("wrong_state", do, bank, orders.cancel, by=elder, order_id=order, reason="")
    assert available(bank, elder, "granted") == 120


def test_an_order_does_not_lapse_before_its_time(bank, elder):
    refused("too_early", do, bank, orders.lapse, **STREET, order_id=publish(bank, place(bank, elder)))


# --- statements


def test_placing_an_order_takes_few_statements(bank, elder):
    with counted_statements(bank) as sent:
        placed(bank, elder)

    assert len(sent) <= 18, "\n".join(sent)
