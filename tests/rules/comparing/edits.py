"""The example's rules, edited: as a person would in the file, or at random as any file of the right shape may differ."""

from hypothesis import strategies as st

from tests.rules.broken import edited
from timebank.rules.comparing import differences
from timebank.rules.nodes import read_nodes
from timebank.rules.rule_set import rule_set_of
from timebank.rules.schema_file import rules_schema, schema_at

DURATIONS = ["15 min", "60 min", "1 h", "2 h", "90 min", "1500 h", "7 d"]


def rules_of(*pairs):
    """Return the example's rules, each old part of the text replaced by a new one."""
    text = edited(*pairs)
    reading = read_nodes(text, "2026-01-01.yaml")
    return rule_set_of("2026-01-01.yaml", text.encode(), reading.tree, reading.positions)


def tree_of():
    """Return the example's content as plain data."""
    return read_nodes(edited(), "2026-01-01.yaml").tree


def as_rules(tree):
    """Return content as rules, without a text."""
    return rule_set_of("2026-01-01.yaml", b"", tree, {})


def compared(*pairs):
    """Return (kind, path, before, after) of what an edit of the example's text changes, as said in English."""
    return [
        (
            one.kind.value,
            one.path,
            one.before.words and one.before.words.en,
            one.after.words and one.after.words.en,
        )
        for one in differences(rules_of(), rules_of(*pairs), rules_schema())
    ]


def paths_in(node, path=()):
    """Yield the path of everything in plain data, but what texts in two languages hold."""
    steps = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for step, inner in steps:
        if step not in ("zh", "en"):
            yield (*path, step)
            yield from paths_in(inner, (*path, step))


PATHS = sorted(paths_in(tree_of()), key=str)


@st.composite
def any_rules(draw):
    """Draw the example's content with up to six edits that keep its shape."""
    tree = tree_of()
    for path in draw(st.lists(st.sampled_from(PATHS), max_size=6)):
        block = tree
        try:
            for step in path[:-1]:
                block = block[step]
            _edit(draw, block, path)
        except (KeyError, IndexError):  # an earlier edit took it away
            continue
    return as_rules(tree)


def _edit(draw, block, path):
    step, value = path[-1], block[path[-1]]
    above, schema = schema_at(path[:-1]) or {}, schema_at(path) or {}
    if (
        isinstance(block, dict)
        and step not in above.get("required", ())
        and step != "all"
        and draw(st.booleans())
    ):
        del block[step]
    elif isinstance(value, bool):
        block[step] = not value
    elif isinstance(value, int):
        block[step] = draw(st.integers(1, 120))
    elif isinstance(value, dict):
        block[step] = dict(draw(st.permutations(list(value.items()))))
    elif isinstance(value, list):
        kept = draw(st.permutations(value))
        block[step] = kept[: draw(st.integers(1, len(kept)))]
    elif "enum" in schema:
        block[step] = draw(st.sampled_from(schema["enum"]))
    elif schema.get("format") == "whole-minutes":
        block[step] = draw(st.sampled_from(DURATIONS))
