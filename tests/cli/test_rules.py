def test_a_sound_rule_book_has_no_fault(house):
    said = house.call("rules", "check")

    assert said.code == 0
    assert "yunzhou：1 个规则文件，没有问题。" in said.out


def test_a_broken_rule_file_is_told_with_file_line_and_column_and_the_line_itself(house):
    house.edit(house.rules, "rounding: floor", "rounding: flor")

    chinese, english = house.call("rules", "check"), house.call("rules", "check", language="en")

    assert (chinese.code, english.code) == (1, 1)
    assert f"{house.rules.parent.name}/2026-01-01.yaml:" in chinese.out
    assert "是不是 floor？" in chinese.out
    assert "did you mean floor?" in english.out
    assert "rounding: flor" in chinese.out
    assert "^" in chinese.out


def test_a_broken_rule_file_stops_every_other_verb_with_the_same_faults(house):
    house.edit(house.rules, "rounding: floor", "rounding: flor")

    chinese, english = house.call("settle"), house.call("settle", language="en")

    assert (chinese.code, english.code) == (1, 1)
    assert "规则文件有 2 处问题，未启用。" in chinese.err
    assert "did you mean floor?" in english.err


def test_a_broken_rule_file_in_json_has_every_fault_in_both_languages(house):
    house.edit(house.rules, "rounding: floor", "rounding: flor")

    checked = house.call("rules", "check", "--json").json

    assert {(fault["code"], fault["path"]) for fault in checked["faults"]} == {
        ("S05", "credit.units.coin.rounding"),
        ("S05", "credit.units.point.rounding"),
    }
    assert all(fault["zh"] and fault["en"] and fault["line"] for fault in checked["faults"])


def test_one_file_may_be_checked_by_itself(house):
    said = house.call("rules", "check", str(house.rules))

    assert said.code == 0


def test_a_name_that_is_neither_city_nor_file_is_told(house):
    said = house.call("rules", "check", "nowhere")

    assert said.code == 2
    assert "在运行的城市：yunzhou" in said.err


def test_a_city_that_is_mistyped_is_guessed(bare_house):
    assert "是不是 yunzhou？" in bare_house.call("rules", "check", "Yunzhuo").err
    assert "Did you mean yunzhou?" in bare_house.call("rules", "check", "Yunzhuo", language="en").err


def test_a_missing_configuration_is_told(house):
    house.config.unlink()

    chinese = house.call("rules", "check")
    assert chinese.code == 1
    assert "没有这个文件，或不能读" in chinese.err
    assert "No such file" not in chinese.err
    assert "--config" in house.call("rules", "check", language="en").err


def test_a_missing_plugin_is_told_in_either_language(house):
    house.edit(house.config, "rules: yunzhou", "rules: yunzhou\n    plugin: moonbase")

    chinese, english = house.call("rules", "check"), house.call("settle", language="en")

    assert (chinese.code, english.code) == (1, 1)
    assert "插件“moonbase”没有安装" in chinese.err.replace("\n", "")
    assert "“moonbase” of city “yunzhou” is not installed" in english.err.replace("\n", " ")


def test_a_missing_plugin_in_json_says_both_languages(house):
    house.edit(house.config, "rules: yunzhou", "rules: yunzhou\n    plugin: moonbase")

    error = house.call("settle", "--json").json["error"]

    assert error["code"] == "missing_plugin"
    assert "没有安装" in error["zh"]
    assert "is not installed" in error["en"]
