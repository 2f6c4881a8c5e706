"""A reversal undoes a transfer once; what is no longer there is owed, and later credit pays it first."""

from functools import partial

import pytest
from sqlalchemy import select

from tests.banks import YUNZHOU
from tests.scenes import (
    a_confirmed_visit,
    a_recipient,
    a_visit_on_paper,
    a_volunteer,
    account,
    all_at_once,
    an_elder_with_time,
    decision_of,
    donate,
    give,
    hold_states,
    in_points,
    lines_of,
    pool,
    pool_pays,
    posted,
    redeem,
    reverse,
    row_counts,
    settle,
    verified_child,
    visit_row,
    with_credit,
)
from timebank.domain.refusal import Conflict, NotFound, Refused
from timebank.services.verification import verify
from timebank.storage.books import transfers

STORE = "limit: 1500 h"


def healthy(bank):
    """Every law that can be asked of the rows holds."""
    return {result.code: result.shown for result in verify(bank, YUNZHOU) if not result.ok} == {}


@pytest.fixture
def volunteer(bank):
    return a_volunteer(bank)


# ---- what it undoes


def test_a_reversed_settlement_gives_everything_back_and_its_visit_is_void(bank):
    elder = an_elder_with_time(bank)
    visit = a_confirmed_visit(bank, recipient=elder, minutes=60)
    settled = settle(bank, visit)

    answer = reverse(bank, settled["transfer_id"])

    assert answer["reverses"] == settled["transfer_id"]
    assert lines_of(bank, answer["transfer_id"]) == [
        ("redemption", "granted", "coin", 60),
        ("savings", "issuance", "point", 60),
        ("savings", "issuance", "coin", 60),
    ]
    assert (posted(bank, visit.volunteer), in_points(bank, visit.volunteer)) == (0, 0)
    assert account(bank, elder, "granted").available == 24 * 60
    assert visit_row(bank, visit).state == "void"
    assert hold_states(bank, visit.order_id) == [("posted", 60, 60)]  # a hold is resolved once, and stays so
    assert healthy(bank)


def test_nothing_that_was_written_changes(bank, volunteer):
    settled = settle(bank, a_visit_on_paper(bank, volunteer))
    before = lines_of(bank, settled["transfer_id"]), decision_of(bank, settled["transfer_id"])

    reverse(bank, settled["transfer_id"])

    assert (lines_of(bank, settled["transfer_id"]), decision_of(bank, settled["transfer_id"])) == before


def test_a_void_visit_is_not_settled_again(bank, volunteer):
    visit = a_visit_on_paper(bank, volunteer)
    reverse(bank, settle(bank, visit)["transfer_id"])

    with pytest.raises(Refused, match="已作废"):
        settle(bank, visit)


def test_a_reversed_redemption_and_a_reversed_grant_are_undone(bank, volunteer):
    with_credit(bank, volunteer, 120)
    redeemed = redeem(bank, volunteer, 60)
    elder = an_elder_with_time(bank)
    with bank.reading() as connection:
        granted = connection.execute(select(transfers.c.id).where(transfers.c.kind == "grant")).scalar_one()

    reverse(bank, redeemed["transfer_id"])
    reverse(bank, granted)

    assert in_points(bank, volunteer) == 120
    assert posted(bank, elder, "granted") == 0
    assert healthy(bank)


# ---- once


def test_a_second_reversal_is_a_conflict(bank, volunteer):
    settled = settle(bank, a_visit_on_paper(bank, volunteer))
    with_credit(bank, volunteer, 60, on="2026-03-03")
    donated = donate(bank, volunteer, 60)
    for transfer in (settled, donated):
        reverse(bank, transfer["transfer_id"])
    before = row_counts(bank)

    for transfer in (settled, donated):
        with pytest.raises(Conflict, match="已经冲正过") as refused:
            reverse(bank, transfer["transfer_id"])
        assert refused.value.code == "already_reversed"

    assert row_counts(bank) == before


