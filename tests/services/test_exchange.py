"""What members may do with their credit: give it to kin, donate it, redeem it; within the rules and what they have."""

from functools import partial

import pytest

from tests.banks import YUNZHOU, a_bank, day, do, plugin
from tests.scenes import (
    CHANGE_DAY,
    STREET,
    TEAM,
    a_member,
    a_recipient,
    a_visit_on_paper,
    a_volunteer,
    account,
    all_at_once,
    an_elder_with_time,
    decision_of,
    donate,
    give,
    in_points,
    lines_of,
    pool,
    posted,
    redeem,
    reverse,
    settle,
    statements,
    the_tree,
    verified_child,
    with_credit,
)
from timebank.domain.refusal import BadInput, NotFound, Refusal, Refused
from timebank.domain.words import Words
from timebank.hooks import hookimpl
from timebank.services import exchange, members, organisations


@pytest.fixture
def parent(bank):
    return a_recipient(bank)


@pytest.fixture
def child(bank, parent):
    """A volunteer with eight coins whose parent is the elder."""
    member = a_volunteer(bank)
    with_credit(bank, member, 480)
    verified_child(bank, parent, member)
    return member


def refused(code, act, *args, **kwargs):
    with pytest.raises(Refused) as said:
        act(*args, **kwargs)
    assert said.value.code == code, said.value
    return said.value


# ---- gifts


def test_a_gift_goes_from_a_child_to_a_parent(bank, child, parent):
    answer = give(bank, child, parent, 120)

    assert lines_of(bank, answer["transfer_id"]) == [("savings", "savings", "coin", 120)]
    assert (posted(bank, child), posted(bank, parent)) == (360, 120)
    decision = decision_of(bank, answer["transfer_id"])
    assert decision["outcome"] == "gift"
    assert {"gifts.allowed", "gifts.to", "gifts.per_year.limit"} <= set(decision["paths"])


def test_a_gift_is_at_most_eleven_statements(bank, child, parent):
    with statements(bank) as first:
        give(bank, child, parent, 60)
    with statements(bank) as second:
        give(bank, child, parent, 60)

    assert len(first) <= 12, "\n".join(first)  # the receiver's account is opened
    assert len(second) <= 11, "\n".join(second)


def test_a_gift_goes_to_proved_kin_only(bank, child):
    stranger = a_recipient(bank, "钱奶奶")

    said = refused("not_kin", give, bank, child, stranger, 60)

    assert "直系亲属" in said.words.zh
    assert "依据" in said.words.zh


def test_kinship_counts_on_the_days_it_is_proved_for(bank, child, parent, clock):
    friend = a_recipient(bank, "吴奶奶")
    tie = {"member_id": friend, "kin_id": child, "relation": "child", "proof": "household_register"}
    do(bank, members.verify_tie, **tie, valid_from=day("2026-03-01"), valid_until=day("2026-03-05"))

    clock.set("2026-03-05 23:59")
    give(bank, child, friend, 60)
    clock.set("2026-03-06 00:00")
    refused("not_kin", give, bank, child, friend, 60)


def test_a_sibling_is_no_immediate_family_here(bank, child):
    sibling = a_recipient(bank, "王兰")
    tie = {"member_id": child, "kin_id": sibling, "relation": "sibling", "proof": "household_register"}
    do(bank, members.verify_tie, **tie, valid_from=day("2026-01-01"))

    refused("not_kin", give, bank, child, sibling, 60)


def test_the_receiver_of_a_gift_is_old_enough(bank, child):
    young = a_member(bank, "王小宝", born="1990-01-01")
    verified_child(bank, child, young)

    refused("receiver_not_entitled", give, bank, child, young, 60)


