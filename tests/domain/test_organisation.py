"""The management tree on one day."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.yunzhou import TREE
from timebank.domain.organisation import Organisation, Power, Tree
from timebank.domain.power_words import POWER_WORDS

DAY = date(2026, 3, 2)


def tree_of(*nodes):
    return Tree(DAY, {node.id: node for node in nodes})


YUNZHOU = tree_of(*(Organisation(code, level, name, parent) for code, level, name, parent in TREE))


@st.composite
def graphs(draw):
    """Any parents at all, circles included."""
    names = [f"n{number}" for number in range(draw(st.integers(1, 8)))]
    parent = st.none() | st.sampled_from([*names, "elsewhere"])
    return tree_of(*(Organisation(name, "level", name, draw(parent)) for name in names))


def test_a_path_leads_from_the_node_to_the_root():
    assert [node.id for node in YUNZHOU.path("team-a")] == ["team-a", "east-1", "east", "yz"]


def test_who_is_not_in_the_tree_has_no_path():
    assert YUNZHOU.path("nowhere") == ()


@pytest.mark.parametrize(
    ("upper", "lower", "above"),
    [
        ("east", "team-a", True),
        ("east-1", "east-1", True),
        ("team-a", "east", False),
        ("west", "team-a", False),
        ("nowhere", "team-a", False),
        ("nowhere", "nowhere", False),
    ],
)
def test_above_means_itself_or_on_the_way_up(upper, lower, above):
    assert YUNZHOU.is_above(upper, lower) is above


def test_the_node_of_a_level_is_found_on_the_way_up():
    assert YUNZHOU.at_level("team-a", "district").id == "east"
    assert YUNZHOU.at_level("east", "street") is None


def test_children_come_in_order():
    assert [node.id for node in YUNZHOU.children("east")] == ["east-1", "east-2"]
    assert YUNZHOU.children("team-a") == ()


@given(graphs())
def test_every_path_ends_even_in_a_circle_and_names_nobody_twice(tree):
    for name in tree.nodes:
        path = [node.id for node in tree.path(name)]
        assert path[0] == name
        assert len(path) == len(set(path))


@given(graphs())
def test_every_node_is_above_its_children(tree):
    for name in tree.nodes:
        assert all(tree.is_above(name, child.id) for child in tree.children(name))


@pytest.mark.parametrize("power", Power)
def test_every_power_has_a_name_in_both_languages(power):
    assert POWER_WORDS[power].zh
    assert POWER_WORDS[power].en
