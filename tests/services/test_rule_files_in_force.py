"""Which rule files a city runs with: those it was set up with and those that were published, and no other."""

import logging
from pathlib import Path

import pytest
import yaml
from sqlalchemy import Engine, event, insert, select

from tests.cli.conftest import house_in
from timebank.bank import open_bank
from timebank.domain.refusal import BadInput
from timebank.rules.rule_set import digest_of
from timebank.storage.engine import open_engine
from timebank.storage.envelope import publishing_steps, rule_files

NEXT = "2027-01-01.yaml"
WORDS = Path(__file__).with_name("publishing_words.yaml")
SECOND_CITY = "qingzhou"


@pytest.fixture
def house(tmp_path, fresh_database_url, monkeypatch):
    monkeypatch.delenv("TIMEBANK_DATABASE_URL", raising=False)
    return house_in(tmp_path, fresh_database_url)


def opened(house, **how):
    """Open the bank as every verb does; return the files each city runs with, and let go of it."""
    bank = open_bank(house.config, database=house.url, **how)
    bank.engine.dispose()
    return {code: [version.file for version in city.book.versions] for code, city in bank.cities.items()}


def recorded(house):
    """Return (city, file, digest) of every file that was recorded."""
    engine = open_engine(house.url)
    with engine.connect() as connection:
        columns = (rule_files.c.city, rule_files.c.file, rule_files.c.digest)
        rows = connection.execute(select(*columns).order_by(*columns)).all()
    engine.dispose()
    return [tuple(row) for row in rows]


def a_second_city(house):
    """Let a second city run, with rules of its own."""
    folder = house.folder / SECOND_CITY
    folder.mkdir()
    text = house.rules.read_text(encoding="utf-8").replace("city: yunzhou", f"city: {SECOND_CITY}")
    (folder / house.rules.name).write_text(text, encoding="utf-8")
    house.edit(house.config, "cities:\n", f"cities:\n  {SECOND_CITY}: {{rules: {SECOND_CITY}}}\n")
    return folder / house.rules.name


def put(house, name, text):
    """Put a file into the city's folder, as somebody would who has not heard of publishing."""
    (house.rules.parent / name).write_text(text, encoding="utf-8")


def test_the_files_present_when_a_city_is_first_set_up_are_founding(house):
    assert opened(house) == {"yunzhou": ["2026-01-01.yaml"]}

    assert recorded(house) == [("yunzhou", "2026-01-01.yaml", digest_of(house.rules.read_bytes()))]
    engine = open_engine(house.url)
    with engine.connect() as connection:
        assert connection.execute(select(publishing_steps)).all() == []
    engine.dispose()


def test_a_file_put_into_the_folder_later_is_not_in_force_and_told_at_opening(house, caplog):
    opened(house)
    put(house, NEXT, house.rules.read_text(encoding="utf-8").replace("2026-01-01", "2027-01-01"))

    with caplog.at_level(logging.WARNING, "timebank"):
        assert opened(house) == {"yunzhou": ["2026-01-01.yaml"]}

    assert f"{NEXT} 从未发布，不生效" in caplog.text
    assert "was never published and is not in force" in caplog.text
    assert [file for _, file, _ in recorded(house)] == ["2026-01-01.yaml"]


def test_a_broken_file_put_into_the_folder_never_stops_a_running_city(house):
    opened(house)
    put(house, NEXT, "format：\n\t")

    assert opened(house) == {"yunzhou": ["2026-01-01.yaml"]}


def test_a_recorded_file_that_was_edited_keeps_its_city_closed_and_is_never_recorded(house):
    opened(house)
    before = recorded(house)
    house.edit(house.rules, "rounding: floor", "rounding: ceil")

    with pytest.raises(BadInput, match="与发布时不同") as said:
        opened(house)

    assert said.value.code == "rule_file_edited"
    assert str(house.rules) in said.value.words.zh
    assert "timebank rules restore yunzhou" in said.value.words.zh
    assert str(house.rules) in said.value.words.en
    assert "timebank rules restore yunzhou" in said.value.words.en
    assert recorded(house) == before


def test_an_edit_that_breaks_a_recorded_file_is_told_as_an_edit(house):
    opened(house)
    put(house, house.rules.name, "format：")

    with pytest.raises(BadInput, match="与发布时不同"):
        opened(house)