def test_a_gift_stops_at_the_cap_of_the_receiver(bank_with):
    bank = bank_with(("limit: 1500 h, over: donate", "limit: 10 h, over: donate"))
    parent, child = a_recipient(bank), a_volunteer(bank)
    with_credit(bank, child, 480)
    with_credit(bank, parent, 300)
    verified_child(bank, parent, child)

    refused("receiver_full", give, bank, child, parent, 301)
    give(bank, child, parent, 300)

    assert (posted(bank, child), posted(bank, parent), pool(bank)) == (180, 600, 0)


def test_the_giver_of_a_gift_meets_the_condition_of_the_file(bank_with):
    bank = bank_with(
        (
            "  to: immediate_family\n",
            "  to: immediate_family\n  giver: {any: [{all: [served_100]}], assumed: 测试所用}\n",
        )
    )
    parent, child = a_recipient(bank), a_volunteer(bank)
    verified_child(bank, parent, child)
    with_credit(bank, child, 60)

    said = refused("giver_not_entitled", give, bank, child, parent, 60)

    assert "累计服务满100小时" in said.words.zh


def test_nobody_gives_to_himself(bank, child):
    refused("same_member", give, bank, child, child, 60)


def test_nobody_gives_what_he_has_not(bank, child, parent):
    refused("not_enough", give, bank, child, parent, 481)


def test_only_the_named_unit_is_given(bank, child, parent):
    refused(
        "wrong_unit",
        do,
        bank,
        exchange.give,
        by=child,
        giver_id=child,
        receiver_id=parent,
        unit="point",
        minutes=60,
    )


def test_time_for_donation_only_is_not_given(bank, child, parent):
    refused("only_donated", give, bank, child, parent, 60, account="donation_only")


def test_gifts_stop_where_a_new_file_forbids_them(bank_with, clock):
    bank = bank_with(later=(("gifts:\n  allowed: true", "gifts:\n  allowed: false"),))
    parent, child = a_recipient(bank), a_volunteer(bank)
    verified_child(bank, parent, child)
    with_credit(bank, child, 480)

    clock.set("2026-06-30 23:59")
    give(bank, child, parent, 60)
    clock.set(f"{CHANGE_DAY} 00:00")
    refused("gift_not_allowed", give, bank, child, parent, 60)


# ---- the year


@pytest.fixture
def little_a_year(bank_with):
    bank = bank_with(("per_year: {limit: 100 h", "per_year: {limit: 3 h"))
    parent, child = a_recipient(bank), a_volunteer(bank)
    verified_child(bank, parent, child)
    with_credit(bank, child, 480, on="2026-03-02")
    return bank, child, parent


def test_gifts_of_a_year_stay_within_its_limit(little_a_year, clock):
    bank, child, parent = little_a_year
    give(bank, child, parent, 120)

    said = refused("over_yearly_limit", give, bank, child, parent, 61)
    assert "本年已赠与 120 分钟" in said.words.zh
    give(bank, child, parent, 60)

    clock.set("2026-12-31 23:59")
    refused("over_yearly_limit", give, bank, child, parent, 1)
    clock.set("2027-01-01 00:00")
    give(bank, child, parent, 60)


def test_eight_gifts_at_once_never_pass_the_limit_of_the_year(little_a_year):
    bank, child, parent = little_a_year

    outcomes = all_at_once(*[partial(give, bank, child, parent, 60)] * 8)

    assert sum(isinstance(outcome, dict) for outcome in outcomes) == 3, outcomes
    assert {outcome.code for outcome in outcomes if not isinstance(outcome, dict)} == {"over_yearly_limit"}
    assert posted(bank, parent) == 180


def test_a_gift_taken_back_no_longer_counts_for_the_year(bank_with):
    bank = bank_with(("per_year: {limit: 100 h", "taken_back: true\n  per_year: {limit: 3 h"))
    parent, child = a_recipient(bank), a_volunteer(bank)
    verified_child(bank, parent, child)
    with_credit(bank, child, 480)
    first = give(bank, child, parent, 180)

    reverse(bank, first["transfer_id"])

    give(bank, child, parent, 180)
    assert posted(bank, parent) == 180


