"""Caps: what lies above is donated or not credited; nothing that is there is ever taken away."""

from datetime import date
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.banks import YUNZHOU, plugin
from tests.scenes import (
    CHANGE_DAY,
    DAY_CAP,
    NO_DAY_CAP,
    Paper,
    a_recipient,
    a_visit_on_paper,
    a_volunteer,
    all_at_once,
    decision_of,
    donate,
    give,
    in_points,
    lines_of,
    pool,
    posted,
    reverse,
    settle,
    verified_child,
    visits_on_paper,
    with_credit,
)
from timebank.domain.settlement import Credit, Proposal
from timebank.hooks import hookimpl
from timebank.services.caps import period_of
from timebank.services.settlement import settle_due

STORE = (
    "caps:\n  store: {on: balance, unit: coin, account: savings, limit: 1500 h, over: donate, "
    "source: mb25 第十三条}\n"
)


def caps(*lines: str) -> tuple[str, str]:
    """Return the edit that puts other caps into the file."""
    return STORE + DAY_CAP, "caps:\n" + "".join(f"  {line}\n" for line in lines)


def cap(name: str, **keys: str) -> str:
    told = ", ".join(f"{key}: {value}" for key, value in keys.items())
    return f"{name}: {{{told}, assumed: 测试所用}}"


def balance(limit: str, over: str = "donate") -> str:
    return cap("store", on="balance", unit="coin", account="savings", limit=limit, over=over)


def credit(per: str, limit: str, over: str = "not_credited", **more: str) -> str:
    return cap("some", on="credit", unit="coin", per=per, limit=limit, over=over, **more)


def facts_of(bank, answer):
    return decision_of(bank, answer["transfer_id"])["facts"]["credits"][0]


# ---- what an account may hold


def test_overflow_is_credited_and_then_donated_in_the_same_transfer(bank_with):
    bank = bank_with(caps(balance("3 h")))
    volunteer = a_volunteer(bank)
    with_credit(bank, volunteer, 120)

    answer = settle(bank, a_visit_on_paper(bank, volunteer, 180))

    assert answer["credited"]["coin"] == 180
    assert lines_of(bank, answer["transfer_id"])[:2] == [
        ("issuance", "savings", "coin", 180),
        ("savings", "pool", "coin", 120),
    ]
    assert (posted(bank, volunteer), pool(bank)) == (180, 120)
    assert facts_of(bank, answer)["donated"] == 120


def test_a_full_account_stays_full_and_the_pool_grows(bank_with):
    bank = bank_with(caps(balance("2 h")))
    volunteer = a_volunteer(bank)
    with_credit(bank, volunteer, 120)

    settle(bank, a_visit_on_paper(bank, volunteer, 60))

    assert (posted(bank, volunteer), pool(bank)) == (120, 60)


def test_a_cap_lowered_below_a_balance_donates_what_is_new_and_takes_nothing_away(bank_with):
    bank = bank_with(later=(("limit: 1500 h", "limit: 2 h"),))
    volunteer = a_volunteer(bank)
    with_credit(bank, volunteer, 300)

    settle(bank, a_visit_on_paper(bank, volunteer, 60, on=CHANGE_DAY))

    assert (posted(bank, volunteer), pool(bank)) == (300, 60)


def test_a_balance_may_be_capped_without_a_donation(bank_with):
    bank = bank_with(caps(balance("2 h", "not_credited")))
    volunteer = a_volunteer(bank)

    answer = settle(bank, a_visit_on_paper(bank, volunteer, 180))

    assert answer["credited"]["coin"] == 120
    assert facts_of(bank, answer)["cut"] == 60
    assert (posted(bank, volunteer), pool(bank)) == (120, 0)


def test_a_cap_without_a_donation_that_is_lowered_below_a_balance_credits_nothing_and_takes_nothing(
    bank_with,
):
    bank = bank_with(caps(balance("9 h", "not_credited")), later=(("limit: 9 h", "limit: 2 h"),))
    volunteer = a_volunteer(bank)
    with_credit(bank, volunteer, 300)

    answer = settle(bank, a_visit_on_paper(bank, volunteer, 60, on=CHANGE_DAY))

    assert answer["credited"]["coin"] == 0
    assert (posted(bank, volunteer), pool(bank)) == (300, 0)


def test_a_cap_of_one_unit_leaves_the_other_alone(bank_with):
    bank = bank_with(caps(balance("1 h")))
    volunteer = a_volunteer(bank)

    settle(bank, a_visit_on_paper(bank, volunteer, 180))

    assert (posted(bank, volunteer), in_points(bank, volunteer)) == (60, 180)


