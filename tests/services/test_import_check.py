"""The first phase of an import tells every fault at its file, row and column, in both languages, and writes nothing."""

import pytest
from sqlalchemy import func, select

from tests.banks import YUNZHOU
from tests.handover import MEMBERS, ORGANISATIONS, SERVICES, hand_over, member, service, write
from timebank.domain.refusal import BadInput, NotFound
from timebank.services.importing import check_folder, commit_folder
from timebank.storage.envelope import commands
from timebank.storage.people import members, organisations
from timebank.storage.work import orders


def faults_of(bank, folder):
    return [(fault.place, fault.code) for fault in check_folder(bank, YUNZHOU, folder).faults]


def sentences_of(bank, folder):
    report = check_folder(bank, YUNZHOU, folder)
    assert all(fault.words.zh and fault.words.en for fault in report.faults)
    return "\n".join(str(fault) for fault in report.faults)


def rows_in(bank, table):
    with bank.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_sound_folder_has_no_faults(bank, tmp_path):
    report = check_folder(bank, YUNZHOU, hand_over(tmp_path))

    assert report.faults == []
    assert report.new == {"organisations.csv": 7, "members.csv": 4, "services.csv": 2}
    assert "没有问题" in report.sentence().zh
    assert "without fault" in report.sentence().en


def test_checking_writes_nothing(bank, tmp_path):
    check_folder(bank, YUNZHOU, hand_over(tmp_path))

    assert [rows_in(bank, table) for table in (organisations, members, orders, commands)] == [0, 0, 0, 0]


def test_the_report_says_in_words_that_gates_are_skipped(bank, tmp_path):
    report = check_folder(bank, YUNZHOU, hand_over(tmp_path))

    assert any("不再审核" in note.zh and "not asked again" in note.en for note in report.notes)


@pytest.mark.parametrize(
    ("changes", "place", "code"),
    [
        ({"service": "chatt"}, "service", "service"),
        ({"organisation_id": "east-9"}, "organisation_id", "organisation"),
        ({"service": "garden", "organisation_id": "east-2"}, "organisation_id", "only_in"),
        ({"volunteer": "R1", "recipient": "R1"}, "recipient", "same_person"),
        ({"volunteer": "nobody"}, "volunteer", "member"),
        ({"volunteer": "R1", "recipient": "B1"}, "volunteer", "role"),
        ({"recipient": "V2"}, "recipient", "role"),
        ({"service": "law", "recipient": ""}, "recipient", "shape"),
        ({"planned_start": "2026-13-01 09:00"}, "planned_start", "not_a_moment"),
        ({"planned_start": "一月一日"}, "planned_start", "not_a_moment"),
        ({"planned_start": "2025-12-31 09:00"}, "planned_start", "no_rules"),
        ({"planned_start": "2026-03-09 09:00"}, "planned_start", "future"),
        ({"planned_minutes": "1.5"}, "planned_minutes", "not_whole"),
        ({"planned_minutes": "0"}, "planned_minutes", "not_whole"),
        ({"planned_minutes": "15"}, "planned_minutes", "length"),
        ({"planned_minutes": "300"}, "planned_minutes", "length"),
        ({"checked_in": "", "checked_out": ""}, "checked_in", "not_measured"),
        ({"checked_out": ""}, "checked_out", "half_clock"),
        ({"checked_out": "2026-02-01 08:00"}, "checked_out", "clock"),
        ({"checked_in": "2026-02-02 08:29"}, "checked_in", "off_plan"),
        ({"checked_in": "2026-02-02 10:00"}, "checked_in", "off_plan"),
        ({"checked_out": "2026-02-02 11:01"}, "checked_out", "off_plan"),
        ({"checked_in": "2026-03-01 09:00", "checked_out": "2026-03-01 10:00"}, "checked_in", "off_plan"),
        ({"confirmed_by": "neighbour"}, "confirmed_by", "unknown"),
        ({"confirmed_proof": "photo"}, "confirmed_proof", "unknown"),
        ({"team": "team-1", "volunteer": "V2"}, "team", "team"),
        ({"reference": ""}, "reference", "empty"),
        ({"reference": "11010519491231002X"}, "reference", "identity_card"),
        ({"reference": "S" * 65}, "reference", "too_long"),
        ({"volunteer": "V 1"}, "volunteer", "spaces"),
        ({"planned_start": "2026-01-03 09:00", "checked_in": "2026-01-03 09:00"}, "volunteer", "role"),
    ],
    ids=lambda given: " ".join(f"{k}={v}" for k, v in given.items()) if isinstance(given, dict) else None,
)
def test_a_faulty_service_is_told_at_its_cell(bank, tmp_path, changes, place, code):
    folder = hand_over(tmp_path, services=[SERVICES[1], service(**changes)])

    assert (f"services.csv:3:{place}", code) in faults_of(bank, folder)


