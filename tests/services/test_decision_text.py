"""A stored decision is read part by part as if it were read whole."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timebank.services.replaying.decision_text import read_decision

PLAIN = st.recursive(
    st.none() | st.integers() | st.text() | st.sampled_from(["facts", ', "facts": ', '"facts": {}']),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(["outcome", "rules", "paths", "hooks", "engine"])


@given(
    before=st.dictionaries(KEYS, PLAIN),
    facts=st.dictionaries(st.text(max_size=5) | st.just("facts"), PLAIN),
    after=st.dictionaries(KEYS, PLAIN | st.just({"facts": 1, "a": {"b": 2, "facts": 3}})),
)
def test_whatever_a_decision_says_is_read_as_it_was_written(before, facts, after):
    decision = before | {"facts": facts} | {key: value for key, value in after.items() if key not in before}

    rest, found = read_decision(json.dumps(decision))

    assert {**rest, "facts": found} == decision


def test_of_two_that_are_called_facts_the_last_stands_as_everywhere_else():
    assert read_decision('{"rules": "r", "facts": {"a": 1}, "facts": {"a": 2}}')[1] == {"a": 2}


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"rules": "r"}', '{"rules": "r", "facts": ', '{"rules": {"a": 1, "facts": {}}}']
)
def test_what_is_no_decision_is_refused(text):
    with pytest.raises((ValueError, LookupError, TypeError)):
        read_decision(text)
