"""Importing from the terminal: a report by row, both languages, and nothing half-written."""

import pytest

ORGANISATIONS = """\
id,level,name,parent_id,opened_on
yz,city,云州市,,2026-01-01
east,district,东区,yz,2026-01-01
east-1,street,东一街道,east,2026-01-01
"""
MEMBERS = """\
reference,name,born_on,home_id,roles,phone,joined_on,traits
V1,李敏,1990-03-02,east-1,volunteer,,2026-01-05,
R1,王秀兰,1940-08-08,east-1,recipient,,2026-01-05,
"""


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "handover"
    folder.mkdir()
    (folder / "organisations.csv").write_text(ORGANISATIONS, encoding="utf-8")
    (folder / "members.csv").write_text(MEMBERS, encoding="utf-8")
    return folder


def test_a_check_writes_nothing_and_a_commit_writes_once(house, folder):
    checked = house.call("import", "yunzhou", str(folder))
    first = house.call("import", "yunzhou", str(folder), "--commit", "--json")
    second = house.call("import", "yunzhou", str(folder), "--commit", "--json")

    assert checked.code == 0
    assert "加上 --commit 即写入" in checked.out
    assert first.json["new"] == {"organisations.csv": 3, "members.csv": 2}
    assert second.json["known"] == {"organisations.csv": 3, "members.csv": 2}


def test_a_bad_row_is_told_with_file_row_and_column_and_nothing_is_written(house, folder):
    (folder / "members.csv").write_text(
        MEMBERS.replace("east-1,volunteer", "east-9,volunteer"), encoding="utf-8"
    )

    chinese = house.call("import", "yunzhou", str(folder), "--commit")
    english = house.call("import", "yunzhou", str(folder), "--commit", language="en")

    assert (chinese.code, english.code) == (1, 1)
    assert "members.csv:2:home_id 没有组织“east-9”" in chinese.out
    assert "什么都没有写入" in chinese.out
    assert "There is no organisation “east-9”" in english.out
    (folder / "members.csv").write_text(MEMBERS, encoding="utf-8")
    assert house.call("import", "yunzhou", str(folder), "--json").json["new"]["members.csv"] == 2


def test_a_bad_row_in_json_is_told_in_both_languages(house, folder):
    (folder / "members.csv").write_text(MEMBERS.replace("1990-03-02", "1990-02-30"), encoding="utf-8")

    said = house.call("import", "yunzhou", str(folder), "--json")

    (fault,) = said.json["faults"]
    assert said.code == 1
    assert fault["place"] == "members.csv:2:born_on"
    assert fault["zh"]
    assert fault["en"]


def test_an_unknown_city_is_told(house, folder):
    said = house.call("import", "atlantis", str(folder))

    assert said.code == 2
    assert "没有在运行的城市“atlantis”" in said.err