@pytest.mark.parametrize(
    ("changes", "place", "code"),
    [
        ({"home_id": "nowhere"}, "home_id", "organisation"),
        ({"roles": "volunter"}, "roles", "unknown"),
        ({"roles": ""}, "roles", "empty"),
        ({"traits": "low_incom"}, "traits", "trait"),
        ({"traits": "aged_80"}, "traits", "trait"),
        ({"born_on": "30/02/1990"}, "born_on", "not_a_day"),
        ({"born_on": "2026-02-01"}, "born_on", "days"),
        ({"joined_on": "2026-04-01"}, "joined_on", "future"),
        ({"joined_on": "2026-01-02"}, "team", "organisation"),
        ({"name": ""}, "name", "empty"),
        ({"name": "甲\u202e乙"}, "name", "characters"),
    ],
    ids=lambda given: " ".join(f"{k}={v!a}" for k, v in given.items()) if isinstance(given, dict) else None,
)
def test_a_faulty_member_is_told_at_its_cell(bank, tmp_path, changes, place, code):
    folder = hand_over(tmp_path, members=[member(**changes), *MEMBERS[1:]], services=None)

    assert (f"members.csv:2:{place}", code) in faults_of(bank, folder)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"parent_id": "yunzhou"}, "parent_id"),
        ({"parent_id": "east_1"}, "parent_id"),
        ({"parent_id": ""}, "parent_id"),
        ({"level": "town"}, "level"),
        ({"opened_on": "soon"}, "opened_on"),
    ],
)
def test_a_faulty_organisation_is_told_at_its_cell(bank, tmp_path, changes, place):
    wrong = {**ORGANISATIONS[-1], **changes}
    folder = hand_over(tmp_path, [*ORGANISATIONS[:-1], wrong], members=None, services=None)

    assert [found for found, _ in faults_of(bank, folder)] == [f"organisations.csv:8:{place}"]


def test_an_organisation_may_not_open_before_what_it_stands_under(bank, tmp_path):
    early = [{**row, "opened_on": "2025-06-01"} if row["id"] == "east-1" else row for row in ORGANISATIONS]

    assert "还没有设立" in sentences_of(bank, hand_over(tmp_path, early, members=None, services=None))


def test_parents_may_come_after_their_children(bank, tmp_path):
    folder = hand_over(tmp_path, ORGANISATIONS[::-1], members=None, services=None)

    assert faults_of(bank, folder) == []


def test_a_number_that_stands_twice_names_the_first_row(bank, tmp_path):
    folder = hand_over(tmp_path, services=[*SERVICES, service(planned_minutes="30")])

    assert ("services.csv:4:reference", "twice") in faults_of(bank, folder)
    assert "在第 2 行已经出现" in sentences_of(bank, folder)


def test_one_volunteer_in_two_places_at_once_is_told_with_the_other_row(bank, tmp_path):
    twice = service(reference="S9", checked_in="2026-02-01 09:30")
    folder = hand_over(tmp_path, services=[service(), twice])

    assert faults_of(bank, folder) == [("services.csv:3:checked_in", "overlap")]
    assert "第 2 行（" in sentences_of(bank, folder)


def test_a_service_may_begin_when_the_one_before_ended(bank, tmp_path):
    next_hour = {"planned_start": "2026-02-01 10:00", "checked_in": "2026-02-01 10:00"}
    after = service(reference="S9", checked_out="2026-02-01 11:00", **next_hour)

    assert faults_of(bank, hand_over(tmp_path, services=[service(), after])) == []


def test_what_was_taken_over_before_counts_and_is_not_judged_again(bank, tmp_path):
    hand_over(tmp_path, services=[service()])
    assert commit_folder(bank, YUNZHOU, tmp_path).ok
    folder = hand_over(tmp_path, services=[service(), service(reference="S9")])

    assert faults_of(bank, folder) == [("services.csv:3:checked_in", "overlap")]
    assert "此前导入的“" in sentences_of(bank, folder)


