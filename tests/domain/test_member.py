"""Ages, ties and dated facts."""

from calendar import isleap
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from timebank.domain.days import age_on, in_force
from timebank.domain.member import Relation, inverse

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        ("1960-03-02", "2026-03-01", 65),
        ("1960-03-02", "2026-03-02", 66),
        ("2008-02-29", "2026-02-28", 17),
        ("2008-02-29", "2026-03-01", 18),
        ("2008-02-29", "2028-02-28", 19),
        ("2008-02-29", "2028-02-29", 20),
        ("2007-02-28", "2008-02-29", 1),
        ("2007-03-01", "2008-02-29", 0),
        ("1999-12-31", "2000-01-01", 0),
        ("2026-03-02", "2026-03-02", 0),
    ],
)
def test_age_is_in_whole_years_and_a_leap_day_counts_from_the_first_of_march(born, day, age):
    assert age_on(date.fromisoformat(born), date.fromisoformat(day)) == age


@given(born=DAYS, days=st.integers(0, 40_000))
def test_age_never_falls_and_grows_by_one_year_at_most_from_day_to_day(born, days):
    day = born + timedelta(days=days)

    assert 0 <= age_on(born, day + timedelta(days=1)) - age_on(born, day) <= 1


@given(born=DAYS, years=st.integers(0, 120))
@example(born=date(2000, 2, 29), years=1)
@example(born=date(2000, 2, 29), years=4)
def test_the_day_before_a_birthday_is_a_year_younger(born, years):
    year = born.year + years
    first_of_march = (born.month, born.day) == (2, 29) and not isleap(year)
    birthday = date(year, 3, 1) if first_of_march else born.replace(year=year)

    assert age_on(born, birthday) == years
    assert age_on(born, birthday - timedelta(days=1)) == years - 1


@pytest.mark.parametrize("relation", Relation)
def test_the_other_side_of_the_other_side_is_the_tie_itself(relation):
    assert inverse(inverse(relation)) is relation


@pytest.mark.parametrize(
    ("relation", "other"),
    [("parent", "child"), ("guardian", "ward"), ("spouse_parent", "child_spouse"), ("spouse", "spouse")],
)
def test_a_tie_reads_differently_from_the_other_side(relation, other):
    assert inverse(Relation(relation)) == other


@given(begins=DAYS, length=st.integers(0, 3000), offset=st.integers(-3100, 3100))
def test_a_dated_fact_holds_on_both_its_ends_and_between(begins, length, offset):
    ends = begins + timedelta(days=length)

    assert in_force(begins, ends, begins + timedelta(days=offset)) == (0 <= offset <= length)


@given(begins=DAYS, offset=st.integers(-3000, 3000))
def test_a_fact_without_an_end_holds_for_ever(begins, offset):
    assert in_force(begins, None, begins + timedelta(days=offset)) == (offset >= 0)
