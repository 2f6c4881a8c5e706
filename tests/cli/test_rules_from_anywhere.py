"""Rule files and drafts that come from anywhere: nothing but a plain file of the folder is ever read."""

import os
from pathlib import Path

import pytest

SECRET = "password: correct-horse"
DAY = "2027-01-01"


@pytest.fixture
def secret(bare_house):
    """A file that is nobody's business, outside of the city's folder."""
    file = bare_house.folder.parent / "secrets.yaml"
    file.write_text(f"{SECRET}：\n", encoding="utf-8")
    return file


@pytest.fixture
def drafts(bare_house):
    folder = bare_house.rules.parent / "drafts"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("verb", ["check", "check --fix", "diff", "test", "explain"])
def test_no_verb_shows_a_line_of_a_file_that_a_draft_links_to(bare_house, drafts, secret, verb):
    draft = drafts / f"{DAY}.yaml"
    draft.symlink_to(secret)

    said = bare_house.call("rules", *verb.split(), str(draft), *(["gifts"] if verb == "explain" else []))

    assert said.code == 1
    assert "V15 这是一个链接" in said.all
    assert "correct-horse" not in said.all
    assert draft.is_symlink()
    assert secret.read_text(encoding="utf-8").startswith(SECRET)


def test_a_fault_of_a_link_names_the_link_and_not_where_it_leads(bare_house, drafts, secret, monkeypatch):
    monkeypatch.chdir(bare_house.folder.parent)
    (drafts / f"{DAY}.yaml").symlink_to(secret)

    said = bare_house.call("rules", "check", f"config/yunzhou/drafts/{DAY}.yaml", "--json", language="en")

    (fault,) = said.json["faults"]
    assert (fault["code"], fault["file"]) == ("V15", f"config/yunzhou/drafts/{DAY}.yaml")


@pytest.mark.parametrize("put", [os.mkfifo, Path.mkdir, lambda file: file.symlink_to("/dev/zero")])
def test_a_city_with_a_pipe_a_folder_or_a_device_among_its_files_is_told_so_at_once(bare_house, put):
    put(bare_house.rules.parent / f"{DAY}.yaml")

    said = bare_house.call("rules", "check", "yunzhou")

    assert said.code == 1
    assert f"{DAY}.yaml:1:1 V1" in said.all
    assert "没有读它" in said.all


def test_a_link_within_the_folder_is_a_file_like_any_other(bare_house):
    kept = bare_house.rules.parent / "..data" / bare_house.rules.name
    kept.parent.mkdir()
    bare_house.rules.rename(kept)
    bare_house.rules.symlink_to(kept)

    assert bare_house.call("rules", "check", str(bare_house.rules)).code == 0
    assert bare_house.call("rules", "check", "yunzhou").code == 0


def test_a_folder_that_is_itself_a_link_is_a_city_like_any_other(bare_house, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    bare_house.rules.parent.rename(elsewhere)
    bare_house.rules.parent.symlink_to(elsewhere)

    assert bare_house.call("rules", "check", str(bare_house.rules)).code == 0


def test_cases_that_are_links_or_pipes_are_not_read(bare_house, secret):
    cases = bare_house.rules.parent / "cases"
    (cases / "linked.yaml").symlink_to(secret)
    linked = bare_house.call("rules", "test", "yunzhou")
    (cases / "linked.yaml").unlink()
    os.mkfifo(cases / "pipe.yaml")
    piped = bare_house.call("rules", "test", "yunzhou")

    assert (linked.code, piped.code) == (1, 1)
    assert "V15" in linked.all
    assert "correct-horse" not in linked.all
    assert "V16" in piped.all


def test_a_configuration_that_lies_beside_a_foreign_draft_is_not_followed_elsewhere(
    bare_house, drafts, secret
):
    beside = bare_house.folder / "timebank.yaml"
    beside.unlink()
    beside.symlink_to(secret)
    (drafts / f"{DAY}.yaml").write_bytes(bare_house.rules.read_bytes())

    said = bare_house.call("--config", "no/timebank.yaml", "rules", "check", str(drafts / f"{DAY}.yaml"))

    assert said.code == 1
    assert "timebank.yaml:1:1 V15" in said.all
    assert "correct-horse" not in said.all


def test_nothing_is_written_through_a_link_that_was_put_where_repairs_are_prepared(bare_house, secret):
    bare_house.edit(
        bare_house.rules,
        "    one: 60 min\n    source: mb25 第五条\n  point",
        "    one：60 min\n    source: mb25 第五条\n  point",
    )
    before = secret.read_bytes()
    for name in (".2026-01-01.yaml.mended", f".2026-01-01.yaml.{os.getpid()}"):
        (bare_house.rules.parent / name).symlink_to(secret)

    assert bare_house.call("rules", "check", "--fix", str(bare_house.rules)).code == 0
    assert secret.read_bytes() == before
    assert not bare_house.rules.is_symlink()


def test_a_repaired_file_keeps_its_rights(bare_house):
    bare_house.edit(bare_house.rules, "needed: true, early", "needed: yes, early")
    bare_house.rules.chmod(0o640)

    assert bare_house.call("rules", "check", "--fix", str(bare_house.rules)).code == 0
    assert bare_house.rules.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("verb", ["check", "test", "diff"])
def test_no_name_of_a_file_makes_the_terminal_do_anything(bare_house, drafts, verb):
    draft = drafts / "a\x1b]0;owned\x07.yaml"
    draft.write_text("city：x\n", encoding="utf-8")

    there = bare_house.call("rules", verb, str(draft))
    beside = bare_house.call("rules", verb, str(drafts / "b.yaml"))

    assert "owned" in there.all
    assert "owned" in beside.all
    assert "\x1b" not in there.all + beside.all


def test_a_file_far_too_large_is_not_read_to_its_end(bare_house, drafts):
    draft = drafts / f"{DAY}.yaml"
    with draft.open("wb") as out:
        out.truncate(1 << 40)  # a terabyte that takes no room on the disk

    said = bare_house.call("rules", "check", str(draft))

    assert said.code == 1
    assert "Y01 文件太大：1099511627776 字节" in said.all
