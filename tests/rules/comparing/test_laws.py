"""What holds of any two rule files that are compared."""

from hypothesis import given, settings

from tests.rules.comparing.edits import any_rules, as_rules, tree_of
from timebank.rules.comparing import differences
from timebank.rules.comparing.kinds import WAYS
from timebank.rules.schema_file import rules_schema

SCHEMA = rules_schema()


def found(before, after):
    return differences(before, after, SCHEMA)


def turned(node, path=()):
    """Return plain data with the keys of every block the other way round, but where their order has a meaning."""
    if isinstance(node, dict):
        pairs = list(node.items()) if path[-1:] == ("steps",) else list(node.items())[::-1]
        return {key: turned(inner, (*path, key)) for key, inner in pairs}
    return [turned(item, path) for item in node] if isinstance(node, list) else node


@settings(max_examples=100, deadline=None)
@given(any_rules())
def test_a_file_compared_with_itself_differs_in_nothing(rules):
    assert found(rules, rules) == ()


@settings(max_examples=100, deadline=None)
@given(any_rules(), any_rules())
def test_comparing_the_other_way_round_says_the_opposite(one, other):
    there = [(d.kind, d.path, d.before.plain, d.after.plain) for d in found(one, other)]
    back = [(d.kind.mirrored, d.path, d.after.plain, d.before.plain) for d in found(other, one)]

    assert sorted(there, key=str) == sorted(back, key=str)


def test_keys_in_another_order_are_no_change():
    assert found(as_rules(tree_of()), as_rules(turned(tree_of()))) == ()


def test_every_key_of_the_schema_says_which_way_it_is_looser():
    silent = [".".join(path) for path, node in leaves(SCHEMA) if "x-looser" not in node]

    assert silent == ["extensions.*"]  # what a plugin's own slot holds is said by its own schema


def test_every_way_of_the_schema_is_one_that_can_be_compared():
    ways = [(path, node["x-looser"]) for path, node in leaves(SCHEMA) if "x-looser" in node]

    assert [path for path, way in ways if isinstance(way, str) and way not in WAYS] == []
    assert {node["x-without"] for node in nodes(SCHEMA) if "x-without" in node} == {"looser", "tighter"}


def test_a_list_of_values_from_tight_to_loose_holds_values_that_may_be_written():
    for path, node in leaves(SCHEMA):
        if isinstance(node.get("x-looser"), list):
            assert set(node["x-looser"]) <= set(node["enum"]), path


def leaves(node, path=(), way=None):
    """Yield each key whose value is no block, and what a block around it says of all it holds."""
    way = node.get("x-looser", way)
    for key, inner in node.get("properties", {}).items():
        yield from leaves(inner, (*path, key), way)
    if isinstance(node.get("additionalProperties"), dict):
        yield from leaves(node["additionalProperties"], (*path, "*"), way)
    elif "properties" not in node:
        yield path, {**node, **({"x-looser": way} if way else {})}


def nodes(node):
    if isinstance(node, dict):
        yield node
        for inner in node.values():
            yield from nodes(inner)