def test_what_is_held_counts_as_held_by_the_owner(bank_with):
    bank = bank_with(caps(balance("3 h")))
    elder = a_recipient(bank)
    with_credit(bank, elder, 180)
    a_visit_on_paper(bank, a_volunteer(bank), 60, payer=elder, held=180)

    settle(bank, a_visit_on_paper(bank, elder, 60))

    assert (posted(bank, elder), pool(bank)) == (180, 60)


# ---- what may be credited in a period


def test_a_day_gives_no_more_than_the_days_cap(bank):
    volunteer = a_volunteer(bank)

    answers = [settle(bank, a_visit_on_paper(bank, volunteer, 180)) for _ in range(4)]

    assert [answer["credited"]["coin"] for answer in answers] == [180, 180, 120, 0]
    assert posted(bank, volunteer) == 480
    assert settle(bank, a_visit_on_paper(bank, volunteer, 60, on="2026-03-03"))["credited"]["coin"] == 60


def test_the_days_cap_counts_the_day_of_service_and_not_of_settlement(bank, clock):
    volunteer = a_volunteer(bank)
    visits_on_paper(bank, [Paper(volunteer, 300, on) for on in ("2026-03-02", "2026-03-03") * 2])
    clock.set("2026-03-09 09:00")

    settle_due(bank, YUNZHOU)

    assert posted(bank, volunteer) == 2 * 480


@pytest.mark.parametrize(
    ("per", "inside", "outside"),
    [("month", "2026-03-31", "2026-04-01"), ("year", "2026-12-31", "2027-01-01")],
)
def test_a_cap_of_a_month_or_a_year_ends_with_it(bank_with, per, inside, outside):
    bank = bank_with(caps(credit(per, "4 h")))
    volunteer = a_volunteer(bank)
    settle(bank, a_visit_on_paper(bank, volunteer, 180, on="2026-03-01"))

    assert settle(bank, a_visit_on_paper(bank, volunteer, 120, on=inside))["credited"]["coin"] == 60
    assert settle(bank, a_visit_on_paper(bank, volunteer, 120, on=outside))["credited"]["coin"] == 120


def test_a_cap_over_a_period_may_donate_what_lies_above(bank_with):
    bank = bank_with(caps(credit("month", "2 h", "donate")))
    volunteer = a_volunteer(bank)

    first = settle(bank, a_visit_on_paper(bank, volunteer, 180))
    second = settle(bank, a_visit_on_paper(bank, volunteer, 60, on="2026-03-03"))

    assert (first["credited"]["coin"], second["credited"]["coin"]) == (180, 60)
    assert (posted(bank, volunteer), pool(bank)) == (120, 120)


def test_what_was_donated_as_overflow_still_counts_for_the_day(bank_with):
    bank = bank_with(caps(balance("1 h"), credit("day", "2 h")))
    volunteer = a_volunteer(bank)

    answers = [settle(bank, a_visit_on_paper(bank, volunteer, 60)) for _ in range(3)]

    assert [answer["credited"]["coin"] for answer in answers] == [60, 60, 0]
    assert (posted(bank, volunteer), pool(bank)) == (60, 60)


@pytest.mark.parametrize("order", [1, -1])
def test_what_is_not_credited_is_not_donated_either_whichever_cap_is_written_first(bank_with, order):
    bank = bank_with(caps(*[balance("1 h"), credit("day", "2 h")][::order]))
    volunteer = a_volunteer(bank)

    answer = settle(bank, a_visit_on_paper(bank, volunteer, 180))

    assert answer["credited"]["coin"] == 120
    assert (posted(bank, volunteer), pool(bank)) == (60, 60)


def test_a_cap_that_names_no_account_counts_every_kind(bank_with):
    bank = bank_with(caps(credit("day", "2 h")))
    volunteer = a_volunteer(bank)

    answers = [settle(bank, a_visit_on_paper(bank, volunteer, 90)) for _ in range(3)]

    assert sum(answer["credited"]["coin"] for answer in answers) == 120


def test_a_reversed_settlement_makes_room_again(bank):
    volunteer = a_volunteer(bank)
    first = settle(bank, a_visit_on_paper(bank, volunteer, 480))
    assert settle(bank, a_visit_on_paper(bank, volunteer, 60))["credited"]["coin"] == 0

    reverse(bank, first["transfer_id"])

    assert settle(bank, a_visit_on_paper(bank, volunteer, 60))["credited"]["coin"] == 60


def test_a_gift_or_a_donation_does_not_make_room_in_the_day(bank):
    volunteer = a_volunteer(bank)
    settle(bank, a_visit_on_paper(bank, volunteer, 480))
    donate(bank, volunteer, 480)

    assert settle(bank, a_visit_on_paper(bank, volunteer, 60))["credited"]["coin"] == 0


# ---- debts


