"""``timebank rules new``: drafts and cities that pass the check as they are written, and never over anything."""

import json

import pytest

from timebank.bank import open_bank, open_cities, read_settings
from timebank.hooks.kit import promises
from timebank.stories import play, read_stories


@pytest.fixture
def drafts(house):
    """The folder of Yunzhou's drafts."""
    return house.rules.parent / "drafts"


def new_version(house, *options, **how):
    return house.call("rules", "new", "version", "yunzhou", *options, **how)


def new_city(house, code="linjiang", *options, **how):
    return house.call("rules", "new", "city", code, "--name", "临江市", *options, **how)


def test_a_new_version_is_drafted_and_passes_the_check(house, drafts):
    said = new_version(house, "--effective", "2099-07-01")
    draft = drafts / "2099-07-01.yaml"

    assert said.code == 0
    assert "写好" in said.all
    assert f"timebank rules check {draft}" in said.all
    assert house.call("rules", "check", str(draft)).code == 0


def test_the_draft_points_to_the_schema_beside_it_which_is_the_citys(house, drafts):
    house.call("rules", "schema")
    new_version(house, "--effective", "2099-07-01")
    first = (drafts / "2099-07-01.yaml").read_text(encoding="utf-8").split("\n", 1)[0]
    beside = json.loads((drafts / first.partition("$schema=")[2]).read_text(encoding="utf-8"))

    assert (drafts / beside["$ref"]).resolve() == house.rules.parent / "schema.zh.json"


def test_a_draft_is_published_as_it_is_and_points_to_the_schema_still(house, drafts):
    house.call("rules", "schema")
    new_version(house, "--effective", "2099-07-01")
    file = (drafts / "2099-07-01.yaml").rename(house.rules.parent / "2099-07-01.yaml")
    first = file.read_text(encoding="utf-8").split("\n", 1)[0]

    assert (file.parent / first.partition("$schema=")[2]).is_file()


def test_a_draft_is_not_loaded_by_the_bank(house):
    new_version(house, "--effective", "2099-07-01")

    assert "1 个规则文件" in house.call("rules", "check").all


def test_a_draft_is_never_written_over(house, drafts):
    new_version(house, "--effective", "2099-07-01")
    draft = drafts / "2099-07-01.yaml"
    house.edit(draft, "open_orders: finish", "open_orders: cancel")
    before = draft.read_bytes()

    chinese, english = (new_version(house, "--effective", "2099-07-01", language=one) for one in ("zh", "en"))

    assert (chinese.code, english.code) == (2, 2)
    assert "已经有了，不会覆盖" in chinese.all
    assert "never written over" in english.all
    assert draft.read_bytes() == before


@pytest.mark.parametrize("day", ["2026-01-01", "2025-12-31"])
def test_a_version_not_after_the_last_one_is_refused(house, drafts, day):
    said = new_version(house, "--effective", day)

    assert said.code == 2
    assert "不在现行的 2026-01-01.yaml 之后" in said.all
    assert not drafts.exists()


def test_a_version_whose_day_is_past_is_drafted_with_a_warning(house, drafts):
    said = new_version(house, "--effective", "2026-01-02")

    assert said.code == 0
    assert "不能再发布" in said.all
    assert (drafts / "2026-01-02.yaml").is_file()


@pytest.mark.parametrize("day", ["2099-02-30", "20990701", "1 July"])
def test_a_day_that_is_none_is_told(house, drafts, day):
    said = new_version(house, "--effective", day, language="en")

    assert said.code == 2
    assert f"“{day}” of --effective is no date" in said.all
    assert not drafts.exists()


def test_a_correction_is_drafted_and_passes_the_check(house, drafts):
    said = new_version(house, "--corrects", "2026-01-01", "--reason", "第九条抄错 · Article 9 was miscopied")
    draft = drafts / "2026-01-01.c1.yaml"

    assert said.code == 0
    assert 'reason: {zh: "第九条抄错", en: "Article 9 was miscopied"}' in draft.read_text(encoding="utf-8")
    assert house.call("rules", "check", str(draft)).code == 0


def test_a_correction_known_before_the_one_it_mends_is_refused_and_not_written(house, drafts):
    new_version(house, "--corrects", "2026-01-01", "--reason", "甲", "--known-from", "2026-05-01")
    (drafts / "2026-01-01.c1.yaml").rename(house.rules.parent / "2026-01-01.c1.yaml")

    said = new_version(house, "--corrects", "2026-01-01.c1", "--reason", "乙", "--known-from", "2026-04-30")

    assert said.code == 1
    assert "V11" in said.all
    assert list(drafts.glob("*.yaml")) == []


