"""A name that nothing declares is told once, with every line that uses it, and no other name is talked into its place."""

import pytest

from tests.rules.broken import check, edited
from timebank.rules.suggestions import nearest_name


def test_a_renamed_document_is_one_fault_at_its_first_use_and_names_the_other_lines():
    text = edited(("  mb25:", "  mb26:"))
    others = text.count("source: mb25") - 1
    first, *lines = [
        number for number, line in enumerate(text.split("\n"), start=1) if "source: mb25" in line
    ]

    (fault,) = check(text)

    assert (fault.code, fault.line) == ("R03", first)
    assert f"另有 {others} 处：第 {'、'.join(map(str, lines[:20]))}、… 行。" in fault.zh
    assert f"It stands in {others} more places: lines {', '.join(map(str, lines[:20]))}, …." in fault.en


def test_a_renamed_trait_is_one_fault_and_no_trait_of_another_age_is_offered():
    text = edited(("  aged_60:", "  aged_65:"))

    (fault,) = check(text)

    assert (fault.code, fault.hint) == ("R05", "")
    assert "aged_60" in text.split("\n")[fault.line - 1]


def test_two_missing_names_are_two_faults():
    text = edited(("  aged_60:", "  aged_65:"), ("  coin:", "  time_coin:"))

    assert {"“aged_60”", "“coin”"} == {fault.zh[2 : fault.zh.index("这个")] for fault in check(text)}


def test_of_two_uses_the_one_whose_line_is_sound_is_told():
    text = edited(("  mb25:", "  mb26:"), ("source: mb25 第一条", "source： mb25 第一条"))

    assert "R03" in {fault.code for fault in check(text)}


@pytest.mark.parametrize(
    ("name", "known", "meant"),
    [
        ("aged_60", ["aged_65", "aged_80", "aged_60_79"], None),
        ("aged_06", ["aged_80", "aged_60"], "aged_60"),
        ("xinhua19", ["xinhua20", "plan19"], None),
        ("aged_6o", ["aged_60"], "aged_60"),
        ("volunter", ["volunteer"], "volunteer"),
        ("mb2025", ["mb25"], None),
    ],
)
def test_a_name_is_guessed_but_never_one_of_other_numbers(name, known, meant):
    assert nearest_name(name, known) == meant


def test_a_second_document_of_a_source_is_looked_up_too():
    known, unknown = ("source: mb25 第五条；mb25 第六条", "source: mb25 第五条；nope99 第六条")

    assert check(edited(("source: mb25 第五条", known))) == ()
    (fault,) = check(edited(("source: mb25 第五条", unknown)))
    assert (fault.code, "“nope99”" in fault.zh) == ("R03", True)