def _in_debt(bank, volunteer, owed):
    """Let a volunteer owe minutes: earned, donated, reversed."""
    answer = settle(bank, a_visit_on_paper(bank, volunteer, owed, on="2026-02-02"))
    donate(bank, volunteer, owed)
    reverse(bank, answer["transfer_id"])


def test_only_what_reaches_the_account_can_overflow(bank_with):
    bank = bank_with(caps(balance("2 h")))
    volunteer, friend = a_volunteer(bank, born="1950-01-01"), a_volunteer(bank, "周敏")
    _in_debt(bank, volunteer, 60)
    with_credit(bank, friend, 60)
    verified_child(bank, volunteer, friend)
    give(bank, friend, volunteer, 60)  # a gift pays no debt: half of the room is taken
    before = pool(bank)

    answer = settle(bank, a_visit_on_paper(bank, volunteer, 180))

    told = facts_of(bank, answer)
    assert (told["credited"], told["repaid"], told["donated"]) == (180, 60, 60)
    assert (posted(bank, volunteer), posted(bank, volunteer, "owed")) == (120, 0)
    assert pool(bank) == before + 60


def test_what_pays_a_debt_counts_for_the_day_too(bank):
    volunteer = a_volunteer(bank)
    _in_debt(bank, volunteer, 120)

    answers = [settle(bank, a_visit_on_paper(bank, volunteer, 240)) for _ in range(3)]

    assert [answer["credited"]["coin"] for answer in answers] == [240, 240, 0]
    assert posted(bank, volunteer) == 480 - 120


def test_two_credits_of_one_visit_pay_a_debt_once(bank_with):
    def to_two_accounts(visit):
        path, minutes = "credit.units.coin", visit.visit.recognised_minutes
        kinds = ("savings", "donation_only")
        return Proposal(tuple(Credit(visit.volunteer_account(kind, "coin"), minutes, path) for kind in kinds))

    volunteer = a_volunteer(bank_with())
    _in_debt(bank_with(), volunteer, 60)
    bank = bank_with(plugins={YUNZHOU: plugin(timebank_credit_visit=hookimpl(to_two_accounts))})

    answer = settle(bank, a_visit_on_paper(bank, volunteer, 60))

    assert lines_of(bank, answer["transfer_id"]) == [
        ("issuance", "owed", "coin", 60),
        ("issuance", "donation_only", "coin", 60),
    ]


# ---- many at once


@pytest.mark.parametrize("limit", ["2 h", "5 h"])
def test_eight_settlements_of_one_volunteer_at_once_never_pass_a_cap(bank_with, limit):
    bank = bank_with(caps(balance("3 h"), credit("day", limit)))
    volunteer = a_volunteer(bank)
    made = visits_on_paper(bank, [Paper(volunteer)] * 8)

    answers = all_at_once(*[partial(settle, bank, visit) for visit in made])

    credited = sum(answer["credited"]["coin"] for answer in answers)
    most = int(limit[0]) * 60
    assert credited == most
    assert (posted(bank, volunteer), pool(bank)) == (min(180, most), most - min(180, most))


def test_overflow_of_many_volunteers_at_once_arrives_in_the_pool_whole(bank_with):
    bank = bank_with(caps(balance("1 h")))
    volunteers = [a_volunteer(bank, f"志愿者{number}") for number in range(4)]
    made = visits_on_paper(bank, [Paper(volunteer, 120) for volunteer in volunteers for _ in range(2)])

    answers = all_at_once(*[partial(settle, bank, visit) for visit in made])

    assert all(isinstance(answer, dict) for answer in answers), answers
    assert [posted(bank, volunteer) for volunteer in volunteers] == [60] * 4
    assert pool(bank) == 4 * (240 - 60)


def test_a_batch_counts_what_it_is_about_to_credit(bank_with):
    """A file without a cap and one with it in the same batch: minutes of the first count in the second."""
    bank = bank_with(
        NO_DAY_CAP,
        later=((STORE, STORE + f"  {credit('year', '5 h', account='savings')}\n"),),
    )
    volunteer = a_volunteer(bank)
    visits_on_paper(
        bank,
        [
            Paper(volunteer, 240, "2026-06-30"),
            Paper(volunteer, 240, CHANGE_DAY),
            Paper(volunteer, 60, "2026-07-02"),
        ],
    )

    settle_due(bank, YUNZHOU)

    assert posted(bank, volunteer) == 300


# ---- periods


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.sampled_from(["day", "month", "year"]))
def test_a_period_holds_its_day_and_ends_before_the_next_begins(on, per):
    first, last = period_of(on, per)

    assert first <= on <= last
    assert period_of(first, per) == period_of(last, per) == (first, last)
    assert period_of(date.fromordinal(last.toordinal() + 1), per)[0] == date.fromordinal(last.toordinal() + 1)
