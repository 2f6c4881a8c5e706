"""``timebank rules schema``: written in both languages beside the rule files, which point to it."""

import json

import pytest

from tests.house.source import ROOT
from timebank.bank.rule_desk import every_desk
from timebank.rules import rule_files
from timebank.rules.written_schema import schema_line

DESKS = every_desk(ROOT / "config" / "timebank.yaml")
CITIES = pytest.mark.parametrize("desk", DESKS, ids=lambda desk: desk.city)


@CITIES
def test_the_first_line_of_every_rule_file_points_to_its_schema(desk):
    for file in rule_files(desk.folder):
        first = file.read_text(encoding="utf-8").split("\n", 1)[0]

        assert first == schema_line(), file.name
        assert (file.parent / first.partition("$schema=")[2]).is_file()


def test_a_schema_is_written_in_both_languages_beside_the_rule_files(house):
    said = house.call("rules", "schema", "yunzhou")

    written = {file.name: json.loads(file.read_text("utf-8")) for file in house.rules.parent.glob("*.json")}
    assert said.code == 0
    assert "写好" in said.out
    assert sorted(written) == ["schema.en.json", "schema.zh.json"]
    assert written["schema.zh.json"]["title"] == "yunzhou 的规则文件"
    assert written["schema.en.json"]["title"] == "Rule file of yunzhou"


def test_a_schema_is_written_where_it_is_wanted(house, tmp_path):
    there = tmp_path / "elsewhere"
    said = house.call("rules", "schema", "--out", str(there), "--json")

    assert sorted(said.json["files"]) == sorted(str(file) for file in there.rglob("*.json"))
    assert (there / "yunzhou" / "schema.zh.json").is_file()
    assert list(house.rules.parent.glob("*.json")) == []


def test_a_schema_of_no_city_is_wrong_use(house):
    said = house.call("rules", "schema", "nowhere")

    assert said.code == 2
    assert "在运行的城市：yunzhou" in said.err


def test_a_file_where_a_folder_is_meant_is_said_to_be_one(house):
    chinese = house.call("rules", "schema", "yunzhou", "--out", str(house.rules))
    english = house.call("rules", "schema", "yunzhou", "--out", str(house.rules), language="en")

    assert (chinese.code, english.code) == (2, 2)
    assert f"--out 写的 {house.rules} 不能用：它是文件，这里要写文件夹。" in chinese.err
    assert f"--out {house.rules} cannot be used: it is a file, and a folder is meant here." in english.err


def test_a_folder_that_cannot_be_made_is_told_and_no_name_that_only_we_use(house):
    said = house.call("rules", "schema", "yunzhou", "--out", str(house.rules / "schemas"))

    assert said.code == 1
    assert "路径中间有一段是文件，不是文件夹" in said.err
    assert ".schema.zh.json." not in said.err


def test_a_folder_that_is_not_there_is_made(house, tmp_path):
    there = tmp_path / "not" / "yet"

    assert house.call("rules", "schema", "yunzhou", "--out", str(there)).code == 0
    assert (there / "yunzhou" / "schema.zh.json").is_file()
