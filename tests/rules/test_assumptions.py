"""What a rule file assumes, and what of it is new since the version before."""

import pytest

from tests.rules.broken import edited
from timebank.rules.assumptions import assumptions, new_assumptions
from timebank.rules.loader import read_rule_bytes


def rules(*edits):
    rule_set, faults = read_rule_bytes(edited(*edits).encode(), "2026-01-01.yaml", "yunzhou")
    assert faults == []
    return rule_set


def test_every_assumption_is_found_with_its_line_in_the_order_of_the_file():
    text = edited().split("\n")
    found = assumptions(rules())

    assert len(found) == edited().count("assumed:")
    assert [one.line for one in found] == sorted(one.line for one in found)
    assert all("assumed:" in text[one.line - 1] for one in found)
    assert found[0].path == "traits.served_100"


def test_nothing_is_new_in_the_same_rules():
    assert new_assumptions(rules(), rules()) == []


def test_in_the_first_rules_every_assumption_is_new():
    assert new_assumptions(rules(), None) == assumptions(rules())


@pytest.mark.parametrize(
    ("edit", "paths"),
    [
        (("limit: 8 h", "limit: 7 h"), ["caps.day"]),
        (("防止虚报，办法未规定", "防止虚报"), ["caps.day"]),
        (("over: donate, source: mb25 第十三条", "over: donate, assumed: 未见明文"), ["caps.store"]),
        (("limit: 1500 h", "limit: 1600 h"), []),
    ],
    ids=["another value", "another reason", "an article lost", "a value with an article"],
)
def test_what_changed_under_an_assumption_makes_it_new(edit, paths):
    assert [one.path for one in new_assumptions(rules(edit), rules())] == paths
