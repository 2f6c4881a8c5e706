from datetime import UTC, date, datetime

import pytest

from tests.rules.broken import edited
from timebank.domain.words import Words
from timebank.rules import NoRulesYet, Problem, RulesBroken, load_rule_book

SUCCESSION = "replaces: 2026-01-01\ntransition: {open_orders: finish, source: mb25 第三十条}\nreview_by"
GARDEN = """  garden:
    label: {zh: 庭院整理, en: garden work}
    category: comfort
    shapes: [one_to_one]
    least: 30 min
    most: 2 h
    only_in: [east-1]
    source: mb25 附件一（3）
"""
SECOND = (("from: 2026-01-01", "from: 2026-07-01"), ("review_by", SUCCESSION))
CORRECTION = "corrects: 2026-01-01\nknown_from: 2026-03-01\nreason: {zh: 笔误, en: a slip}\nreview_by"


@pytest.fixture
def folder(tmp_path):
    city = tmp_path / "yunzhou"
    city.mkdir()
    return city


def written(folder, **files):
    for name, text in files.items():
        (folder / f"{name[1:].replace('_', '-').replace('-c', '.c')}.yaml").write_text(text, encoding="utf-8")
    return folder


def faults_of(folder):
    with pytest.raises(RulesBroken) as broken:
        load_rule_book(folder)
    return [(fault.file, fault.code, fault.path) for fault in broken.value.faults]


def test_the_day_chooses_the_rule_file(folder):
    book = load_rule_book(written(folder, _2026_01_01=edited(), _2026_07_01=edited(*SECOND)))

    assert book.on(date(2026, 1, 1)).file == "2026-01-01.yaml"
    assert book.on(date(2026, 6, 30)).file == "2026-01-01.yaml"
    assert book.on(date(2026, 7, 1)).file == "2026-07-01.yaml"
    assert [version.file for version in book.versions] == ["2026-01-01.yaml", "2026-07-01.yaml"]


def test_a_day_before_the_first_file_is_answered_with_the_first_date(folder):
    book = load_rule_book(written(folder, _2026_01_01=edited()))

    with pytest.raises(NoRulesYet, match="2026-01-01 起才有") as early:
        book.on(date(2025, 12, 31))

    assert "begin on 2026-01-01" in early.value.words.en


def test_a_correction_counts_from_the_day_it_was_known(folder):
    mended = edited(("review_by", CORRECTION), ("limit: 1500 h", "limit: 1000 h"))
    book = load_rule_book(written(folder, _2026_01_01=edited(), _2026_01_01_c1=mended))
    day = date(2026, 2, 1)

    assert book.on(day).file == "2026-01-01.c1.yaml"
    assert book.on(day, known_at=date(2026, 2, 28)).file == "2026-01-01.yaml"
    assert book.on(day, known_at=date(2026, 3, 1)).file == "2026-01-01.c1.yaml"


def test_what_was_known_at_an_instant_goes_by_the_citys_local_day(folder):
    book = load_rule_book(
        written(folder, _2026_01_01=edited(), _2026_01_01_c1=edited(("review_by", CORRECTION)))
    )

    before = datetime(2026, 2, 28, 15, 59, tzinfo=UTC)
    after = datetime(2026, 2, 28, 16, 0, tzinfo=UTC)

    assert book.on(date(2026, 2, 1), known_at=before).file == "2026-01-01.yaml"
    assert book.on(date(2026, 2, 1), known_at=after).file == "2026-01-01.c1.yaml"


def test_an_old_decision_finds_its_file_by_digest(folder):
    book = load_rule_book(
        written(folder, _2026_01_01=edited(), _2026_01_01_c1=edited(("review_by", CORRECTION)))
    )
    first = book.versions[0]

    assert book.by_digest(first.digest) is first
    with pytest.raises(NoRulesYet, match="sha256:0"):
        book.by_digest("sha256:0")


def test_the_next_version_and_the_last_with_a_service_are_found(folder):
    dropping = SUCCESSION.replace("finish,", "finish, dropped_services: {garden: {then: cancel}},")
    second = edited(("from: 2026-01-01", "from: 2026-07-01"), ("review_by", dropping), (GARDEN, ""))
    book = load_rule_book(written(folder, _2026_01_01=edited(), _2026_07_01=second))
    first, last = book.versions

    assert book.after(first) is last
    assert book.after(last) is None
    assert book.last_with_service("garden", date(2026, 8, 1)) is first
    assert book.last_with_service("chat", date(2026, 8, 1)) is last
    assert book.last_with_service("garden", date(2026, 1, 1)) is None


def test_stories_and_cases_beside_the_rule_files_are_left_alone(folder):
    written(folder, _2026_01_01=edited())
    (folder / "demo.yaml").write_text("story: [", encoding="utf-8")
    (folder / "cases").mkdir()
    (folder / "cases" / "2026-01-01.yaml").write_text("cases: [", encoding="utf-8")

    assert len(load_rule_book(folder).versions) == 1


def test_an_empty_folder_is_told(folder):
    assert [code for _, code, _ in faults_of(folder)] == ["V08"]