def test_all_faults_of_all_files_come_in_one_pass(bank, tmp_path):
    folder = hand_over(
        tmp_path,
        [*ORGANISATIONS, {**ORGANISATIONS[-1], "id": "team-2", "parent_id": "west"}],
        [*MEMBERS, member(reference="V9", home_id="none")],
        [*SERVICES, service(reference="S9", service="none", planned_minutes="x")],
    )

    assert [place for place, _ in faults_of(bank, folder)] == [
        "members.csv:6:home_id",
        "organisations.csv:9:parent_id",
        "services.csv:4:planned_minutes",
    ]


def test_an_unknown_word_comes_with_what_was_meant(bank, tmp_path):
    said = sentences_of(
        bank, hand_over(tmp_path, services=[service(service="gardn", organisation_id="east1")])
    )

    assert "是不是“garden”？" in said
    assert "Did you mean “east-1”?" in said


def test_an_unknown_column_comes_with_what_was_meant(bank, tmp_path):
    renamed = [
        {"refrence" if key == "reference" else key: value for key, value in row.items()} for row in MEMBERS
    ]
    folder = hand_over(tmp_path, members=renamed, services=None)

    assert faults_of(bank, folder) == [
        ("members.csv:1:refrence", "unknown_column"),
        ("members.csv:1:reference", "missing_column"),
    ]
    assert "是不是“reference”？" in sentences_of(bank, folder)


def test_a_broken_header_hides_no_fault_of_another_file_and_adds_none(bank, tmp_path):
    folder = hand_over(tmp_path, services=[service(planned_minutes="x")])
    (folder / "members.csv").write_text("reference;name\n", encoding="utf-8")

    assert faults_of(bank, folder) == [
        ("members.csv:1", "separator"),
        ("services.csv:2:planned_minutes", "not_whole"),
    ]


def test_a_row_with_a_cell_too_many_is_told(bank, tmp_path):
    folder = hand_over(tmp_path, members=None, services=None)
    with (folder / "organisations.csv").open("a", encoding="utf-8") as file:
        file.write("east-3,street,东三街道,east,2026-01-01,extra\n")

    assert faults_of(bank, folder) == [("organisations.csv:9", "cell_count")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_utf_8_is_read_with_a_mark_and_without(bank, tmp_path, encoding):
    report = check_folder(bank, YUNZHOU, hand_over(tmp_path, encoding=encoding))

    assert report.faults == []


def test_gb18030_is_read_and_said(bank, tmp_path):
    folder = hand_over(tmp_path, encoding="gb18030")
    report = commit_folder(bank, YUNZHOU, folder)

    assert report.committed
    assert "members.csv 是 GB18030（GBK）编码" in " ".join(note.zh for note in report.notes)
    with bank.reading() as connection:
        assert "志愿者甲" in connection.execute(select(members.c.name)).scalars().all()


def test_utf_8_with_one_broken_byte_is_not_taken_for_gb18030(bank, tmp_path):
    folder = hand_over(tmp_path)
    content = (folder / "members.csv").read_bytes()
    (folder / "members.csv").write_bytes(content.replace("老人丙".encode(), "老人丙".encode()[:-1]))

    assert ("members.csv", "encoding") in faults_of(bank, folder)
    assert "第 4 行" in sentences_of(bank, folder)


def test_utf_16_is_refused_with_what_to_do(bank, tmp_path):
    assert "CSV UTF-8" in sentences_of(bank, hand_over(tmp_path, encoding="utf-16"))


def test_days_as_spreadsheets_write_them_are_read(bank, tmp_path):
    folder = hand_over(
        tmp_path, members=[member(joined_on="2026/1/6", born_on="1990年5月1日")], services=None
    )

    assert faults_of(bank, folder) == []


def test_a_misnamed_file_is_told(bank, tmp_path):
    folder = hand_over(tmp_path, members=None, services=None)
    write(folder / "member.csv", MEMBERS)

    assert "是不是“members.csv”？" in sentences_of(bank, folder)


def test_an_empty_folder_is_refused(bank, tmp_path):
    with pytest.raises(BadInput, match=r"organisations\.csv"):
        check_folder(bank, YUNZHOU, tmp_path)


def test_a_folder_that_is_not_there_is_refused(bank, tmp_path):
    with pytest.raises(BadInput, match="没有文件夹"):
        check_folder(bank, YUNZHOU, tmp_path / "none")


def test_an_unknown_city_is_refused(bank, tmp_path):
    with pytest.raises(NotFound):
        check_folder(bank, "nowhere", hand_over(tmp_path))
