"""Cases are played in a throw-away database, under a draft as well, and the moves nobody notices are named."""

import shutil

import pytest

from tests.banks import FIXTURES, YUNZHOU
from timebank.bank.rule_desk import desk_of
from timebank.domain.refusal import WrongUse
from timebank.stories.notching import notch, share_noticed
from timebank.stories.playhouse import open_playhouse
from timebank.stories.testing import try_rules, what_to_test
from timebank.stories.trying import cases_of, covering, try_cases, versions_of

CASES = """\
format: timebank-cases/1
city: yunzhou
organisations:
  yz: {level: city, name: 云州市}
  east: {level: district, name: 东区, under: yz}
  east-1: {level: street, name: 东一街道, under: east}
people:
  li: {name: 李敏, born: 1990-03-02, home: east-1, roles: [volunteer]}
  wang: {name: 王秀兰, born: 1940-08-08, home: east-1, roles: [recipient], savings: {coin: 10 h}}
cases:
  an_hour_is_a_coin:
    title: {zh: 一小时记一枚, en: An hour is a coin}
    on: 2026-03-02 09:00
    steps:
      - serve: {volunteer: li, service: chat, minutes: 60, for: wang}
    then:
      balances: {li: {savings: {coin: 60 min}}}
  twenty_nine_minutes_are_too_short:
    title: {zh: 二十九分钟太短, en: Twenty-nine minutes are too short}
    on: 2026-03-02 09:00
    steps:
      - do: orders.place
        by: wang
        with:
          service: chat
          organisation_id: east-1
          recipient_id: wang
          planned_start: 2026-03-03 09:00
          planned_minutes: 29 min
          address: 东一街道
    then: {refused: {because: services.chat.least}}
"""
BASIS = "source: mb25 第三十条"
FIRST_DAY = f"effective: {{from: 2026-01-01, {BASIS}}}"
NEXT = f"""\
effective: {{from: 2027-01-01, {BASIS}}}
replaces: 2026-01-01
transition: {{open_orders: finish, {BASIS}}}"""


@pytest.fixture
def folder(tmp_path):
    city = tmp_path / YUNZHOU
    (city / "cases").mkdir(parents=True)
    (city / "drafts").mkdir()
    shutil.copy(FIXTURES / YUNZHOU / "2026-01-01.yaml", city)
    (city / "cases" / "first.yaml").write_text(CASES, encoding="utf-8")
    return city


