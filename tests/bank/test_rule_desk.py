import shutil
from pathlib import Path

import pytest

from timebank.bank.rule_desk import desk_of, every_desk
from timebank.domain.refusal import WrongUse

FIXTURES = Path(__file__).parents[1] / "fixtures" / "config"
NOWHERE = Path("no/timebank.yaml")


@pytest.fixture
def config(tmp_path):
    """A copy of Yunzhou's configuration, in a folder of any name."""
    return Path(shutil.copytree(FIXTURES, tmp_path / "anywhere"))


def drafted(config, *edits):
    """Write a draft for the year after the version in force, and return its path."""
    text = (config / "yunzhou" / "2026-01-01.yaml").read_text(encoding="utf-8")
    for old, new in [("from: 2026-01-01", "from: 2027-01-01"), *edits]:
        assert old in text
        text = text.replace(old, new, 1)
    file = config / "yunzhou" / "drafts" / "2027-01-01.yaml"
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    return file


FOLLOWING = (
    "\nsources:",
    "\nreplaces: 2026-01-01\ntransition: {open_orders: finish, assumed: 照旧 · as before}\nsources:",
)


def test_a_city_is_found_by_its_code_in_the_configuration(config):
    desk = desk_of("yunzhou", config / "timebank.yaml")

    assert (desk.city, desk.file, desk.is_draft) == ("yunzhou", None, False)
    assert [version.stem for version in desk.versions()[0]] == ["2026-01-01"]


def test_every_running_city_has_a_desk(config):
    assert [desk.city for desk in every_desk(config / "timebank.yaml")] == ["yunzhou"]


def test_a_rule_file_is_found_without_any_configuration(config):
    (config / "timebank.yaml").unlink()

    desk = desk_of(str(config / "yunzhou" / "2026-01-01.yaml"), NOWHERE)

    assert (desk.city, desk.is_draft) == ("yunzhou", False)
    assert desk.read(desk.file)[1] == []


def test_the_configuration_beside_the_city_folders_names_the_plugin(config):
    file = config / "timebank.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("rules: yunzhou", "rules: yunzhou\n    plugin: nanjing"), encoding="utf-8")

    desk = desk_of(str(config / "yunzhou" / "2026-01-01.yaml"), NOWHERE)

    assert list(desk.plugin_keys) == ["nanjing"]


def test_without_a_configuration_the_plugin_with_the_citys_name_is_taken(config):
    folder = (config / "yunzhou").rename(config / "nanjing")
    (config / "timebank.yaml").unlink()

    assert list(desk_of(str(folder), NOWHERE).plugin_keys) == ["nanjing"]


def test_a_draft_belongs_to_the_city_whose_folder_it_lies_in(config):
    desk = desk_of(str(drafted(config)), config / "timebank.yaml")

    assert (desk.city, desk.folder.name, desk.is_draft) == ("yunzhou", "yunzhou", True)


def test_a_draft_is_judged_against_the_versions_beside_it(config):
    desk = desk_of(str(drafted(config)), config / "timebank.yaml")

    assert [fault.code for fault in desk.versions()[1]] == ["V03"]


def test_a_sound_draft_stands_after_the_published_versions(config):
    desk = desk_of(str(drafted(config, FOLLOWING)), config / "timebank.yaml")

    rule_sets, faults = desk.versions()

    assert faults == []
    assert [version.stem for version in rule_sets] == ["2026-01-01", "2027-01-01"]


def test_a_city_never_reads_its_drafts_unasked(config):
    drafted(config)

    assert desk_of("yunzhou", config / "timebank.yaml").versions()[1] == []


def test_a_name_that_means_nothing_is_wrong_use(config):
    with pytest.raises(WrongUse, match="既不是在运行的城市，也不是规则文件"):
        desk_of("nowhere", config / "timebank.yaml")


@pytest.mark.parametrize("name", ["云州", "云州市", "Yunzhou", "yunzhuo"])
def test_the_name_of_a_city_in_either_language_is_guessed(config, name):
    with pytest.raises(WrongUse, match="是不是 yunzhou？") as said:
        desk_of(name, config / "timebank.yaml")
    assert "Did you mean yunzhou?" in said.value.words.en


def test_a_file_that_is_not_there_names_the_nearest_that_is(config):
    with pytest.raises(
        WrongUse, match=r"没有“.*/2026-1-01.yaml”这个文件。是不是 .*/yunzhou/2026-01-01.yaml？"
    ):
        desk_of(str(config / "yunzhou" / "2026-1-01.yaml"), config / "timebank.yaml")


def test_a_file_unlike_any_other_names_what_its_folder_holds(config):
    with pytest.raises(WrongUse, match=r"里有：2026-01-01.yaml、demo.yaml") as said:
        desk_of(str(config / "yunzhou" / "rules.yaml"), config / "timebank.yaml")
    assert "there are: 2026-01-01.yaml, demo.yaml" in said.value.words.en


def test_a_file_in_no_folder_says_that_the_folder_is_not_there(config):
    with pytest.raises(WrongUse, match="也没有文件夹"):
        desk_of(str(config / "yunchou" / "2026-01-01.yaml"), config / "timebank.yaml")


def test_a_link_to_what_is_gone_is_said_to_be_one(config):
    link = config / "yunzhou" / "draft.yaml"
    link.symlink_to("gone.yaml")

    with pytest.raises(WrongUse, match="是链接，它指向的文件不在了"):
        desk_of(str(link), config / "timebank.yaml")


def test_a_folder_of_cities_names_them(config):
    with pytest.raises(WrongUse, match=r"是文件夹，里面没有规则文件（.*）。是不是其中之一：yunzhou？"):
        desk_of(str(config), config / "timebank.yaml")


def test_a_folder_of_drafts_names_them(config):
    folder = drafted(config).parent

    with pytest.raises(
        WrongUse, match=r"是放草案的文件夹。请写其中一份：.*drafts/2027-01-01\.yaml。"
    ) as said:
        desk_of(str(folder), config / "timebank.yaml")
    assert str(folder / "2027-01-01.yaml") in said.value.words.en


def test_another_folder_says_what_to_name(config):
    with pytest.raises(WrongUse, match="请写城市、规则文件或草案") as said:
        desk_of(str(config / "yunzhou" / "cases"), config / "timebank.yaml")
    assert "Name a city, a rule file or a draft" in said.value.words.en


@pytest.mark.parametrize(
    ("file", "zh", "en"),
    [
        (
            "yunzhou/cases/earning.yaml",
            "这是用例文件，不是规则文件。请演它：timebank rules test ",
            "a file of cases",
        ),
        ("yunzhou/demo.yaml", "请演它：timebank demo --city yunzhou。", "the story of a demonstration"),
        ("timebank.yaml", "这是配置文件，写哪些城市在运行，不是规则文件。", "This is the configuration"),
    ],
)
def test_a_file_that_says_it_is_something_else_names_the_verb_for_it(config, file, zh, en):
    with pytest.raises(WrongUse, match=zh) as said:
        desk_of(str(config / file), config / "timebank.yaml")
    assert en in said.value.words.en


def test_a_rule_file_whose_format_is_mistyped_is_still_checked_as_one(config):
    file = config / "yunzhou" / "2026-01-01.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("timebank-rules/1", "timebank-rule/1"), "utf-8")

    desk = desk_of(str(file), config / "timebank.yaml")

    assert {fault.path for fault in desk.versions()[1]} == {"format"}
