"""A posting is balanced by its shape: two accounts of one unit and a positive whole number of minutes."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timebank.domain.account import AccountKey, AccountKind, OwnerKind
from timebank.domain.transfer import ISSUING_KINDS, Posting, TransferKind

ISSUANCE = AccountKey(OwnerKind.CITY, "yunzhou", AccountKind.ISSUANCE, "coin")
SAVINGS = AccountKey(OwnerKind.MEMBER, "m1", AccountKind.SAVINGS, "coin")
POINTS = AccountKey(OwnerKind.MEMBER, "m1", AccountKind.SAVINGS, "point")

OF_PEOPLE = {AccountKind.SAVINGS, AccountKind.GRANTED, AccountKind.DONATION_ONLY, AccountKind.OWED}


@st.composite
def keys(draw, units=("coin", "point")):
    kind = draw(st.sampled_from(AccountKind))
    people = st.sampled_from([OwnerKind.MEMBER, OwnerKind.ORGANISATION])
    owner = draw(people) if kind in OF_PEOPLE else OwnerKind.CITY
    return AccountKey(owner, draw(st.sampled_from(["a", "b"])), kind, draw(st.sampled_from(units)))


@given(keys(), keys(), st.integers(-(2**63), 2**63))
def test_a_posting_exists_only_between_two_accounts_of_one_unit_with_minutes_above_nothing(
    debit, credit, minutes
):
    right = debit != credit and debit.unit == credit.unit and minutes > 0
    try:
        posting = Posting(debit, credit, minutes)
    except ValueError:
        assert not right
    else:
        assert right
        assert posting.unit == debit.unit == credit.unit


@given(keys(("coin",)), keys(("coin",)), st.integers(1, 10_000))
def test_a_posting_and_its_reverse_leave_every_account_as_it_was(debit, credit, minutes):
    if debit == credit:
        return
    there = Posting(debit, credit, minutes)
    change = {debit: 0, credit: 0}
    for posting in (there, there.reversed()):
        change[posting.debit] -= posting.minutes
        change[posting.credit] += posting.minutes

    assert set(change.values()) == {0}
    assert there.reversed().reversed() == there


@pytest.mark.parametrize("minutes", [60.0, float("nan"), Decimal(60), Fraction(60), True, "60", None])
def test_minutes_are_whole_numbers_and_nothing_that_looks_like_one(minutes):
    with pytest.raises(ValueError, match="positive whole number"):
        Posting(ISSUANCE, SAVINGS, minutes)


def test_minutes_of_one_unit_never_become_minutes_of_another():
    with pytest.raises(ValueError, match="cannot turn coin into point"):
        Posting(ISSUANCE, POINTS, 60)


@pytest.mark.parametrize("kind", sorted(set(AccountKind) - OF_PEOPLE))
def test_nobody_but_the_city_owns_an_account_that_issues_or_takes_in(kind):
    for owner in (OwnerKind.MEMBER, OwnerKind.ORGANISATION):
        with pytest.raises(ValueError, match="cannot own"):
            AccountKey(owner, "m1", kind, "coin")


@pytest.mark.parametrize("kind", sorted(OF_PEOPLE))
def test_the_city_owns_no_savings(kind):
    with pytest.raises(ValueError, match="cannot own"):
        AccountKey(OwnerKind.CITY, "yunzhou", kind, "coin")


def test_minutes_are_born_only_of_service_grants_imports_and_corrections():
    assert {
        TransferKind.SETTLEMENT,
        TransferKind.GRANT,
        TransferKind.IMPORT,
        TransferKind.CORRECTION,
    } == ISSUING_KINDS
