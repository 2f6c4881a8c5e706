from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timebank.domain.refusal import BadInput
from timebank.rules import minutes_of, quantise, scaled

amounts = st.one_of(
    st.integers(0, 10**7),
    st.decimals(0, 10**6, places=4, allow_nan=False),
    st.fractions(0, 10**6, max_denominator=1000),
)
quanta = st.integers(1, 10_000)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("90 min", 90), ("1.5 h", 90), ("365 d", 525_600), ("0 min", 0), ("0.25 h", 15), ("1500 h", 90_000)],
)
def test_durations_are_whole_minutes(text, minutes):
    assert minutes_of(text) == minutes


@pytest.mark.parametrize(
    "text", ["90", "90min", "90  min", "1,5 h", "01 h", "-1 h", "９ h", "1 w", "", "1 h\n", "1e3 h"]
)
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(BadInput, match="不是时长"):
        minutes_of(text)


def test_a_part_of_a_minute_is_refused():
    with pytest.raises(BadInput, match="合不成整分钟"):
        minutes_of("0.01 h")


def test_more_than_a_thousand_years_is_refused():
    assert minutes_of("365000 d") == 525_600_000
    for text in ("1000000 d", "999999999 d", "10000000 h", "10000000.5 h"):
        with pytest.raises(BadInput, match="超过一千年"):
            minutes_of(text)


@given(amounts, quanta)
def test_floor_is_the_largest_multiple_that_fits(minutes, quantum):
    result = quantise(minutes, quantum, "floor")

    assert result % quantum == 0
    assert result <= minutes < result + quantum


@given(amounts, quanta)
def test_ceil_is_the_smallest_multiple_that_covers(minutes, quantum):
    result = quantise(minutes, quantum, "ceil")

    assert result % quantum == 0
    assert result - quantum < minutes <= result


@given(amounts, quanta)
def test_nearest_is_at_most_half_a_quantum_away_and_half_goes_up(minutes, quantum):
    result = quantise(minutes, quantum, "nearest")
    distance = result - Fraction(minutes)

    assert result % quantum == 0
    assert -Fraction(quantum, 2) < distance <= Fraction(quantum, 2)


@given(st.integers(0, 1000), quanta, st.sampled_from(["floor", "nearest", "ceil"]))
def test_a_multiple_stays_what_it_is(times, quantum, rounding):
    assert quantise(times * quantum, quantum, rounding) == times * quantum


@given(st.integers(0, 10**6), st.decimals("0.01", 100, places=2), quanta)
def test_a_rate_is_applied_before_the_one_rounding(minutes, rate, quantum):
    exact = Fraction(minutes) * Fraction(rate)

    assert scaled(minutes, rate, quantum, "floor") == exact // quantum * quantum


def test_a_rate_never_loses_a_quantum_to_binary_fractions():
    assert scaled(50, Decimal("1.2"), 60, "floor") == 60
    assert scaled(100, Decimal("1.1"), 10, "floor") == 110


@pytest.mark.parametrize(
    ("minutes", "quantum", "rounding"), [(-1, 60, "floor"), (1, 0, "floor"), (1, 60, "half")]
)
def test_impossible_roundings_are_refused(minutes, quantum, rounding):
    with pytest.raises(ValueError, match=r"cannot round|rounding is one of"):
        quantise(minutes, quantum, rounding)
