import json
import re
import subprocess
import sys

from timebank.domain.member import Relation
from timebank.domain.organisation import Power
from timebank.rules.schema_file import help_for, rules_schema, schema_at

CHINESE, LATIN = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[A-Za-z]{2}")
NUMBERS = ("number", "integer")
HEAVY = ("sqlalchemy", "pyramid", "alembic", "rich")


def every_key(node, path=()):
    """Yield each key the schema knows, with its part of the schema; * for each entry of a map or a list."""
    for key, inner in node.get("properties", {}).items():
        yield (*path, key), inner
        yield from every_key(inner, (*path, key))
    for part in ("additionalProperties", "items"):
        if isinstance(node.get(part), dict):
            yield (*path, "*"), node[part]
            yield from every_key(node[part], (*path, "*"))


def in_both(words):
    zh, en = words
    return bool(CHINESE.search(zh) and LATIN.search(en))


def test_checking_needs_nothing_heavy():
    asked = f"import sys, json, timebank.rules; print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))"
    printed = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True).stdout

    assert json.loads(printed) == []


def test_the_schema_is_read_once_however_many_files_are_checked():
    assert rules_schema() is rules_schema()


def test_every_key_and_every_entry_of_a_map_is_explained_in_both_languages():
    silent = [
        ".".join(path)
        for path, node in every_key(rules_schema())
        if (path[-1] != "*" or node.get("type") == "object")
        and not in_both((node.get("x-zh", ""), node.get("x-en", "")))
    ]

    assert silent == []


def test_every_word_to_choose_from_is_explained_in_both_languages():
    silent = [
        ".".join(path)
        for path, node in every_key(rules_schema())
        if "enum" in node
        and not (list(node["x-values"]) == node["enum"] and all(map(in_both, node["x-values"].values())))
    ]

    assert silent == []


def test_every_number_says_its_unit_in_both_languages():
    numbers = [
        (".".join(path), node) for path, node in every_key(rules_schema()) if node.get("type") in NUMBERS
    ]

    assert numbers
    assert [path for path, node in numbers if not in_both((node["x-unit-zh"], node["x-unit-en"]))] == []


def test_every_block_of_the_format_is_closed():
    open_blocks = [
        ".".join(path)
        for path, node in [((), rules_schema()), *every_key(rules_schema())]
        if node.get("type") == "object" and "additionalProperties" not in node
    ]

    assert open_blocks == ["extensions.*"]  # which the plugin's own schema closes


def test_help_is_found_by_path():
    assert help_for(("credit", "units", "coin", "remainder")).zh.startswith("零头")
    assert help_for(("nothing", "like", "this")) is None


def test_powers_and_relations_are_those_of_the_domain():
    powers = schema_at(("levels", "any", "may", 0))["enum"]
    relations = schema_at(("kin", "any", "relations", 0))["enum"]

    assert sorted(powers) == sorted(Power)
    assert sorted(relations) == sorted(Relation)