# ---- donations and redemption


def test_a_donation_goes_to_the_pool(bank, child):
    answer = donate(bank, child, 60)

    assert lines_of(bank, answer["transfer_id"]) == [("savings", "pool", "coin", 60)]
    assert pool(bank) == 60


def test_a_donation_goes_to_nothing_the_file_does_not_name(bank, child):
    said = refused("unknown_target", donate, bank, child, 60, target="fireworks")

    assert "可以捐给：pool" in said.words.zh


def test_points_are_redeemed_for_goods_and_coins_are_not(bank, child):
    before = in_points(bank, child)

    answer = redeem(bank, child, 90)

    assert lines_of(bank, answer["transfer_id"]) == [("savings", "redemption", "point", 90)]
    assert in_points(bank, child) == before - 90
    refused("wrong_unit", redeem, bank, child, 60, unit="coin")


def test_what_the_rules_do_not_call_a_redemption_is_none(bank, child):
    refused("unknown_redemption", redeem, bank, child, 60, target="cash")


def test_a_plugin_may_refuse_and_its_rule_is_cited(fresh_database_url, clock):
    words = Words("雨天不捐。", "No donations in the rain.")
    in_the_rain = plugin(timebank_check_transfer=hookimpl(lambda: [Refusal("rain", words, "donations")]))
    with a_bank(fresh_database_url, plugins={YUNZHOU: in_the_rain}, clock=clock) as bank:
        member = a_volunteer(bank)
        with_credit(bank, member, 60)

        said = refused("rain", donate, bank, member, 60)
        assert "雨天不捐。（依据：" in said.words.zh
        assert "第十六条" in said.words.zh
        assert posted(bank, member) == 60


# ---- who may


def test_only_the_owner_spends(bank, child, parent):
    for by in (parent, "somebody"):
        refused("not_the_owner", give, bank, child, parent, 60, by=by)


def test_staff_spend_for_a_member_only_when_they_say_so(bank, child):
    staff = {"by": "clerk", "at": STREET, "giver_id": child, "unit": "coin", "minutes": 60}
    refused("not_the_owner", do, bank, exchange.donate, **staff)

    do(bank, exchange.donate, **staff, party=child)

    assert pool(bank) == 60


@pytest.mark.parametrize(
    ("at", "code"),
    [
        ("nowhere", "organisation_not_open"),
        ("west", "organisation_not_open"),
        (TEAM, "outside_area"),
        ("east", "no_power"),
        ("yun", "no_power"),
    ],
)
def test_staff_spend_only_for_members_of_their_own_area_and_with_the_power(bank, child, at, code):
    staff = {"by": "clerk", "at": at, "party": child, "giver_id": child, "unit": "coin", "minutes": 60}
    refused(code, do, bank, exchange.donate, **staff)
    assert posted(bank, child) == 480


def test_the_captain_of_a_team_does_not_spend_for_its_members(bank, child):
    do(bank, members.join_organisation, member_id=child, organisation_id=TEAM, from_day=day("2026-03-01"))
    captain = {"by": "captain", "at": TEAM, "party": child, "giver_id": child, "unit": "coin", "minutes": 60}
    refused("outside_area", do, bank, exchange.donate, **captain)


def test_an_organisation_spends_for_nobody_just_because_it_took_them_in(bank, child):
    new = (("west", "district", "yun"), ("west-1", "street", "west"))
    for code, level, parent in new:
        do(bank, organisations.add, organisation_id=code, level=level, name=code, parent_id=parent)
    stranger = {"by": "stranger", "at": "west-1"}
    taken_in = {"organisation_id": "west-1", "from_day": day("2026-03-02")}
    do(bank, members.join_organisation, **stranger, member_id=child, **taken_in)
    spent = stranger | {"party": child, "unit": "coin", "minutes": 60}

    refused("outside_area", do, bank, exchange.donate, giver_id=child, **spent)
    refused("outside_area", do, bank, exchange.redeem, member_id=child, target="goods", **spent)

    assert posted(bank, child) == 480