@pytest.mark.parametrize("what", ["settlement", "donation"])
def test_of_eight_who_reverse_one_transfer_at_once_one_does(bank, volunteer, what):
    transfer = settle(bank, a_visit_on_paper(bank, volunteer))
    if what == "donation":
        transfer = donate(bank, volunteer, 60)

    outcomes = all_at_once(*[partial(reverse, bank, transfer["transfer_id"])] * 8)

    assert sum(isinstance(outcome, dict) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 7, outcomes
    assert posted(bank, volunteer) == (60 if what == "donation" else 0)


def test_a_reversal_is_not_reversed(bank, volunteer):
    answer = reverse(bank, settle(bank, a_visit_on_paper(bank, volunteer))["transfer_id"])

    with pytest.raises(Refused, match="冲正不能再冲正") as refused:
        reverse(bank, answer["transfer_id"])

    assert refused.value.code == "is_a_reversal"


def test_a_transfer_nobody_knows_is_answered_with_a_sentence(bank):
    for transfer_id in ("01890000-0000-7000-8000-000000000000", "none"):
        with pytest.raises(NotFound, match="没有找到转账"):
            reverse(bank, transfer_id)


def test_only_who_has_the_power_reverses(bank, volunteer):
    settled = settle(bank, a_visit_on_paper(bank, volunteer))

    for actor in ({"by": "clerk", "at": "east-1"}, {"by": volunteer, "at": None}):
        with pytest.raises(Refused):
            reverse(bank, settled["transfer_id"], **actor)

    reverse(bank, settled["transfer_id"], by="auditor", at="east")


# ---- what is no longer there


def test_what_was_spent_is_owed(bank, volunteer):
    settled = settle(bank, a_visit_on_paper(bank, volunteer, 180))
    donate(bank, volunteer, 120)

    answer = reverse(bank, settled["transfer_id"])

    assert ("owed", "issuance", "coin", 120) in lines_of(bank, answer["transfer_id"])
    assert (posted(bank, volunteer), posted(bank, volunteer, "owed")) == (0, -120)
    assert decision_of(bank, answer["transfer_id"])["facts"]["owed"] == 120
    assert pool(bank) == 120  # the pool took it in good faith
    assert healthy(bank)


def test_what_is_held_for_an_order_is_left_there_and_owed(bank):
    elder = a_recipient(bank)
    settled = settle(bank, a_visit_on_paper(bank, elder, 120))
    a_visit_on_paper(bank, a_volunteer(bank), payer=elder, held=90)

    reverse(bank, settled["transfer_id"])

    found = account(bank, elder)
    assert (found.posted, found.held, posted(bank, elder, "owed")) == (90, 90, -90)


def test_later_credit_pays_what_is_owed_first(bank, volunteer):
    settled = settle(bank, a_visit_on_paper(bank, volunteer, 120))
    donate(bank, volunteer, 120)
    reverse(bank, settled["transfer_id"])

    answers = [settle(bank, a_visit_on_paper(bank, volunteer, 60, on=f"2026-03-0{n}")) for n in (3, 4, 5)]

    assert [lines_of(bank, answer["transfer_id"])[0] for answer in answers] == [
        ("issuance", "owed", "coin", 60),
        ("issuance", "owed", "coin", 60),
        ("issuance", "savings", "coin", 60),
    ]
    assert (posted(bank, volunteer), posted(bank, volunteer, "owed")) == (60, 0)
    assert decision_of(bank, answers[0]["transfer_id"])["facts"]["credits"][0]["repaid"] == 60


def test_credit_that_paid_a_debt_can_be_reversed_and_is_owed_again(bank, volunteer):
    first = settle(bank, a_visit_on_paper(bank, volunteer, 60))
    donate(bank, volunteer, 60)
    reverse(bank, first["transfer_id"])
    second = settle(bank, a_visit_on_paper(bank, volunteer, 60, on="2026-03-03"))

    reverse(bank, second["transfer_id"])

    assert (posted(bank, volunteer), posted(bank, volunteer, "owed")) == (0, -60)
    assert healthy(bank)


# ---- gifts


def _a_gift(bank):
    parent, child = a_recipient(bank), a_volunteer(bank)
    verified_child(bank, parent, child)
    with_credit(bank, child, 120)
    return parent, child, give(bank, child, parent, 120)


def test_a_receiver_in_good_faith_keeps_a_gift(bank):
    parent, _, gift = _a_gift(bank)

    with pytest.raises(Refused, match="善意取得") as refused:
        reverse(bank, gift["transfer_id"])

    assert refused.value.code == "gift_kept"
    assert posted(bank, parent) == 120


def test_a_file_may_say_that_gifts_are_taken_back(bank_with):
    bank = bank_with(("gifts:\n  allowed: true", "gifts:\n  allowed: true\n  taken_back: true"))
    parent, child, gift = _a_gift(bank)

    reverse(bank, gift["transfer_id"])

    assert (posted(bank, parent), posted(bank, child)) == (0, 120)


def test_a_gift_of_credit_that_was_reversed_later_stays_and_its_giver_owes(bank):
    parent, child = a_recipient(bank), a_volunteer(bank)
    verified_child(bank, parent, child)
    settled = settle(bank, a_visit_on_paper(bank, child, 120))
    give(bank, child, parent, 120)

    reverse(bank, settled["transfer_id"])

    assert (posted(bank, parent), posted(bank, child, "owed")) == (120, -120)


# ---- minutes that wait


def test_minutes_a_settlement_let_wait_no_longer_wait(bank, volunteer):
    settled = settle(bank, a_visit_on_paper(bank, volunteer, 89))
    assert account(bank, volunteer).carried == 29

    reverse(bank, settled["transfer_id"])

    assert account(bank, volunteer).carried == 0


def test_minutes_a_settlement_used_up_wait_again(bank, volunteer):
    settle(bank, a_visit_on_paper(bank, volunteer, 50))
    settled = settle(bank, a_visit_on_paper(bank, volunteer, 20))
    assert account(bank, volunteer).carried == 10

    reverse(bank, settled["transfer_id"])

    assert account(bank, volunteer).carried == 50


def test_minutes_wait_no_longer_also_where_the_coin_paid_a_debt_or_there_was_none(bank, volunteer):
    first = settle(bank, a_visit_on_paper(bank, volunteer, 60))
    donate(bank, volunteer, 60)
    reverse(bank, first["transfer_id"])
    paying = settle(bank, a_visit_on_paper(bank, volunteer, 70, on="2026-03-03"))
    no_coin = settle(bank, a_visit_on_paper(bank, volunteer, 40, on="2026-03-04"))
    assert (no_coin["credited"], account(bank, volunteer).carried) == ({"coin": 0, "point": 30}, 50)

    reverse(bank, no_coin["transfer_id"])
    assert account(bank, volunteer).carried == 10
    reverse(bank, paying["transfer_id"])
    assert account(bank, volunteer).carried == 0


def test_minutes_that_were_already_used_by_a_later_visit_are_not_taken_below_nothing(bank, volunteer):
    first = settle(bank, a_visit_on_paper(bank, volunteer, 89))
    settle(bank, a_visit_on_paper(bank, volunteer, 31, on="2026-03-03"))
    assert (posted(bank, volunteer), account(bank, volunteer).carried) == (120, 0)

    reverse(bank, first["transfer_id"])

    assert (posted(bank, volunteer), account(bank, volunteer).carried) == (60, 0)


@pytest.mark.parametrize("later_first", [True, False])
def test_no_minutes_wait_once_every_settlement_is_reversed(bank, volunteer, later_first):
    both = [
        settle(bank, a_visit_on_paper(bank, volunteer, 110)),
        settle(bank, a_visit_on_paper(bank, volunteer, 70, on="2026-03-03")),
    ]
    for settled in reversed(both) if later_first else both:
        reverse(bank, settled["transfer_id"])

    assert (posted(bank, volunteer), account(bank, volunteer).carried) == (0, 0)


def test_minutes_short_at_one_reversal_are_made_good_once(bank, volunteer):
    first = settle(bank, a_visit_on_paper(bank, volunteer, 110))
    second = settle(bank, a_visit_on_paper(bank, volunteer, 70, on="2026-03-03"))
    reverse(bank, first["transfer_id"])
    third = settle(bank, a_visit_on_paper(bank, volunteer, 100, on="2026-03-04"))
    fourth = settle(bank, a_visit_on_paper(bank, volunteer, 30, on="2026-03-05"))

    reverse(bank, second["transfer_id"])
    assert account(bank, volunteer).carried == 10
    reverse(bank, fourth["transfer_id"])
    assert (posted(bank, volunteer), account(bank, volunteer).carried) == (60, 40)
    reverse(bank, third["transfer_id"])
    assert (posted(bank, volunteer), account(bank, volunteer).carried) == (0, 0)


# ---- overflow


def _overflow(bank_with):
    bank = bank_with((STORE, "limit: 1 h"))
    volunteer = a_volunteer(bank)
    settled = settle(bank, a_visit_on_paper(bank, volunteer, 180))
    assert (posted(bank, volunteer), pool(bank)) == (60, 120)
    return bank, volunteer, settled


def test_overflow_comes_back_from_the_pool(bank_with):
    bank, volunteer, settled = _overflow(bank_with)

    reverse(bank, settled["transfer_id"])

    assert (posted(bank, volunteer), posted(bank, volunteer, "owed"), pool(bank)) == (0, 0, 0)
    assert healthy(bank)


def test_overflow_that_the_pool_has_spent_is_owed_by_who_was_credited(bank_with):
    bank, volunteer, settled = _overflow(bank_with)
    pool_pays(bank, 90)

    answer = reverse(bank, settled["transfer_id"])

    assert (posted(bank, volunteer), posted(bank, volunteer, "owed"), pool(bank)) == (0, -90, 0)
    facts = decision_of(bank, answer["transfer_id"])["facts"]
    assert (facts["owed"], facts["spent_by_pool"]) == (90, 90)


def test_a_donation_comes_back_as_far_as_the_pool_still_has_it(bank, volunteer):
    with_credit(bank, volunteer, 120)
    donated = donate(bank, volunteer, 120)
    pool_pays(bank, 90)

    answer = reverse(bank, donated["transfer_id"])

    assert (posted(bank, volunteer), pool(bank)) == (30, 0)
    assert decision_of(bank, answer["transfer_id"])["facts"]["spent_by_pool"] == 90


def test_a_donation_of_which_nothing_is_left_is_refused_in_words(bank, volunteer):
    with_credit(bank, volunteer, 120)
    donated = donate(bank, volunteer, 120)
    pool_pays(bank, 120)

    with pytest.raises(Refused, match="已从公共时间池用完") as refused:
        reverse(bank, donated["transfer_id"])

    assert refused.value.code == "nothing_left"
