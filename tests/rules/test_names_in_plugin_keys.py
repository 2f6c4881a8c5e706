"""A plugin's key that names something of the rule file is looked up like core's own."""

from tests.banks import FIXTURES
from timebank.rules import check_text

FILE = FIXTURES / "yunzhou" / "2026-01-01.yaml"
GROUP = {"type": "object", "properties": {"all": {"type": "array", "x-names": "traits"}}}
SCHEMA = {
    "type": "object",
    "properties": {
        "judge": {"type": "string", "x-names": "traits"},
        "groups": {"type": "array", "items": GROUP},
        "source": {"type": "string"},
    },
    "additionalProperties": {"$ref": "#/$defs/unit"},
    "$defs": {"unit": {"type": "string", "x-names": "units"}},
}


def faults(keys):
    """Check the made-up city's file with a plugin's keys; return (code, path) of every fault."""
    slot = "".join(f"    {line}\n" for line in (*keys, "source: mb25 第一条"))
    text = FILE.read_text(encoding="utf-8") + f"\nextensions:\n  star:\n{slot}"
    found = check_text(text, FILE.name, {"star": SCHEMA}, "yunzhou").faults
    return [(fault.code, fault.path) for fault in found]


def test_a_name_that_is_declared_has_no_fault():
    assert faults(["judge: adult", "paid_in: coin", "groups: [{all: [adult, saver]}]"]) == []


def test_a_misspelt_name_is_found_with_what_was_meant():
    assert faults(["judge: adullt"]) == [("R04", "extensions.star.judge")]


def test_a_name_in_a_list_within_a_list_is_found():
    assert faults(["groups: [{all: [adult]}, {all: [adult, tall]}]"]) == [
        ("R05", "extensions.star.groups.1.all.1")
    ]


def test_a_key_of_any_name_is_looked_up_by_what_its_reference_says():
    assert faults(["paid_in: stars"]) == [("R05", "extensions.star.paid_in")]