def test_another_city_opens_by_itself_while_one_has_an_edited_file(house):
    other = a_second_city(house)
    opened(house)
    house.edit(other, "rounding: floor", "rounding: ceil")

    assert opened(house, only="yunzhou") == {"yunzhou": ["2026-01-01.yaml"]}
    with pytest.raises(BadInput, match=SECOND_CITY):
        opened(house, only=SECOND_CITY)


def test_opening_one_city_sets_up_that_city_alone(house):
    a_second_city(house)
    opened(house, only="yunzhou")

    assert {city for city, _, _ in recorded(house)} == {"yunzhou"}
    opened(house)
    assert {city for city, _, _ in recorded(house)} == {"yunzhou", SECOND_CITY}


def test_a_recorded_file_that_is_gone_from_its_folder_stays_in_force_from_the_database(house, caplog):
    opened(house)
    house.rules.unlink()

    with caplog.at_level(logging.WARNING, "timebank"):
        assert opened(house) == {"yunzhou": ["2026-01-01.yaml"]}

    assert "现按数据库里的原文运行" in caplog.text
    assert "the text kept in the database is in force" in caplog.text


def test_a_kept_file_that_no_longer_is_what_was_recorded_is_not_run_with(house):
    opened(house)
    engine = open_engine(house.url)
    with engine.begin() as connection:
        row = dict(connection.execute(select(rule_files)).mappings().one())
        connection.execute(insert(rule_files), row | {"file": NEXT, "digest": "sha256:0"})
    engine.dispose()

    with pytest.raises(BadInput, match=r"存档的规则文件.*已被改动"):
        opened(house)


def test_opening_again_records_nothing_more(house):
    opened(house)
    before = recorded(house)
    opened(house)

    assert recorded(house) == before


def test_a_database_without_tables_runs_with_the_folder(tmp_path, empty_database_url, monkeypatch):
    monkeypatch.delenv("TIMEBANK_DATABASE_URL", raising=False)
    house = house_in(tmp_path, empty_database_url)

    assert opened(house) == {"yunzhou": ["2026-01-01.yaml"]}


def edited(house):
    house.edit(house.rules, "rounding: floor", "rounding: ceil")
    return house.rules


def gone(house):
    house.rules.unlink()
    return house.rules


def never_published(house):
    put(house, NEXT, house.rules.read_text(encoding="utf-8").replace("from: 2026-01-01", "from: 2027-01-01"))
    return house.rules.with_name(NEXT)


@pytest.mark.parametrize(("code", "change"), [("D12", edited), ("D13", gone), ("D14", never_published)])
def test_a_check_that_may_ask_the_database_tells_how_the_folder_differs(house, code, change):
    opened(house)
    file = change(house)

    said = house.call("rules", "check", "yunzhou", "--published", "--json")

    found = next(one for one in said.json["faults"] if one["code"] == code)
    draft = file.parent / "drafts" / file.name
    words = [found[lang].replace(str(draft), "DRAFT").replace(str(file), "FILE") for lang in ("zh", "en")]
    agreed = yaml.safe_load(WORDS.read_text(encoding="utf-8"))[code]
    assert words == [agreed["zh"], agreed["en"]]
    assert (found["severity"], said.code) == ("error", 1)


def test_a_database_without_tables_is_no_proof_that_all_is_as_published(house, empty_database_url):
    house.edit(house.config, house.url, empty_database_url)

    said = house.call("rules", "check", "yunzhou", "--published", "--json")

    (found,) = said.json["faults"]
    agreed = yaml.safe_load(WORDS.read_text(encoding="utf-8"))["D16"]
    assert [found["zh"], found["en"]] == [agreed["zh"], agreed["en"]]
    assert (found["code"], said.code) == ("D16", 1)


def test_a_check_that_may_ask_the_database_finds_nothing_where_all_is_as_published(house):
    opened(house)

    said = house.call("rules", "check", "yunzhou", "--published", "--json")

    assert (said.code, said.json["faults"]) == (0, [])


def test_opening_again_asks_once_for_the_recorded_files_and_reads_no_text(house):
    opened(house)
    asked = []

    def note(_connection, _cursor, statement, _parameters, _context, _many):
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        opened(house)
    finally:
        event.remove(Engine, "before_cursor_execute", note)

    about_rules = [statement for statement in asked if "FROM rule_files" in statement]
    assert len(about_rules) == 1
    assert "text" not in about_rules[0]
