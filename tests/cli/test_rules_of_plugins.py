"""What a plugin owes those who write its keys: their meaning in both languages, or it is told as the plugin's fault."""

import json
import os
import subprocess
import sys

import pytest

PLUGIN = """\
from timebank.hooks import hookimpl

print("imported!")


@hookimpl
def timebank_rule_keys():
    print("asked!")
    best = {"type": "integer", "x-zh": "最高星级"%s}
    each = {"type": "object", "additionalProperties": False, "properties": {"best": best}}
    stars = {"type": "object", "additionalProperties": each, "x-zh": "星级", "x-en": "stars"}
    return {"type": "object", "additionalProperties": False, "properties": {"stars": stars}}
"""


@pytest.fixture
def installed(tmp_path, monkeypatch, house):
    """Install a plugin for the city, whose key has its English or lacks it."""

    def install(english):
        about = tmp_path / "timebank_starry-1.dist-info"
        about.mkdir()
        (about / "METADATA").write_text("Metadata-Version: 2.1\nName: timebank-starry\nVersion: 1\n", "utf-8")
        (about / "entry_points.txt").write_text("[timebank.cities]\nstarry = starry_hooks\n", "utf-8")
        (tmp_path / "starry_hooks.py").write_text(PLUGIN % english, "utf-8")
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.delitem(sys.modules, "starry_hooks", raising=False)
        house.edit(house.config, "rules: yunzhou", "rules: yunzhou\n    plugin: starry")

    return install


def test_a_plugin_that_explains_its_keys_is_welcome(house, installed):
    installed(', "x-en": "the most stars"')

    assert house.call("rules", "check", "yunzhou").code == 0


@pytest.mark.parametrize("name", ["yunzhou", "its file"])
def test_a_key_without_english_is_told_as_the_plugins_fault(house, installed, name):
    installed("")

    said = house.call("rules", "check", str(house.rules) if name == "its file" else name, "--json")

    assert said.code == 3
    (fault,) = said.json["faults"]
    assert (fault["code"], fault["file"]) == ("P02", str(house.rules))
    assert fault["zh"] == (
        "插件“starry”的键没有写全中英文说明：extensions.starry.stars.*.best。这不是规则文件的问题；"
        "请插件作者给每个键写上 x-zh 和 x-en。"
    )
    assert fault["en"] == (
        "the plugin 'starry' does not explain its keys in both languages: extensions.starry.stars.*.best. "
        "No rule file is to blame; its author has to give every key x-zh and x-en."
    )


def test_rules_that_a_plugin_needs_are_told_as_missing_before_the_plugin_is_asked(house, installed, tmp_path):
    installed(', "x-en": "the most stars"')
    text = (tmp_path / "starry_hooks.py").read_text("utf-8")
    needing = text.replace('"properties": {"stars"', '"required": ["stars"], "properties": {"stars"')
    asking = (
        '@hookimpl\ndef timebank_check_rules(rules):\n    return rules.block("extensions.starry.stars")\n'
    )
    (tmp_path / "starry_hooks.py").write_text(f"{needing}\n\n{asking}", "utf-8")

    said = house.call("rules", "check", "yunzhou", "--json")

    assert said.code == 1
    (fault,) = said.json["faults"]
    assert (fault["code"], fault["path"]) == ("S16", "extensions.starry")
    assert fault["hint"] == "extensions: {starry: {stars: …}}"


def test_no_schema_is_written_for_a_plugin_that_does_not_explain_its_keys(house, installed):
    installed("")

    assert house.call("rules", "schema").code == 3
    assert list(house.rules.parent.glob("schema.*")) == []


def test_keys_that_are_no_schema_at_all_are_told_as_the_plugins_fault(house, installed, tmp_path):
    installed(', "x-en": "the most stars"')
    hook = "from timebank.hooks import hookimpl\n\n\n@hookimpl\ndef timebank_rule_keys():\n    return 7\n"
    (tmp_path / "starry_hooks.py").write_text(hook, "utf-8")

    said = house.call("rules", "check", "--json")

    assert said.code == 3
    (fault,) = said.json["faults"]
    assert fault["code"] == "P03"
    assert "答复 7 不是 Mapping。" in fault["zh"]
    assert "the answer 7 is not a Mapping. The rule file" in fault["en"]
    assert said.err == ""


def test_what_a_plugin_prints_never_gets_into_the_answer(house, installed, tmp_path):
    installed(', "x-en": "the most stars"')
    command = [
        sys.executable,
        "-c",
        "from timebank.cli.main import main; main()",
        "--config",
        str(house.config),
    ]
    paths = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])

    said = subprocess.run(
        [*command, "rules", "check", "--format", "json"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": paths},
    )

    assert json.loads(said.stdout) == {"faults": []}
    assert said.stderr == "imported!\nasked!\n"


@pytest.mark.parametrize(
    ("keys", "where"),
    [
        ('{"type": "strin"}', "type"),
        ('{"properties": {"level": {"pattern": "("}}}', "properties.level.pattern"),
        ('{"properties": {"level": {"multipleOf": 0}}}', "properties.level.multipleOf"),
        ('{"properties": [1]}', "properties"),
        ('{"required": "level"}', "required"),
        ('{"properties": {"level": {"$ref": "#/$defs/nowhere"}}}', "$ref"),
        (
            '{"properties": {"level": {"$ref": "#/$defs/a"}}, "$defs": {"a": {"items": {"$ref": "#/$defs/a"}}}}',
            "$defs",
        ),
        ('{"$defs": 5}', "$defs"),
    ],
)
def test_keys_that_are_no_json_schema_are_told_as_the_plugins_fault(house, installed, tmp_path, keys, where):
    installed("")
    hook = (
        f"from timebank.hooks import hookimpl\n\n\n@hookimpl\ndef timebank_rule_keys():\n    return {keys}\n"
    )
    (tmp_path / "starry_hooks.py").write_text(hook, "utf-8")

    said = house.call("rules", "check", "--json")

    assert said.code == 3
    (fault,) = said.json["faults"]
    assert fault["code"] == "P04"
    assert f"JSON Schema：{where} 写着" in fault["zh"]
    assert f"no JSON Schema: {where} is" in fault["en"]
    assert said.err == ""


def test_a_plugin_that_leaves_at_its_import_is_told_as_broken(house, installed, tmp_path):
    installed("")
    (tmp_path / "starry_hooks.py").write_text("import sys\n\nsys.exit(0)\n", "utf-8")

    said = house.call("rules", "check")

    assert said.code == 3
    assert "载入失败" in said.err
