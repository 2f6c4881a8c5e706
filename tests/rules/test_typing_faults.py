import pytest

from tests.rules.broken import Slip, assert_one_fault, check, edited

# Each: what it is; the example's text, then the broken text; code and words of the fault; its place if elsewhere.
# fmt: off
SLIPS = [
    Slip("a bidi control is named and refused",
         "云州市民政局", "云州▸\u202e市民政局",
         "Y04", "U+202E", "RIGHT-TO-LEFT"),
    Slip("a zero-width space is named and refused",
         "云州市民政局", "云州▸\u200b市民政局",
         "Y03", "U+200B", "ZERO WIDTH"),
    Slip("a NUL is refused",
         "云州市民政局", "云州▸\u0000市民政局",
         "Y03", "U+0000", "U+0000"),
    Slip("a lone carriage return is refused",
         "云州市民政局", "云州▸\r市民政局",
         "Y03", "U+000D", "delete"),
    Slip("a tab is refused",
         "  coin:\n    label", "▸\tcoin:\n    label",
         "Y05", "Tab", "two per level"),
    Slip("an escape cannot bring in a hidden character",
         "zh: 云州市民政局", "zh: ▸\"云州\\u202e\"",
         "Y03", "U+202E", "U+202E"),
    Slip("a full-width colon after a key is shown where it stands",
         "    one: 60 min\n    source: mb25 第五条\n  point", "    one▸：60 min\n    source: mb25 第五条\n  point",
         "Y07", "“one”后面是中文冒号", "follows 'one'"),
    Slip("a full-width colon inside braces is shown at its key",
         "label: {zh: 时间币, en: time coin}", "label: {zh▸：时间币, en: time coin}",
         "Y07", "中文冒号", "full-width colon"),
    Slip("full-width quotes around a value are refused",
         "zh: 云州市民政局", "zh: ▸“云州市民政局”",
         "Y08", "中文引号", "ASCII quotes"),
    Slip("a quote opened in ASCII and closed full-width",
         "zh: 云州市民政局", "zh: \"云州市民政局▸”",
         "Y08", "中文引号", "ASCII quotes"),
    Slip("a full-width comma between names",
         "shapes: [one_to_one, project]", "shapes: [one_to_one▸，project]",
         "Y09", "英文逗号", "ASCII comma"),
    Slip("a full-width comma inside braces",
         "label: {zh: 时间币, en: time coin}", "label: {zh: 时间币▸， en: time coin}",
         "Y09", "英文逗号", "ASCII comma"),
    Slip("a full-width bracket",
         "shapes: [one_to_one, project]", "shapes: [one_to_one, project▸］",
         "Y10", "全角符号", "full-width mark"),
    Slip("a full-width space as indent",
         "    one: 60 min", "▸　　one: 60 min",
         "Y10", "U+3000", "U+3000"),
    Slip("a full-width number sign",
         "# 计量单位", "▸＃ 计量单位",
         "Y10", "＃", "＃"),
    Slip("a colon without its space",
         "    one: 60 min", "    one▸:60 min",
         "Y11", "少了一个空格", "no space"),
    Slip("a dash without its space",
         "shapes: [one_to_one, project]", "shapes:\n      -▸one_to_one\n      - project",
         "Y51", "少了一个空格", "no space"),
    Slip("a merge that nobody finished is one fault",
         "    one: 60 min\n", "▸<<<<<<< HEAD\n    one: 60 min\n=======\n    one: 30 min\n    x: 1\n>>>>>>> draft\n",
         "Y53", "两份稿子没有合并完", "unfinished merge"),
    Slip("a comment that begins with slashes",
         "# 计量单位", "▸// 计量单位",
         "Y54", "注释以 # 开头", "begins with #"),
    Slip("a dash of a word processor before an item",
         "shapes: [one_to_one, project]", "shapes:\n      ▸– one_to_one\n      - project",
         "Y55", "英文减号", "ASCII hyphen"),
    Slip("a sentence of the regulation among the rules",
         "\nunits:\n", "\n▸第九条 时间银行以小时计，不足一小时不计。\nunits:\n",
         "Y56", "接到上一行末尾", "end of that line"),
    Slip("a comma in an English name",
         "en: time coin}", "en: time coin▸, tea and more}",
         "Y57", "“time coin, tea and more”里有逗号", "'time coin, tea and more'"),
    Slip("commas in both names are told one by one",
         "zh: 时间币, en: time coin}", "zh: 时间▸, 币, en: time coin}",
         "Y57", "“时间, 币”里有逗号", "'时间, 币'"),
    Slip("a full-width quote that was to close one of two texts",
         "{zh: 时间币, en: time coin}", "{zh: \"时间币▸”, en: \"time coin\"}",
         "Y08", "中文引号", "ASCII quotes"),
    Slip("a day with a time",
         "from: 2026-01-01", "from: ▸2026-01-01 00:00",
         "Y58", "只写日期，如 2026-01-01", "the day alone, such as 2026-01-01"),
    Slip("a block indented with blanks of a word processor is one fault",
         "    label: {zh: 时间币, en: time coin}\n    plural",
         "▸\u00a0\u00a0\u00a0\u00a0label: {zh: 时间币, en: time coin}\n\u00a0\u00a0\u00a0\u00a0plural",
         "Y59", "到第 27 行都是", "down to line 27"),
    Slip("a blank of a word processor inside a line",
         "one: 60 min", "one:▸\u00a060 min",
         "Y59", "不是普通的空格（U+00A0", "no plain one (U+00A0"),
    Slip("a comma for thousands",
         "limit: 1500 h, over", "limit: 1▸,500 h, over",
         "Y52", "写成 1500", "1500"),
    Slip("a key written twice names its first line",
         "    one: 60 min\n", "    one: 60 min\n    ▸one: 50 min\n",
         "Y12", "第一次在第 28 行", "first on line 28"),
    Slip("an anchor",
         "label: {zh: 时间币, en: time coin}", "label: ▸&a {zh: 时间币, en: time coin}",
         "Y13", "&a", "&a"),
    Slip("an alias",
         "label: {zh: 时间币, en: time coin}", "label: ▸*a",
         "Y13", "*a", "*a"),
    Slip("a merge key",
         "    one: 60 min", "    ▸<<: {}\n    one: 60 min",
         "Y13", "<<", "<<"),
    Slip("a tag",
         "zh: 云州市民政局", "zh: ▸!!str 云州市民政局",
         "Y14", "tag:yaml.org", "tag:yaml.org"),
    Slip("yes is neither true nor text",
         "needed: true, early", "needed: ▸yes, early",
         "Y15", "“yes”", "'yes'"),
    Slip("Off is neither false nor text",
         "needed: true, early", "needed: ▸Off, early",
         "Y15", "true 或 false", "true or false"),
    Slip("True is written true",
         "needed: true, early", "needed: ▸True, early",
         "Y15", "“True”", "'True'"),
    Slip("a key no",
         "  law: {label", "  ▸no: {label: {zh: 无, en: none}, source: mb25 第八条}\n  law: {label",
         "Y15", "“no”", "'no'"),
    Slip("an empty value",
         "number: 云民发〔2025〕12号", "number:▸",
         "Y16", "没有写内容", "nothing is written"),
    Slip("a tilde",
         "number: 云民发〔2025〕12号", "number: ▸~",
         "Y16", "null", "null"),
    Slip("null",
         "number: 云民发〔2025〕12号", "number: ▸Null",
         "Y16", "null", "null"),
    Slip("an octal number",
         "rate: 1\n", "rate: ▸010\n",
         "Y17", "“010”", "'010'"),
    Slip("a hexadecimal number",
         "rate: 1\n", "rate: ▸0x1F\n",
         "Y17", "0x1F", "0x1F"),
    Slip("a number with an underscore",
         "rate: 1\n", "rate: ▸1_000\n",
         "Y17", "1_000", "1_000"),
    Slip("infinity",
         "rate: 1\n", "rate: ▸.inf\n",
         "Y17", ".inf", ".inf"),
    Slip("not a number",
         "rate: 1\n", "rate: ▸.NaN\n",
         "Y17", ".NaN", ".NaN"),
    Slip("an exponent",
         "rate: 1\n", "rate: ▸1e3\n",
         "Y17", "1e3", "1e3"),
    Slip("a plus sign",
         "rate: 1\n", "rate: ▸+1\n",
         "Y17", "+1", "+1"),
    Slip("a number too long to be one",
         "number: 云民发〔2025〕12号", "number: ▸12345678901234567890",
         "Y17", "英文双引号", "quotes"),
    Slip("a time of day",
         "number: 云民发〔2025〕12号", "number: ▸12:30",
         "Y18", "“12:30”", "'12:30'"),
    Slip("a date where text is meant",
         "number: 云民发〔2025〕12号", "number: ▸2025-11-20",
         "Y19", "请加英文双引号", "put it in quotes"),
    Slip("a date as a label",
         "zh: 时间币", "zh: ▸2025-11-20",
         "Y19", "2025-11-20", "2025-11-20"),
    Slip("a second document",
         "# 计量单位", "▸---\n# 计量单位",
         "Y21", "一份规则", "second document"),
    Slip("a list as a key",
         "number: 云民发〔2025〕12号", "▸[a]: b",
         "Y22", "键只能是一个词", "one word"),
    Slip("a directive",
         "# 云州是虚构的城市", "▸%YAML 1.1\n---\n# 云州是虚构的城市",
         "Y23", "指令", "directives"),
    Slip("text that swallows the next line",
         "number: 云民发〔2025〕12号\n    date", "number: 云民发〔2025〕12号\n      ▸date",
         "Y39", "应为 4 个", "should have 4"),
    Slip("text that runs on",
         "number: 云民发〔2025〕12号", "number: ▸云民发\n      〔2025〕12号",
         "Y24", "第 15 行", "line 15"),
    Slip("a number as a key",
         "  law: {label", "  ▸12: {label: {zh: 无, en: none}, source: mb25 第八条}\n  law: {label",
         "Y25", "“12”", "'12'"),
    Slip("a quote that does not end",
         "zh: 云州市民政局", "zh: ▸\"云州市民政局",
         "Y27", "没有结束", "does not end"),
    Slip("a bracket that does not end",
         "may: [check_in_for]", "may: ▸[check_in_for",
         "Y28", "括号", "bracket"),
    Slip("half a dedent",
         "      remainder: carried", "     ▸remainder: carried",
         "Y39", "前面有 5 个空格，应为 6 个", "5 blanks before it and should have 6"),
    Slip("a line without a colon",
         "      remainder: carried\n", "      ▸remainder carried\n",
         "Y30", "少了英文冒号", "lacks"),
    Slip("a value that starts with a mark",
         "zh: 云州市民政局", "zh: ▸@云州",
         "Y32", "开头", "cannot start"),
]
# fmt: on


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.name)
def test_a_slip_of_typing_gives_one_fault_at_its_place(slip):
    assert_one_fault(slip)


