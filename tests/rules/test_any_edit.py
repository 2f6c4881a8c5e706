"""Whatever one slip does to a rule file, the check answers with faults and never fails itself."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.broken import check, edited
from timebank.rules import show
from timebank.rules.lines.straighten import straightened
from timebank.rules.messages import MESSAGES

EXAMPLE = edited()
SLIPS = string.printable + "：，“”‘’｛｝［］（）＃　、。\ufeff\u200b\u202e\u00a0\x00\x85\u2028\ud800是否é🧓"
places = st.integers(0, len(EXAMPLE) - 1)


def told(text):
    faults = check(text)
    for fault in faults:
        assert fault.line >= 1
        assert fault.column >= 1
        assert show(fault, text)
    return faults


@settings(max_examples=150)
@given(places, st.sampled_from(SLIPS), st.sampled_from(["replace", "insert", "delete"]))
def test_one_character_more_less_or_other_gives_nothing_but_faults(place, character, edit):
    rest = EXAMPLE[place:] if edit == "insert" else EXAMPLE[place + 1 :]

    told(EXAMPLE[:place] + ("" if edit == "delete" else character) + rest)


@pytest.mark.slow
@settings(max_examples=5000)
@given(places, st.sampled_from(SLIPS), st.sampled_from(["replace", "insert", "delete"]))
def test_thousands_of_random_edits_give_nothing_but_faults(place, character, edit):
    rest = EXAMPLE[place:] if edit == "insert" else EXAMPLE[place + 1 :]

    told(EXAMPLE[:place] + ("" if edit == "delete" else character) + rest)


lines = st.integers(0, EXAMPLE.count("\n") - 1)


@settings(max_examples=100)
@given(lines, lines, st.sampled_from(["drop", "swap", "double", "indent"]))
def test_lines_dropped_swapped_doubled_or_indented_give_nothing_but_faults(one, other, edit):
    text = EXAMPLE.split("\n")
    if edit == "drop":
        del text[one]
    elif edit == "swap":
        text[one], text[other] = text[other], text[one]
    elif edit == "double":
        text.insert(other, text[one])
    else:
        text[one] = "  " + text[one]

    told("\n".join(text))


@settings(max_examples=100)
@given(st.text(max_size=300))
def test_any_text_at_all_gives_nothing_but_faults(text):
    assert told(text)


def test_a_date_below_a_key_that_is_written_twice_is_not_asked_about():
    faults = told(edited(("sources:\n", "sources:\n  date: 2025-01-01\n  date: 2025-01-02\n")))

    assert [fault.code for fault in faults] == ["Y12"]


def test_a_dash_before_a_quote_left_open_among_the_lines_of_a_block_is_told_by_its_quote():
    faults = told(edited(("    one: 60 min", '    one: 60 min\n    - "one')))

    assert [fault.code for fault in faults] == ["Y27"]


def test_of_eighteen_thousand_wide_commas_only_the_first_few_are_mended():
    text = "".join(f"k{number}: [{'a，' * 990}\n" for number in range(19))

    assert {fault.code for fault in told(text)} >= {"Y09"}
    assert 0 < straightened(text).kept.count(", ") < 1000


def test_a_line_too_long_is_told_and_nothing_of_the_file_is_read():
    (fault,) = told(EXAMPLE + "k: [" + "a," * 120_000 + "a]\nb：c\n")

    assert (fault.code, fault.line, fault.column) == ("Y49", EXAMPLE.count("\n") + 1, 2001)


def test_of_thousands_of_wrong_keys_the_first_are_told_and_that_there_are_more():
    faults = told(EXAMPLE + "".join(f"key_{number}: x\n" for number in range(4000)))

    assert [fault.code for fault in faults] == [*["S02"] * 200, "S18"]


def test_of_thousands_of_things_that_do_not_fit_the_first_are_told_and_that_there_are_more():
    trait = "  t{}: {{label: {{zh: 甲, en: a}}, member_of: team}}\n"
    faults = told(edited(("traits:\n", "traits:\n" + "".join(map(trait.format, range(1000))))))

    assert sorted(fault.code for fault in faults) == [*["R01"] * 200, "R35"]


def test_a_file_of_too_many_marks_is_not_read():
    assert [fault.code for fault in told("k: [a, b, c, d]\n" * 4001)] == ["Y50"]


@pytest.mark.parametrize("blank", ["\u3000", "\u00a0", "\u2003"])
@pytest.mark.parametrize("value", ['"b"', "'b'", '["b"]', "['b\"']", '{c: "b"}'])
def test_a_wide_blank_behind_quotes_is_told_where_it_stands(value, blank):
    (fault,) = [one for one in told(f"{EXAMPLE}key: {value}{blank}\n") if one.code[0] == "Y"]

    assert fault.code in ("Y10", "Y59")
    assert fault.column == len(f"key: {value}") + 1


def test_unseen_characters_on_hundreds_of_lines_give_nothing_but_faults():
    assert {fault.code for fault in told('k: "b"\x0b\n' * 300)} == {"Y03", "Y12"}


@pytest.mark.slow
def test_every_value_may_be_of_any_kind():
    values = ["x", "5", "true", "[]", "[a, b]", "{}", "{a: b}", "[{all: [x]}]", "2026-01-01", '""']
    lines_with_value = [
        number for number, line in enumerate(EXAMPLE.split("\n")) if ": " in line and "#" not in line
    ]
    for number in lines_with_value:
        for value in values:
            text = EXAMPLE.split("\n")
            key, _, _ = text[number].partition(": ")
            text[number] = f"{key}: {value}"
            told("\n".join(text))


def test_every_sentence_is_there_in_both_languages():
    assert [code for code, (zh, en) in MESSAGES.items() if not zh or not en] == []


def test_a_fault_hints_at_what_was_meant():
    (fault,) = check(edited(("needed: true, early", "neded: true, early")))

    assert fault.hint == "needed"


def test_a_fault_is_shown_with_its_line_and_a_caret_under_the_place():
    text = edited(("zh: 云州市民政局", "zh: ~"))
    (fault,) = check(text)

    *_, source, caret = show(fault, text).split("\n")

    assert source.endswith("issuer: {zh: ~, en: Yunzhou Civil Affairs Bureau}")
    assert source[caret.index("^")] == "~"


def test_the_caret_gives_chinese_characters_two_columns():
    text = edited(("zh: 云州市民政局, en: Yunzhou Civil Affairs Bureau", "zh: 云州市民政局, en: ~"))
    (fault,) = check(text)

    *_, source, caret = show(fault, text).split("\n")

    assert caret.index("^") == source.index("~") + len("云州市民政局")
