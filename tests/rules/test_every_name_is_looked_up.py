"""The schema gone through place by place: whatever names something is looked up, whatever counts has unit and basis."""

import json

import pytest

from tests.rules.broken import check, edited
from tests.rules.test_room import every_key
from timebank.rules.bases import INHERITED, OWN
from timebank.rules.draft import Draft
from timebank.rules.drafting.splicing import with_value
from timebank.rules.nodes import read_nodes
from timebank.rules.references import KINDS, named_places
from timebank.rules.schema_file import raw_schema, rules_schema

ID = json.dumps(raw_schema()["$defs"]["id"]["x-form-zh"])
# Names that nothing in a rule file declares: the folder, kinds of proof, outside registers.
FREE = {"city", "kin.*.proof.*", "admission.volunteer.steps.*.look_up", "admission.recipient.steps.*.look_up"}
# Maps whose keys are new names, and the two whose keys are held to plugins and to the version before (S12, V07).
DECLARING = {*KINDS, "sources", "caps", "grants", "honours", "donations.projects", "extensions"} | {
    "transition.dropped_services",
    *(f"admission.{role}.steps" for role in ("volunteer", "recipient")),
}
PAID = "units: [coin], free_for: [key_elder], "
# The example, with the few keys that it lacks.
WHOLE = edited(
    (
        "  served_100:",
        "  lawyer: {label: {zh: 律师, en: lawyer}, qualified: law, source: mb25 第八条}\n  served_100:",
    ),
    ("units: [coin, point], source: mb25 第十二条", PAID + "source: mb25 第十二条"),
    ("  project: {payer: nobody, ", f"  project: {{payer: nobody, {PAID}"),
    ("  import: {payer: nobody, ", f"  import: {{payer: nobody, {PAID}"),
    ("  receiver: {any:", "  giver: {any: [{all: [adult]}], source: mb25 第十五条}\n  receiver: {any:"),
)
STRANGE = "nobody_has_this"


def dotted(path):
    return ".".join(map(str, path))


def found(pattern):
    """Return the first path of the example that a pattern finds, and what stands there."""
    draft = Draft(read_nodes(WHOLE, ""), "")
    return next(((path, draft.at(*path)) for path in draft.paths(pattern)), None)


def is_named(node):
    return json.dumps(node.get("x-form-zh", "")) == ID


def test_every_place_for_a_name_says_what_it_names():
    places = dict([*every_key(rules_schema())])
    silent = {
        dotted(path)
        for path, node in places.items()
        if is_named(node) and "x-names" not in node and "x-names" not in places.get(path[:-1], {})
    }

    assert silent == FREE


def test_every_map_by_name_declares_its_names_or_says_what_they_name():
    maps = {
        dotted(path): node["propertyNames"]
        for path, node in every_key(rules_schema())
        if "propertyNames" in node
    }

    assert {path for path, names in maps.items() if "x-names" not in names} == DECLARING


def test_the_example_has_a_name_in_every_place():
    assert check(WHOLE) == ()
    assert [pattern for pattern, _, _ in named_places() if not found(pattern)] == []


@pytest.mark.parametrize("pattern", [pattern for pattern, _, by_key in named_places() if not by_key])
def test_a_name_that_nothing_declares_is_told_in_each_place(pattern):
    path, value = found(pattern)
    text = with_value(WHOLE, path, f"[{STRANGE}]" if isinstance(value, list) else STRANGE)
    at = dotted((*path, 0) if isinstance(value, list) else path)

    assert [fault.code for fault in check(text) if fault.path == at] in (["R05"], ["R06"])


def test_a_key_that_should_name_a_unit_is_looked_up_too():
    told = [(fault.code, fault.path) for fault in check(WHOLE.replace("    coin:\n", f"    {STRANGE}:\n"))]

    assert ("R05", f"credit.units.{STRANGE}") in told


def test_what_counts_has_a_unit_and_stands_in_a_block_that_states_its_basis():
    counted = [
        path
        for path, node in every_key(rules_schema())
        if node.get("format") == "whole-minutes" or node.get("type") in ("integer", "number")
    ]
    bare = [dotted(path) for path in counted if not any(fits(path, block) for block in (*OWN, *INHERITED))]

    assert len(counted) > 20
    assert bare == []


def fits(path, block):
    """Say whether a path lies in the blocks that a pattern finds."""
    steps = block.split(".")
    return len(path) > len(steps) and all(step in ("*", own) for step, own in zip(steps, path, strict=False))


def test_every_kind_of_name_is_declared_by_a_block_of_that_name():
    assert [kind for kind in KINDS if kind not in rules_schema()["properties"]] == []