def test_the_byte_order_mark_is_refused():
    (fault,) = check("\ufeff" + edited())

    assert (fault.code, fault.line, fault.column) == ("Y06", 1, 1)


def test_a_file_over_256_kib_is_refused_unread():
    (fault,) = check("# " + "长" * 90_000)

    assert fault.code == "Y01"
    assert "262144" in fault.zh


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_depth_is_refused_and_not_a_crash(opening):
    (fault, *_) = check(opening * (2000 // len(opening)))

    assert fault.code in {"Y20", "Y22"}


def test_400_kb_of_brackets_are_refused_before_any_parser_sees_them():
    (fault,) = check("[" * 400_000)

    assert fault.code == "Y01"


@pytest.mark.parametrize("text", ["", "# nothing\n", "- a\n- b\n"])
def test_a_file_that_is_no_block_is_refused(text):
    (fault,) = check(text)

    assert fault.code == "Y26"


def test_full_width_punctuation_inside_chinese_text_is_fine():
    assert check(edited(("zh: 云州市民政局", "zh: 云州市民政局（“老龄”处）：甲、乙，丙；丁"))) == ()


def test_a_quoted_word_is_text_whatever_it_looks_like():
    assert check(edited(("zh: 时间币", 'zh: "no"'), ("en: time coin", 'en: "2026-01-01"'))) == ()


def test_windows_line_ends_are_fine():
    assert check(edited().replace("\n", "\r\n")) == ()


def test_all_faults_come_in_one_pass_in_the_order_of_the_file():
    faults = check(
        edited(("one: 60 min", "one: 60 mins"), ("needed: true", "needed: yes"), ("rate: 1\n", "rate: 010\n"))
    )

    assert [fault.code for fault in faults] == ["S07", "Y15", "Y17"]
