"""Slips that the grammar of single lines names on their own line, before any YAML parser is asked."""

import pytest

from tests.rules.broken import Slip, assert_one_fault, check, edited

# Each: what it is; the example's text, then the broken text; code and words of the fault; its place if elsewhere.
# fmt: off
SLIPS = [
    Slip("a comma that is missing between two keys in braces",
         "label: {zh: 时间币, en: time coin}", "label: {zh: 时间币 ▸en: time coin}",
         "Y34", "“en”前面少了英文逗号", "before 'en'"),
    Slip("a bracket too many",
         "may: [check_in_for]", "may: [check_in_for]▸]",
         "Y35", "多了一个 ]", "too many"),
    Slip("a list without its first bracket",
         "may: [check_in_for]", "may: check_in_for▸]",
         "Y35", "多了一个 ]", "too many"),
    Slip("a bracket of the other kind",
         "may: [check_in_for]", "may: [check_in_for▸}",
         "Y36", "请改成 ]", "write ]"),
    Slip("a list inside braces that does not end",
         "gate: {any: [{all: [adult]}]", "gate: {any: [{all: ▸[adult}]",
         "Y28", "在本行补上 ]", "close it with ]"),
    Slip("text behind a quoted text",
         "zh: 云州市民政局", "zh: \"云州市\" ▸民政局",
         "Y37", "后面却还有“民政局”", "'民政局' follows it"),
    Slip("a backslash that means nothing",
         "zh: 云州市民政局", "zh: \"云州市▸\\民政局\"",
         "Y38", "反斜杠请写 \\\\", "for a backslash write \\\\"),
    Slip("a comma too many",
         "shapes: [one_to_one, project]", "shapes: [one_to_one, ▸, project]",
         "Y40", "多了一个逗号", "comma too many"),
    Slip("a quote that nothing opens",
         "zh: 云州市民政局", "zh: 云州市民政局▸\"",
         "Y41", "没有与它成对的引号", "no other to match"),
    Slip("an equals sign for a colon",
         "    one: 60 min", "    one ▸= 60 min",
         "Y42", "这里写的是 =", "not ="),
    Slip("text on several lines",
         "number: 云民发〔2025〕12号", "number: ▸|\n      云民发〔2025〕12号",
         "Y43", "写成一行", "write it on one"),
    Slip("a dash after the colon",
         "number: 云民发〔2025〕12号", "number: ▸- 云民发〔2025〕12号",
         "Y44", "写成 [甲, 乙]", "written [a, b]"),
    Slip("a bracket inside a text inside braces",
         "zh: 云州市民政局", "zh: 云州市▸[民政局]",
         "Y45", "给整段文字加英文双引号", "put the whole text in quotes"),
    Slip("two keys on one line",
         "    one: 60 min\n    source: mb25 第五条\n  point", "    one: 60 min ▸source: mb25 第五条\n  point",
         "Y46", "在它前面换行", "break the line"),
    Slip("a dash in front of a key",
         "    one: 60 min", "    ▸- one: 60 min",
         "Y48", "请删去“- ”", "delete it"),
    Slip("a line too deep",
         "    one: 60 min", "      ▸one: 60 min",
         "Y39", "前面有 6 个空格，应为 4 个", "6 blanks before it and should have 4"),
    Slip("a line of a block at the margin is the one named, not the next",
         "    plural: time coins\n    one: 60 min", "▸plural: time coins\n    one: 60 min",
         "Y39", "前面有 0 个空格，应为 4 个", "0 blanks before it and should have 4"),
    Slip("the name of a block too deep among the keys of the block before",
         "  point:\n", "    ▸point:\n",
         "Y39", "前面有 4 个空格，应为 2 个", "4 blanks before it and should have 2"),
    Slip("the end of a document",
         "# 计量单位", "▸...\n# 计量单位",
         "Y21", "或结束了一份", "or one ends"),
    Slip("a full-width number sign behind a value",
         "    one: 60 min", "    one: 60 min ▸＃ 一小时",
         "Y10", "＃", "＃"),
]
# fmt: on


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.name)
def test_a_slip_on_a_line_gives_one_fault_on_that_line(slip):
    assert_one_fault(slip)


def test_slips_on_several_lines_are_all_told_in_one_pass_and_hide_no_other_fault():
    faults = check(
        edited(
            ("zh: 云州市民政局", "zh：云州市民政局"),
            ("may: [check_in_for]", "may: [check_in_for"),
            ("    one: 60 min", "      one: 60 min"),
            ("rounding: floor", "rounding: flor"),
        )
    )

    assert [fault.code for fault in faults] == ["Y07", "Y39", "Y28", "S05"]


def test_a_whole_line_typed_on_a_chinese_keyboard_is_told_mark_by_mark():
    faults = check(edited(("label: {zh: 时间币, en: time coin}", "label：｛zh：时间币，en：time coin｝")))

    assert [fault.code for fault in faults] == ["Y07", "Y10", "Y09"]


def test_the_hint_is_the_line_as_it_was_meant():
    (fault,) = check(edited(("    one: 60 min", "    one：60 min")))

    assert fault.hint == "one: 60 min"


def test_a_line_that_cannot_be_read_hides_no_key_of_its_block():
    faults = check(edited(("    one: 60 min", "    ；；60 min")))

    assert [fault.code for fault in faults] == ["Y30"]


def test_a_file_of_more_lines_than_a_rule_file_has_is_not_read():
    (fault,) = check("a: b\n" * 5001)

    assert fault.code == "Y47"
