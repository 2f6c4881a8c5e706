"""What the system refuses of a file is told like everything else: which file, why, and what to do."""

import json


def test_a_folder_in_the_place_of_a_rule_file_is_told_in_the_readers_language(bare_house):
    (bare_house.rules.parent / "2027-01-01.yaml").mkdir()

    chinese, english = bare_house.call("rules", "check"), bare_house.call("rules", "check", language="en")

    assert (chinese.code, english.code) == (1, 1)
    assert "2027-01-01.yaml:1:1 V16 这不是普通文件（是文件夹、管道或设备），没有读它。" in chinese.all
    assert "2027-01-01.yaml:1:1 V16 this is no plain file (but a folder, a pipe or a device)" in english.all
    assert "^" not in chinese.all
    assert "Traceback" not in chinese.all + english.all


def test_a_link_to_a_rule_file_that_is_gone_stops_the_check(bare_house):
    (bare_house.rules.parent / "2027-01-01.yaml").symlink_to("gone.yaml")

    said = bare_house.call("rules", "check", "--format", "json")

    assert said.code == 1
    assert said.json["error"]["code"] == "file"
    assert "链接指向的不在了" in said.json["error"]["zh"]
    assert said.err == ""


def test_a_file_in_the_place_of_the_folder_for_schemas_is_told(bare_house):
    said = bare_house.call("rules", "schema", "--out", str(bare_house.rules / "inside"))

    assert said.code == 1
    assert "不是文件夹" in said.all
    assert "Traceback" not in said.all


def test_a_call_that_cannot_be_read_is_answered_in_the_form_and_language_it_asks_for(bare_house):
    in_json = bare_house.call("rules", "check", "--nope", "--format", "json")
    in_english = bare_house.call("rules", "check", "--nope", "--lang=en")

    assert json.loads(in_json.out)["error"]["code"] == "wrong_use"
    assert in_json.err == ""
    assert "There is no option “--nope”" in in_english.err


def test_a_missing_verb_in_json_is_one_value(bare_house):
    assert "缺少动词" in bare_house.call("--json", "rules").json["error"]["zh"]


def test_a_missing_option_is_named_as_one_writes_it(bare_house):
    assert "缺少 --as NAME" in bare_house.call("rules", "publish", "x.yaml").err


def test_days_of_a_replay_that_will_not_do_are_told_in_one_language(bare_house):
    asked = ("rules", "replay", "yunzhou")
    chinese = bare_house.call(*asked, "--from", "2026-13-01")
    english = bare_house.call(*asked, "--last", "90", language="en")

    assert "--from 要写年-月-日" in chinese.err
    assert "“90” is no number of days: write 90d." in english.err
    assert "天数" not in english.err
