"""The patterns of the schema say alone what the formats check, so that any validator comes to our verdict."""

import re
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from timebank.domain.refusal import BadInput
from timebank.rules import minutes_of
from timebank.rules.scalars import trap_in, typed
from timebank.rules.schema_file import rules_validator, schema_at

DATE = schema_at(("review_by",))["pattern"]
STEM = schema_at(("replaces",))["pattern"]
DURATION = schema_at(("charge", "quantum"))["pattern"]

numbers = st.one_of(
    st.integers(0, 10**10).map(str),
    st.from_regex(r"(0|[1-9][0-9]{0,9})[.][0-9]{1,5}", fullmatch=True),
    st.builds("{}.{:04d}".format, st.integers(0, 99), st.integers(0, 9999)),
)
durations = st.builds("{} {}".format, numbers, st.sampled_from(["min", "h", "d", "w"]))
days = st.builds("{:04d}-{:02d}-{:02d}".format, st.integers(0, 9999), st.integers(0, 13), st.integers(0, 32))


def is_whole_minutes(text):
    try:
        return minutes_of(text) >= 0
    except BadInput:
        return False


def is_a_day(text):
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


@given(durations)
@example("0.05 h")
@example("0.0125 d")
@example("0.0625 d")
@example("90.0 min")
@example("1 h\n")
def test_the_pattern_of_durations_lets_whole_minutes_through_and_nothing_else(text):
    assert bool(re.search(DURATION, text)) is is_whole_minutes(text)


@pytest.mark.parametrize("unit", ["min", "h", "d"])
def test_every_fraction_of_four_digits_is_judged_as_the_engine_does(unit):
    texts = [f"3.{part:0{places}d} {unit}" for places in (1, 2, 3, 4) for part in range(10**places)]

    assert [text for text in texts if bool(re.search(DURATION, text)) is not is_whole_minutes(text)] == []


@given(days)
@example("2000-02-29")
@example("1900-02-29")
@example("2024-02-29\n")
@example("0000-02-29")
def test_the_pattern_of_dates_lets_days_through_that_exist_and_no_others(text):
    assert bool(re.search(DATE, text)) is is_a_day(text)


@given(days, st.sampled_from(["", ".c1", ".c12"]))
def test_the_pattern_of_file_names_asks_for_a_day_that_exists(day, correction):
    assert bool(re.search(STEM, day + correction)) is is_a_day(day)


@pytest.mark.parametrize("stem", ["2026-01-01.c0", "2026-01-01.c", "2026-01-01c1", "2026-01-01.yaml"])
def test_what_names_no_rule_file_is_refused(stem):
    assert re.search(STEM, stem) is None


def test_a_decimal_that_is_whole_is_a_whole_number_as_in_json():
    assert repr(typed("18.0")) == "18"


def test_a_decimal_with_more_digits_than_programs_tell_apart_is_a_trap():
    assert trap_in("1.00000000000001") is None
    assert trap_in("1.000000000000001") == "Y17"


def test_no_format_refuses_what_the_patterns_let_through():
    validator = rules_validator()
    checked = {"date": "2024-02-29", "rule-file": "2024-02-29.c1", "whole-minutes": "0.0125 d"}

    for name, text in checked.items():
        validator.format_checker.check(text, name)
