import json
import subprocess
import sys
import time

from tests.rules.broken import edited
from timebank.domain.member import Relation
from timebank.domain.organisation import Power
from timebank.rules import check_text
from timebank.rules.schema_file import help_for, rules_schema, schema_at

HEAVY = ("sqlalchemy", "pyramid", "alembic", "rich")


def every_key(node, path=()):
    """Yield each key the schema knows, with its part of the schema."""
    for key, inner in node.get("properties", {}).items():
        yield (*path, key), inner
        yield from every_key(inner, (*path, key))
    for part in ("additionalProperties", "items"):
        if isinstance(node.get(part), dict):
            yield from every_key(node[part], (*path, "*"))


def test_checking_needs_nothing_heavy():
    asked = f"import sys, json, timebank.rules; print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))"
    printed = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True).stdout

    assert json.loads(printed) == []


def test_a_check_is_quick_once_the_schema_is_read():
    text = edited()
    check_text(text, "draft.yaml")
    times = []
    for _ in range(5):
        started = time.perf_counter()
        check_text(text, "draft.yaml")
        times.append(time.perf_counter() - started)

    assert min(times) < 0.1  # 10 ms on the machine it was written on


def test_every_key_is_explained_in_both_languages():
    silent = [
        ".".join(path)
        for path, node in every_key(rules_schema())
        if not (node.get("x-zh") and node.get("x-en"))
    ]

    assert silent == []


def test_every_block_of_the_format_is_closed():
    open_blocks = [
        ".".join(path)
        for path, node in [((), rules_schema()), *every_key(rules_schema())]
        if node.get("type") == "object" and "additionalProperties" not in node
    ]

    assert open_blocks == []


def test_help_is_found_by_path():
    assert help_for(("credit", "units", "coin", "remainder")).zh.startswith("零头")
    assert help_for(("nothing", "like", "this")) is None


def test_powers_and_relations_are_those_of_the_domain():
    powers = schema_at(("levels", "any", "may", 0))["enum"]
    relations = schema_at(("kin", "any", "relations", 0))["enum"]

    assert sorted(powers) == sorted(Power)
    assert sorted(relations) == sorted(Relation)
