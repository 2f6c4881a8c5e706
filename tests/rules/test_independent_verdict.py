"""An independent validator, reading YAML by its own parser, comes to our verdict on the shape of awkward values."""

import json
import subprocess
import sys

import pytest

from tests.rules.broken import check, edited
from tests.rules.test_shape_faults import SCHEMA
from timebank.rules.written_schema import schema_text

SLOT = "honours:"
WRITTEN = {
    "age: {from: 18}": [
        *(
            f"age: {{from: {age}}}"
            for age in ("18.0", "18.5", "0", "-1", "-0", "150.0", "151", '"18"', "true")
        ),
        "age: {from: 18.00000000001}",
        "age: {from: 150.00000000001}",
    ],
    "      rate: 1\n": [
        f"      rate: {rate}\n"
        for rate in (
            "1.0",
            "0",
            "0.0",
            "-0.0",
            "0.00000000001",
            "1000.0",
            "1000.00000001",
            "999.99999999999",
            "true",
        )
    ],
    "    one: 60 min": [
        f"    one: {duration}"
        for duration in (
            *(
                "0.05 h",
                "0.04 h",
                "0.0125 d",
                "0.01 d",
                "60.0 min",
                "60.5 min",
                "0 min",
                "060 min",
                "60  min",
            ),
            *(
                "999999999 min",
                "1000000000 min",
                "9999999 h",
                "10000000 h",
                "999999 d",
                "1000000 d",
                "６0 min",
            ),
            *('"60 min\\n"', '"60 min "', '"60 min"', "1 w"),
        )
    ],
    "    date: 2025-11-20": [
        f"    date: {day}"
        for day in (
            *(
                "2024-02-29",
                "2025-02-29",
                "1900-02-29",
                "2000-02-29",
                "2025-13-01",
                "2025-04-31",
                "0001-01-01",
            ),
            *("0000-01-01", "2025-1-1", "20250101", '"2025-11-20\\n"', '"2025-11-20"', "9999-12-31"),
        )
    ],
    "review_by: 2098-12-31": [
        *(
            "review_by: 2098-12-32",
            "review_by: [2098-12-31]",
            "known_from: 2026-02-01",
            "replaces: 2025-01-01",
        ),
        "transition: {open_orders: finish, assumed: why}\nreplaces: 2025-01-01.c1",
        "transition: {open_orders: finish, assumed: why}\nreplaces: 2025-01-01.c0",
    ],
    "shapes: [one_to_one, project]": [
        *("shapes: []", "shapes: project", "shapes: [project, project]", "shapes: {project: true}"),
    ],
    "recorded: true": ["recorded: false", "recorded: 1", "recorded: 1.0", 'recorded: "true"'],
    "  garden:\n": ["  Garden:\n", "  garden_2:\n", "  2garden:\n", "  _garden:\n"],
    SLOT: [
        f"extensions:\n  {slot}\n{SLOT}"
        for slot in (
            *(
                "stars: {best: 5}",
                "stars: {best: 5.0}",
                "stars: {best: 4}",
                "stars: {best: 5, since: 2025-02-29}",
            ),
            *("stars: {best: 5, name: 5}", "stars: 5", "stars: {}", "moons: {best: 5}", "Stars: {best: 5}"),
        )
    ],
}
MISSING = ((SLOT, SLOT), (SLOT, f"extensions: {{}}\n{SLOT}"))
VARIANTS = [*((old, new) for old, many in WRITTEN.items() for new in many), *MISSING]


def text_of(variant):
    """Return the example with a variant, and with the plugin's slot where the variant is not about that."""
    return (
        edited(variant)
        if SLOT in variant
        else edited(variant, (SLOT, f"extensions: {{stars: {{best: 5}}}}\n{SLOT}"))
    )


@pytest.fixture(scope="module")
def refused(tmp_path_factory):
    """Which variants the other validator refuses, by number."""
    folder = tmp_path_factory.mktemp("shapes")
    schema = folder / "schema.json"
    schema.write_text(schema_text("yunzhou", SCHEMA, "zh"), encoding="utf-8")
    files = [folder / f"{number}.yaml" for number in range(len(VARIANTS))]
    for file, variant in zip(files, VARIANTS, strict=True):
        file.write_text(text_of(variant), encoding="utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "-o", "json", "--schemafile", schema, *files]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)
    assert told.get("parse_errors", []) == []
    return {files.index(folder / error["filename"]) for error in told["errors"]}


@pytest.mark.parametrize("number", range(len(VARIANTS)), ids=lambda number: repr(VARIANTS[number][1]))
def test_both_see_a_fault_of_shape_or_neither(refused, number):
    faults = check(text_of(VARIANTS[number]), plugin_schema=SCHEMA)

    assert (number in refused) is any(fault.code.startswith("S") for fault in faults)


def test_there_is_something_to_refuse_and_something_to_let_through(refused):
    assert 30 < len(refused) < len(VARIANTS) - 15
