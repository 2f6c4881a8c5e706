"""A duration or a day in another form, and a word to choose by its label, are told as they are meant to be written."""

import pytest

from tests.rules.broken import check, edited
from timebank.rules.amounts import DURATION
from timebank.rules.meant import meant_by, number_in, value_labelled

DURATION_PATTERN = f"^{DURATION.pattern}$"
DAY_PATTERN = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
VALUES = {"floor": ["不足一档的舍去", "down"], "ceil": ["不足一档的进一档", "up"]}


@pytest.mark.parametrize(
    "text",
    ["24h", "24 小时", "24小时", "２４ h", "24  H", "24 hours", "24个小时", "24　小时"],
)
def test_a_duration_in_another_form_is_told_as_it_is_written(text):
    (fault,) = check(edited(("answer_within: 24 h", f'answer_within: "{text}"')))

    assert (fault.code, fault.hint) == ("S07", "24 h")
    assert "多半是 24 h" in fault.zh
    assert "probably 24 h" in fault.en


@pytest.mark.parametrize(
    "text", ["2098/12/31", "2098.12.31", "2098年12月31日", "２０９８－１２－３１", "2098/12/31 "]
)
def test_a_day_in_another_form_is_told_as_it_is_written(text):
    (fault,) = check(edited(("review_by: 2098-12-31", f'review_by: "{text}"')))

    assert (fault.code, fault.hint) == ("S07", "2098-12-31")


@pytest.mark.parametrize(
    "text", ["24", "-24 h", "2O h", "1 h 30 min", "半天", "1 w", "1,5 h", "24 h左右", "030 min"]
)
def test_nothing_is_guessed_of_what_might_mean_another_duration(text):
    assert meant_by(text, DURATION_PATTERN) is None


@pytest.mark.parametrize("text", ["2027/2/30", "15-02-2023", "2027年", "2027-13-1", "20270101"])
def test_nothing_is_guessed_of_what_might_mean_another_day(text):
    assert meant_by(text, DAY_PATTERN) is None


def test_a_guess_that_would_not_fit_either_is_not_told():
    assert meant_by("24小时", "^[0-9]+ min$") is None


def test_thousands_set_apart_by_a_comma_are_one_number():
    assert meant_by("1,500 小时", DURATION_PATTERN) == "1500 h"


@pytest.mark.parametrize(("written", "meant"), [("舍去", "floor"), ("up", "ceil"), ("进一档", "ceil")])
def test_a_word_to_choose_is_found_by_its_label(written, meant):
    assert value_labelled(written, VALUES) == meant


@pytest.mark.parametrize("written", ["不足一档", "舍", "四舍五入", ""])
def test_a_label_that_several_words_share_or_none_has_finds_none(written):
    assert value_labelled(written, VALUES) is None


def test_a_word_to_choose_in_chinese_is_told_as_it_is_written():
    (fault,) = check(edited(("basis: measured", "basis: 实测")))

    assert (fault.code, fault.hint) == ("S05", "measured")
    assert "是不是 measured？" in fault.zh


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("半小时", "30 min"),
        ("半个小时", "30 min"),
        ("十小时", "10 h"),
        ("两天", "2 d"),
        ("半天", None),
        ("百小时", None),
    ],
)
def test_a_duration_as_it_is_spoken_is_told_as_it_is_written(text, meant):
    assert meant_by(text, DURATION_PATTERN) == meant


@pytest.mark.parametrize("text", ["18周岁", "１８", "18 岁", "18人"])
def test_a_number_with_what_it_counts_is_told_without(text):
    (fault,) = check(edited(("age: {from: 18}", f"age: {{from: {text}}}")))

    assert (fault.code, fault.hint) == ("S04", "18")
    assert "这里多半是 18" in fault.zh
    assert "here probably 18" in fault.en


@pytest.mark.parametrize("value", ["十八", "18 或 19", "一" * 99, 18, None])
def test_what_is_no_number_is_not_guessed(value):
    assert number_in(value) is None


@pytest.mark.parametrize(
    ("old", "new", "meant"),
    [
        ("age: {from: 18}", "age: {from: '18'}", "18"),
        ("needed: true, early", 'needed: "true", early', "true"),
        ("      rate: 1\n", "      rate: '0.5'\n", "0.5"),
    ],
)
def test_a_number_or_yes_or_no_in_quotes_is_told_to_stand_without(old, new, meant):
    (fault,) = check(edited((old, new)))

    assert (fault.code, fault.hint) == ("S19", meant)
    assert f"请去掉引号，写 {meant}" in fault.zh
    assert f"without quotes: {meant}" in fault.en
