"""Putting published rule files back, as a person does it."""

import pytest


@pytest.fixture
def set_up(house):
    """A house whose city has been set up, so that its rule file is recorded."""
    assert house.call("settle").code == 0
    return house


def test_an_edited_rule_file_is_put_back_and_the_edited_one_is_kept(set_up):
    published = set_up.rules.read_bytes()
    set_up.edit(set_up.rules, "rounding: floor", "rounding: ceil")
    edited = set_up.rules.read_bytes()
    refused = set_up.call("settle")

    said = set_up.call("rules", "restore", "yunzhou")

    kept = set_up.rules.parent / "drafts" / "2026-01-01.edited1.yaml"
    assert (refused.code, said.code) == (1, 0)
    assert "timebank rules restore yunzhou" in refused.err
    assert f"已放回 {set_up.rules}" in said.out
    assert f"改过的另存为 {kept}" in said.out
    assert set_up.rules.read_bytes() == published
    assert kept.read_bytes() == edited
    assert set_up.call("settle").code == 0


def test_a_second_edited_file_does_not_take_the_place_of_the_first(set_up):
    for rounding in ("ceil", "nearest"):
        set_up.edit(set_up.rules, "rounding: floor", f"rounding: {rounding}")
        set_up.call("rules", "restore", "yunzhou")

    kept = sorted(file.name for file in (set_up.rules.parent / "drafts").iterdir())
    assert kept == ["2026-01-01.edited1.yaml", "2026-01-01.edited2.yaml"]


def test_a_rule_file_that_is_gone_is_put_back(set_up):
    published = set_up.rules.read_bytes()
    set_up.rules.unlink()

    said = set_up.call("rules", "restore", "yunzhou", "--format", "json").json

    assert said == {"restored": [{"file": str(set_up.rules), "set_aside": None}]}
    assert set_up.rules.read_bytes() == published


def test_where_all_is_as_published_nothing_is_written(set_up):
    said = set_up.call("rules", "restore", "yunzhou", language="en")

    assert said.code == 0
    assert "yunzhou: every rule file is as published." in said.out
    assert not (set_up.rules.parent / "drafts").exists()


def test_a_city_that_does_not_run_is_wrong_use(set_up):
    said = set_up.call("rules", "restore", "nowhere")

    assert said.code == 2
    assert "没有在运行的城市“nowhere”" in said.err


def test_a_city_never_set_up_in_this_database_is_said_so(house):
    said = house.call("rules", "restore", "yunzhou")

    assert said.code == 1
    assert "没有找到在此数据库里设立过的城市“yunzhou”" in said.err


def test_a_folder_that_cannot_be_written_to_is_said_clearly(set_up):
    set_up.rules.unlink()
    (set_up.rules.parent / f".{set_up.rules.name}.part").mkdir()

    said = set_up.call("rules", "restore", "yunzhou")

    assert said.code == 1
    assert f"写不进 {set_up.rules.parent}" in said.err
    assert not set_up.rules.exists()


def test_nothing_is_written_through_a_link_that_was_put_where_files_are_prepared(set_up, tmp_path):
    other = tmp_path / "other"
    other.write_text("别人的", encoding="utf-8")
    set_up.rules.unlink()
    (set_up.rules.parent / f".{set_up.rules.name}.part").symlink_to(other)

    assert set_up.call("rules", "restore", "yunzhou").code == 1
    assert other.read_text(encoding="utf-8") == "别人的"


def test_a_link_in_the_place_of_a_published_file_is_refused_and_the_file_put_back(set_up, tmp_path):
    published = set_up.rules.read_bytes()
    elsewhere = set_up.rules.rename(tmp_path / "elsewhere.yaml")
    set_up.rules.symlink_to(elsewhere)
    refused = set_up.call("settle")

    assert set_up.call("rules", "restore", "yunzhou").code == 0
    assert refused.code == 1
    assert "V15" in refused.err
    assert not set_up.rules.is_symlink()
    assert set_up.rules.read_bytes() == published
    assert set_up.call("settle").code == 0