def test_for_who_lives_nowhere_the_root_alone_may_act(bank):
    the_tree(bank)
    member = do(bank, members.register, reference="R-1", name="李明")["member_id"]
    spent = {"party": member, "giver_id": member, "unit": "coin", "minutes": 60}
    refused("outside_area", do, bank, exchange.donate, by="clerk", at=STREET, **spent)


def test_a_member_who_has_left_neither_gives_nor_receives(bank, child, parent, clock):
    do(bank, members.close, member_id=parent, on_day=day("2026-03-02"), reason="deceased")
    clock.set("2026-03-03 09:00")
    refused("member_closed", give, bank, child, parent, 60)

    do(bank, members.close, member_id=child, on_day=day("2026-03-03"), reason="left")
    clock.set("2026-03-04 09:00")
    refused("member_closed", donate, bank, child, 60)


@pytest.mark.parametrize("kind", ["owed", "issuance", "redemption", "pool", "clearing", "expiry", "gold", ""])
def test_credit_cannot_be_spent_from_an_account_that_is_none_of_the_members(bank, child, parent, kind):
    with pytest.raises(BadInput, match="可以动用"):
        give(bank, child, parent, 60, account=kind)
    with pytest.raises(BadInput, match="可以动用"):
        donate(bank, child, 60, account=kind)


@pytest.mark.parametrize("minutes", [0, -60, 60.0, True, "60", None])
def test_an_amount_is_a_positive_whole_number_of_minutes(bank, child, minutes):
    with pytest.raises(BadInput, match="正整数分钟"):
        donate(bank, child, minutes)


def test_more_than_any_database_can_count_is_only_too_much(bank, child):
    refused("not_enough", donate, bank, child, 10**30)


def test_an_unknown_unit_is_answered_with_those_there_are(bank, child):
    with pytest.raises(BadInput, match="本市有：coin、point"):
        donate(bank, child, 60, unit="gold")


def test_somebody_nobody_knows_is_answered_with_a_sentence(bank, child):
    for stranger in ("01890000-0000-7000-8000-000000000000", "nobody"):
        with pytest.raises(NotFound, match="没有找到成员"):
            give(bank, child, stranger, 60)


def test_whoever_owes_gives_nothing_before_it_is_paid(bank, child, parent):
    answer = settle(bank, a_visit_on_paper(bank, child, 120, on="2026-02-01"))
    donate(bank, child, 600)
    reverse(bank, answer["transfer_id"])
    assert posted(bank, child, "owed") == -120

    for act in (partial(give, bank, child, parent, 1), partial(donate, bank, child, 1)):
        refused("owes", act)

    settle(bank, a_visit_on_paper(bank, child, 180, on="2026-03-03"))
    give(bank, child, parent, 60)


def test_granted_hours_may_be_given_where_neither_file_nor_plugin_forbids_it(bank):
    elder = an_elder_with_time(bank)
    partner = a_recipient(bank, "陈爷爷")
    tie = {"member_id": elder, "kin_id": partner, "relation": "spouse", "proof": "marriage_certificate"}
    do(bank, members.verify_tie, **tie, valid_from=day("2026-01-01"))

    give(bank, elder, partner, 60, account="granted")

    assert (posted(bank, elder, "granted"), posted(bank, partner)) == (24 * 60 - 60, 60)


def test_what_is_held_for_an_order_is_not_given(bank, child, parent):
    give(bank, child, parent, 120)
    a_visit_on_paper(bank, a_volunteer(bank, "郑洁"), 60, payer=parent, held=90)

    assert account(bank, parent).available == 30
    refused("not_enough", donate, bank, parent, 31)
    donate(bank, parent, 30)