@pytest.fixture
def draft(folder):
    text = (folder / "2026-01-01.yaml").read_text(encoding="utf-8")
    for old, new in (
        (FIRST_DAY, NEXT),
        ("quantum: 60 min\n      rounding: floor", "quantum: 40 min\n      rounding: floor"),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    file = folder / "drafts" / "2027-01-01.yaml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def house():
    with open_playhouse() as house:
        yield house


def desk_for(name):
    return desk_of(str(name), FIXTURES / "none.yaml")


def spoil(folder, old, new):
    file = folder / "cases" / "first.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_failing_case_names_its_line_the_field_both_values_and_the_rules_that_bear_on_it(folder):
    spoil(folder, "{coin: 60 min}", "{coin: 90 min}")

    (result,) = try_rules(desk_for(folder)).failed

    failure = result.failure
    assert (failure.line, failure.difference.field) == (17, "balances.li.savings.coin")
    assert (failure.difference.wanted, failure.difference.came) == ("90 min", "60 min")
    assert "credit.units.coin.quantum" in [rule.path for rule in failure.rules[:6]]
    assert all(rule.file == "2026-01-01.yaml" and rule.line > 1 for rule in failure.rules)


def test_a_refusal_that_does_not_come_names_the_rule_it_was_expected_from(folder):
    spoil(folder, "planned_minutes: 29 min", "planned_minutes: 30 min")

    (result,) = try_rules(desk_for(folder)).failed

    assert result.failure.difference.field == "refused"
    assert [(rule.path, rule.value) for rule in result.failure.rules] == [("services.chat.least", "30 min")]


def test_one_case_or_one_file_may_be_played_by_itself(folder):
    desk, file = what_to_test(str(folder / "cases" / "first.yaml"), FIXTURES / "none.yaml")

    assert [r.story.id for r in try_rules(desk, file=file).results] == [
        "an_hour_is_a_coin",
        "twenty_nine_minutes_are_too_short",
    ]
    assert [r.story.id for r in try_rules(desk, only="an_hour_is_a_coin").results] == ["an_hour_is_a_coin"]


def test_a_case_that_is_not_there_is_wrong_use(folder):
    with pytest.raises(WrongUse):
        try_rules(desk_for(folder), only="nobody")


def test_a_draft_tells_which_cases_of_the_old_regulation_it_changes(folder, draft):
    spoil(folder, "minutes: 60, for", "minutes: 50, for")
    spoil(folder, "{coin: 60 min}", "{coin: 0 min}")

    tested = try_rules(desk_for(draft))

    assert tested.passed
    assert [result.story.id for result in tested.changed] == ["an_hour_is_a_coin"]
    assert tested.changed[0].failure.difference.came == "40 min"


def test_a_case_dated_after_the_drafts_day_meets_the_draft(folder, draft):
    spoil(
        folder,
        "title: {zh: 一小时记一枚, en: An hour is a coin}\n    on: 2026-03-02",
        "title: {zh: 一小时记一枚, en: An hour is a coin}\n    on: 2027-03-02",
    )

    failed = try_rules(desk_for(draft)).failed

    assert [result.failure.difference.came for result in failed] == ["40 min"]


def test_it_is_known_which_paths_of_which_file_each_case_read(folder, house):
    desk = desk_for(folder)
    versions = versions_of(desk)
    results = try_cases(house, desk, versions, cases_of(folder))

    read = covering(results, "2026-01-01.yaml")

    assert read["credit.units.coin.quantum"] == ["an_hour_is_a_coin"]
    assert read["services.chat.least"] == ["an_hour_is_a_coin", "twenty_nine_minutes_are_too_short"]
    assert "services.law.least" not in read


def test_a_boundary_case_notices_its_own_side_and_a_weak_suite_the_rest_of_nothing(folder, house):
    desk = desk_for(folder)
    versions = versions_of(desk)
    results = try_cases(house, desk, versions, cases_of(folder))

    notched = notch(house, desk, versions, results, "2026-01-01.yaml")

    by = {(moved.move.dotted, moved.move.words.en): moved for moved in notched.moves}
    assert by["services.chat.least", "30 min → 29 min"].noticed_by == "twenty_nine_minutes_are_too_short"
    assert by["services.chat.least", "30 min → 31 min"].noticed_by is None
    assert by["services.chat.least", "30 min → 31 min"].met_by
    assert by["services.law.least", "30 min → 29 min"].met_by == ()
    assert by["credit.units.coin.quantum", "60 min → 61 min"].noticed_by == "an_hour_is_a_coin"
    assert share_noticed([notched]) < 0.2


def test_a_failing_case_notices_nothing(folder, house):
    spoil(folder, "{coin: 60 min}", "{coin: 90 min}")
    desk = desk_for(folder)
    versions = versions_of(desk)
    results = try_cases(house, desk, versions, cases_of(folder))

    notched = notch(house, desk, versions, results, "2026-01-01.yaml")

    assert "an_hour_is_a_coin" not in {moved.noticed_by for moved in notched.moves}


def test_a_story_goes_on_from_its_beginning_as_often_as_one_likes(folder, house):
    desk = desk_for(folder)
    (result, _) = try_cases(house, desk, versions_of(desk), cases_of(folder))
    city = result.begun.stage.bank.city(YUNZHOU)

    house.go_on(city, result.begun)
    house.go_on(city, result.begun)