def test_a_later_file_names_the_one_it_replaces(folder):
    silent = edited(("from: 2026-01-01", "from: 2026-07-01"))

    assert faults_of(written(folder, _2026_01_01=edited(), _2026_07_01=silent)) == [
        ("2026-07-01.yaml", "V03", "")
    ]


def test_replaces_names_the_version_before(folder):
    wrong = edited(
        ("from: 2026-01-01", "from: 2026-07-01"), ("review_by", SUCCESSION.replace("2026", "2025"))
    )

    found = faults_of(written(folder, _2026_01_01=edited(), _2026_07_01=wrong))

    assert found == [("2026-07-01.yaml", "V02", "replaces")]


def test_the_first_file_replaces_nothing(folder):
    first = edited(("review_by", SUCCESSION.replace("2026-01", "2025-01")))

    assert faults_of(written(folder, _2026_01_01=first)) == [("2026-01-01.yaml", "V09", "replaces")]


def test_every_dropped_service_is_answered_and_no_other(folder):
    second = edited(*SECOND, (GARDEN, ""))
    answered = SUCCESSION.replace("finish,", "finish, dropped_services: {chat: {then: cancel}},")
    wrong = edited(("from: 2026-01-01", "from: 2026-07-01"), ("review_by", answered))

    dropped = faults_of(written(folder, _2026_01_01=edited(), _2026_07_01=second))
    kept = faults_of(written(folder, _2026_01_01=edited(), _2026_07_01=wrong))

    assert dropped == [("2026-07-01.yaml", "V04", "transition")]
    assert kept == [("2026-07-01.yaml", "V07", "transition.dropped_services.chat")]


def test_a_correction_names_a_file_that_is_there(folder):
    lost = edited(("review_by", CORRECTION.replace("corrects: 2026", "corrects: 2025")))

    found = faults_of(written(folder, _2026_01_01=edited(), _2026_01_01_c1=lost))

    assert found == [("2026-01-01.c1.yaml", "V05", "corrects")]


def test_a_correction_holds_from_the_same_day(folder):
    other = CORRECTION.replace("corrects: 2026-01-01", "corrects: 2026-07-01")
    files = {"_2026_07_01": edited(*SECOND), "_2026_01_01_c1": edited(("review_by", other))}

    found = faults_of(written(folder, _2026_01_01=edited(), **files))

    assert found == [("2026-01-01.c1.yaml", "V10", "corrects")]


def test_a_second_correction_is_known_after_the_first(folder):
    again = CORRECTION.replace("corrects: 2026-01-01", "corrects: 2026-01-01.c1").replace("03-01", "02-01")
    files = {
        "_2026_01_01_c1": edited(("review_by", CORRECTION)),
        "_2026_01_01_c2": edited(("review_by", again)),
    }

    found = faults_of(written(folder, _2026_01_01=edited(), **files))

    assert found == [("2026-01-01.c2.yaml", "V11", "known_from")]


def test_a_correction_answers_for_the_version_before_as_its_file_does(folder):
    mended = edited(
        *SECOND, ("review_by", CORRECTION.replace("corrects: 2026-01-01", "corrects: 2026-07-01"))
    )
    files = {"_2026_07_01": edited(*SECOND), "_2026_07_01_c1": mended}

    book = load_rule_book(written(folder, _2026_01_01=edited(), **files))

    assert book.after(book.versions[0]).file == "2026-07-01.c1.yaml"


def test_all_faults_of_all_files_are_told_at_once(folder):
    first = edited(("one: 60 min", "one: 60"))
    second = edited(*SECOND, ("rounding: floor", "rounding: flor"))

    found = faults_of(written(folder, _2026_01_01=first, _2026_07_01=second))

    assert [(file, code) for file, code, _ in found] == [
        ("2026-01-01.yaml", "S07"),
        ("2026-07-01.yaml", "S05"),
    ]


def test_a_file_that_is_not_utf_8_is_told_with_its_line(folder):
    (folder / "2026-01-01.yaml").write_bytes("format: x\ncity: 云州".encode("gb18030"))

    with pytest.raises(RulesBroken) as broken:
        load_rule_book(folder)

    (fault,) = broken.value.faults
    assert (fault.code, fault.line, fault.column) == ("Y02", 2, 7)


def test_a_plugins_own_problem_is_shown_at_its_path(folder):
    written(folder, _2026_01_01=edited())

    def no_coins(rules):
        yield Problem("units.coin.one", Words(f"{rules.city} 不用时间币", "no coins here"))

    with pytest.raises(RulesBroken) as broken:
        load_rule_book(folder, check=no_coins)

    (fault,) = broken.value.faults
    assert (fault.code, fault.path, fault.zh, fault.en) == (
        "P01",
        "units.coin.one",
        "yunzhou 不用时间币",
        "no coins here",
    )
    assert edited().split("\n")[fault.line - 1][fault.column - 1 :] == "60 min"


def test_the_whole_list_reads_as_text(folder):
    written(folder, _2026_01_01=edited(("one: 60 min", "one: 60")))

    with pytest.raises(RulesBroken, match=r"2026-01-01\.yaml:28:10 S07 “units\.coin\.one”写法不对"):
        load_rule_book(folder)
