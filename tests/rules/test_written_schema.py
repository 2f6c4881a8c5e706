"""The schema written for editors says the same as the check, and explains itself in one language."""

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.rules.broken import EXAMPLE, MARK, check, edited
from tests.rules.test_shape_faults import SCHEMA, SLIPS
from timebank.rules.nodes import read_nodes
from timebank.rules.written_schema import schema_line, schema_text, written_schema

CHINESE, LATIN = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[A-Za-z]")
SHOWN = ("description", "markdownDescription", "patternErrorMessage", "enumDescriptions")
LANGUAGES = ("zh", "en")


def parts(node):
    """Yield every block of a written schema, all the way down."""
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    for inner in node if isinstance(node, list) else ():
        yield from parts(inner)


def accepts(schema, text):
    """Say whether a validator that knows nothing of us lets a text pass, read as we read it."""
    return Draft202012Validator(schema).is_valid(read_nodes(text, "2026-01-01.yaml").tree)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_written_schema_is_a_json_schema(language):
    Draft202012Validator.check_schema(json.loads(schema_text("yunzhou", SCHEMA, language)))


def test_the_written_schema_accepts_the_example():
    assert accepts(written_schema("yunzhou", {}, "zh"), edited())


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.name)
def test_any_validator_with_the_written_schema_comes_to_our_verdict_on_shape(slip):
    assert not accepts(written_schema("yunzhou", {}, "zh"), slip.text().replace(MARK, ""))


@pytest.mark.parametrize(
    "slot",
    ["{best: 5, since: 2026-02-01}", "{best: 5, since: 2026-02-30}", "{best: 4}", "{bst: 5}", "5", "{}"],
)
def test_a_plugins_slot_is_judged_as_by_the_check(slot):
    text = edited(("honours:", f"extensions:\n  stars: {slot}\nhonours:"))
    faults = [fault for fault in check(text, plugin_schema=SCHEMA) if fault.code.startswith("S")]

    assert accepts(written_schema("yunzhou", SCHEMA, "en"), text) is (not faults)


@pytest.mark.parametrize("extensions", ["", "extensions: {}\n"])
def test_a_missing_slot_is_judged_as_by_the_check(extensions):
    text = edited(("honours:", f"{extensions}honours:"))

    for schema, needed in ((SCHEMA, True), ({"stars": {**SCHEMA["stars"], "required": []}}, False)):
        assert any(fault.code.startswith("S") for fault in check(text, plugin_schema=schema)) is needed
        assert accepts(written_schema("yunzhou", schema, "en"), text) is not needed


def test_the_slot_of_a_plugin_that_the_city_has_not_is_refused():
    text = edited(("honours:", "extensions:\n  stars: {best: 5}\nhonours:"))

    assert not accepts(written_schema("yunzhou", {}, "zh"), text)


def test_the_two_languages_differ_in_words_alone():
    zh, en = (written_schema("yunzhou", SCHEMA, language) for language in LANGUAGES)

    def bare(node):
        words = (*SHOWN, "title", "defaultSnippets")
        if isinstance(node, dict):
            return {
                key: bare(inner) for key, inner in node.items() if key not in words or isinstance(inner, dict)
            }
        return [bare(inner) for inner in node] if isinstance(node, list) else node

    assert bare(zh) == bare(en)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_is_explained_in_the_language_of_the_schema(language):
    schema = written_schema("yunzhou", {}, language)
    said = [block["description"] for block in parts(schema) if isinstance(block.get("description"), str)]

    assert len(said) > 150
    begins = CHINESE if language == "zh" else LATIN
    assert [text for text in said if not begins.match(text)] == []


def test_editors_show_the_meaning_of_every_choice():
    defs = written_schema("yunzhou", {}, "zh")["$defs"]

    assert defs["rounding"]["enumDescriptions"][0] == "不足一档的舍去"
    assert "- `spouse` 配偶" in defs["relations"]["markdownDescription"]


def test_a_key_for_a_name_says_which_block_declares_it():
    service = written_schema("yunzhou", {}, "en")["$defs"]["services"]["additionalProperties"]["properties"]

    assert service["category"]["description"] == "Its category. Write: a name that categories declares"


def test_a_number_says_its_unit_and_a_text_its_form():
    defs = written_schema("yunzhou", {}, "en")["$defs"]

    assert defs["age"]["properties"]["from"]["description"].endswith("Unit: whole years")
    assert "such as 90 min" in defs["quantum"]["description"]
    assert defs["duration"]["patternErrorMessage"].startswith("write a duration")


def test_editors_offer_a_new_service_with_all_it_needs():
    (snippet,) = written_schema("yunzhou", {}, "zh")["$defs"]["services"]["defaultSnippets"]
    ((name, body),) = snippet["body"].items()

    assert (snippet["label"], name) == ("一项服务", "${1:name}")
    assert list(body) == ["label", "category", "shapes", "source"]
    assert list(body["label"]) == ["zh", "en"]
    assert body["shapes"] == ["${5|one_to_one,project|}"]


def test_nothing_of_our_own_keywords_is_left_in_it():
    keys = {key for block in parts(written_schema("yunzhou", SCHEMA, "zh")) for key in block}

    assert [key for key in keys if key.startswith("x-")] == []


def test_the_first_line_names_the_schema_beside_the_file():
    assert schema_line() == "# yaml-language-server: $schema=schema.zh.json"


def test_the_first_line_is_no_content():
    assert check(f"{schema_line()}\n{Path(EXAMPLE).read_text(encoding='utf-8')}") == ()
