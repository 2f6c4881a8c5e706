"""Conditions are compared as logic: whoever met the old one, does he meet the new one, and the other way round?"""

import pytest

from tests.rules.comparing.edits import compared

GATE = (
    "    gate: {any: [{all: [aged_80]}, {all: [aged_60_79, low_income, disabled]}, {all: [aged_60, saver]}]"
)
PATH = "admission.recipient.gate.any"


def kinds(condition):
    return [(kind, path) for kind, path, *_ in compared((GATE, f"    gate: {{any: {condition}"))]


@pytest.mark.parametrize(
    ("condition", "kind"),
    [
        (
            "[{all: [aged_80]}, {all: [aged_60_79, low_income, disabled]}, {all: [aged_60, saver]}, {all: [adult]}]",
            "looser",
        ),
        ("[{all: [aged_80]}, {all: [aged_60_79, low_income]}, {all: [aged_60, saver]}]", "looser"),
        (
            "[{all: [aged_80, saver]}, {all: [aged_60_79, low_income, disabled]}, {all: [aged_60, saver]}]",
            "tighter",
        ),
        ("[{all: [aged_80]}, {all: [aged_60_79, low_income, disabled]}]", "tighter"),
        ("[{all: [aged_60]}]", "looser"),
        ("[{all: [aged_60_79]}]", "changed"),
    ],
)
def test_a_condition_is_looser_where_more_people_meet_it(condition, kind):
    assert kinds(condition) == [(kind, PATH)]


@pytest.mark.parametrize(
    "condition",
    [
        "[{all: [saver, aged_60]}, {all: [aged_80]}, {all: [disabled, aged_60_79, low_income]}]",
        "[{all: [aged_80]}, {all: [aged_60_79, low_income, disabled]}, {all: [aged_60, saver]}, {all: [aged_80, saver]}]",
    ],
)
def test_a_condition_that_the_same_people_meet_is_no_change(condition):
    assert kinds(condition) == []


def test_a_higher_age_in_place_of_a_lower_one_is_tighter():
    assert compared(("who: {any: [{all: [aged_60]}", "who: {any: [{all: [aged_80]}")) == [
        (
            "tighter",
            "redemption.service.who.any",
            "aged 60 or over; or spouse aged 60 or over",
            "aged 80 or over; or spouse aged 60 or over",
        )
    ]