def test_a_correction_of_no_file_is_refused(house):
    said = new_version(house, "--corrects", "2020-01-01", "--reason", "甲")

    assert said.code == 2
    assert "没有 2020-01-01.yaml 可以更正。有：2026-01-01。" in said.all


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--corrects", "2026-01-01"),
        ("--reason", "甲"),
        ("--effective", "2099-07-01", "--corrects", "2026-01-01", "--reason", "甲"),
    ],
)
def test_a_draft_is_either_a_version_or_a_correction_with_its_reason(house, drafts, options):
    said = new_version(house, *options)

    assert said.code == 2
    assert "二者取一" in said.all
    assert not drafts.exists()


def test_no_draft_is_made_of_rules_with_faults(house, drafts):
    house.edit(house.rules, "rounding: floor", "rounding: flor")

    said = new_version(house, "--effective", "2099-07-01")

    assert said.code == 1
    assert "是不是 floor" in said.all
    assert not drafts.exists()


def test_a_new_city_passes_the_check_at_once(house):
    said = new_city(house, "linjiang", "--effective", "2026-03-01", "--add")
    checked = house.call("rules", "check", "linjiang", "--json")

    assert said.code == 0
    assert checked.json["faults"] == []
    assert (house.config.parent / "linjiang" / "schema.zh.json").is_file()


def test_a_new_city_keeps_every_promise(house):
    new_city(house, "linjiang", "--effective", "2026-03-01", "--add")

    for promise in promises(open_cities(read_settings(house.config))["linjiang"], cases=200):
        promise.check()


@pytest.mark.parametrize("number", range(3))
def test_a_case_of_a_new_city_comes_out_as_it_says(house, fresh_database_url, number):
    new_city(house, "linjiang", "--effective", "2026-03-01", "--add")
    case = read_stories(house.config.parent / "linjiang" / "cases" / "first.yaml")[number]
    bank = open_bank(house.config, database=fresh_database_url)
    try:
        play(bank, case)
    finally:
        bank.engine.dispose()


def test_a_new_city_in_an_empty_folder_gets_a_configuration(house, tmp_path):
    house.config = tmp_path / "new" / "config" / "timebank.yaml"

    assert new_city(house, "linjiang", "--add").code == 0
    assert house.call("rules", "check").code == 0


def test_without_add_the_configuration_stays_and_its_line_is_told(house):
    before = house.config.read_bytes()
    said = new_city(house)

    assert house.config.read_bytes() == before
    assert "linjiang: {rules: linjiang}" in said.all


def test_a_city_of_an_installed_plugin_that_has_rules_to_be_written_is_begun_only_without_it(house):
    said = new_city(house, "nanjing")

    assert said.code == 2
    assert "group_level" in said.all
    assert not (house.config.parent / "nanjing").exists()
    assert new_city(house, "nanjing", "--add").code == 0
    assert house.call("rules", "check", "nanjing").code == 0


@pytest.mark.parametrize("code", ["yunzhou", "Linjiang", "临江", "../x", "9x", "a-b"])
def test_a_code_that_is_taken_or_none_is_refused_and_nothing_is_written(house, code):
    before = sorted(house.config.parent.rglob("*"))
    said = new_city(house, code)

    assert said.code == 2
    assert sorted(house.config.parent.rglob("*")) == before


@pytest.mark.parametrize("name", ["临江, en: x}", "临江: 市", "#临江", ""])
def test_a_name_with_marks_is_refused(house, name):
    said = house.call("rules", "new", "city", "linjiang", "--name", name)

    assert said.code == 2
    assert not (house.config.parent / "linjiang").exists()


def test_a_city_is_not_added_between_braces_and_nothing_is_written(house):
    house.edit(house.config, "cities:\n  yunzhou:\n    rules: yunzhou", "cities: {yunzhou: {rules: yunzhou}}")

    said = new_city(house, "linjiang", "--add")

    assert said.code == 2
    assert "去掉 --add" in said.all
    assert not (house.config.parent / "linjiang").exists()


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_no_city_can_begin_on_is_told_and_nothing_is_written(house, day):
    said = new_city(house, "linjiang", "--effective", day)

    assert said.code == 2
    assert f"--effective 的“{day}”不是日期" in said.all
    assert not (house.folder / "linjiang").exists()


def test_a_file_to_correct_may_be_named_with_its_ending(house, drafts):
    said = new_version(house, "--corrects", "2026-01-01.yaml", "--reason", "抄错 · miscopied")

    assert said.code == 0
    assert (drafts / "2026-01-01.c1.yaml").is_file()
