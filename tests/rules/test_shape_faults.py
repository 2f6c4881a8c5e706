import pytest

from tests.rules.broken import Slip, assert_one_fault, check, edited, place_in

# Each: what it is; the example's text, then the broken text; code and words of the fault; its place if elsewhere.
# fmt: off
SLIPS = [
    Slip("a mistyped key is shown with the right one, and not also as missing",
         "    one: 60 min", "    ▸oen: 60 min",
         "S01", "是不是 one", "did you mean one"),
    Slip("a mistyped key at the top",
         "redemption:\n", "▸redemtion:\n",
         "S01", "是不是 redemption", "did you mean redemption"),
    Slip("a mistyped optional key",
         "    least: 30 min", "    ▸lesat: 30 min",
         "S01", "是不是 least", "did you mean least"),
    Slip("a mistyped source is not also a missing basis",
         "    one: 60 min\n    source", "    one: 60 min\n    ▸sourse",
         "S01", "是不是 source", "did you mean source"),
    Slip("an unknown key is answered with the known ones",
         "    one: 60 min", "    one: 60 min\n    ▸colour: red",
         "S02", "label、one", "label, one"),
    Slip("a missing key is shown at its block",
         "  coin:\n    label: {zh: 时间币, en: time coin}\n    plural: time coins\n    one: 60 min\n",
         "  ▸coin:\n    label: {zh: 时间币, en: time coin}\n",
         "S03", "缺少 one", "lacks one"),
    Slip("a label needs both languages",
         "label: {zh: 时间币, en: time coin}", "▸label: {zh: 时间币}",
         "S03", "缺少 en", "lacks en"),
    Slip("text where a list is meant",
         "shapes: [one_to_one, project]", "shapes: ▸project",
         "S04", "应为列表", "should be a list"),
    Slip("a number where text is meant",
         "zh: 时间币", "zh: ▸12",
         "S04", "加英文双引号", "in quotes"),
    Slip("text where true or false is meant",
         "needed: true, early", "needed: ▸perhaps, early",
         "S04", "true 或 false", "true or false"),
    Slip("a half year of age",
         "age: {from: 18}", "age: {from: ▸18.5}",
         "S04", "整数", "whole number"),
    Slip("a mistyped choice is shown with the right one",
         "rounding: floor", "rounding: ▸flor",
         "S05", "是不是 floor", "did you mean floor"),
    Slip("a choice that is none",
         "rounding: floor", "rounding: ▸实测",
         "S06", "floor、nearest、ceil", "floor, nearest, ceil"),
    Slip("a power that is none",
         "may: [check_in_for]", "may: [▸rule_the_world]",
         "S06", "levels.team.may.0", "levels.team.may.0"),
    Slip("a duration with its unit in Chinese",
         "answer_within: 24 h", "answer_within: ▸24 小时",
         "S07", "如 90 min", "such as 90 min"),
    Slip("a duration without a unit",
         "answer_within: 24 h", "answer_within: ▸24",
         "S07", "时长", "a duration"),
    Slip("a duration in full-width digits",
         "answer_within: 24 h", "answer_within: ▸２４ h",
         "S07", "时长", "a duration"),
    Slip("a day that is no date",
         "review_by: 2098-12-31", "review_by: ▸2028-12",
         "S07", "年-月-日", "year-month-day"),
    Slip("a rate of nothing",
         "      rate: 1\n", "      rate: ▸0\n",
         "S08", "大于 0", "above 0"),
    Slip("a rate below nothing",
         "      rate: 1\n", "      rate: ▸-0.5\n",
         "S08", "大于 0", "above 0"),
    Slip("an age nobody reaches",
         "age: {from: 18}", "age: {from: ▸180}",
         "S08", "不大于 150", "at most 150"),
    Slip("a duration that is no whole number of minutes",
         "answer_within: 24 h", "answer_within: ▸0.01 h",
         "S09", "整分钟", "whole number of minutes"),
    Slip("a duration beyond any date",
         "grace: 60 min", "grace: ▸999999999 d",
         "S09", "超过一千年", "over a thousand years"),
    Slip("an empty list",
         "shapes: [one_to_one, project]", "shapes: ▸[]",
         "S10", "不能是空的", "is empty"),
    Slip("an empty text",
         "zh: 时间币", "zh: ▸\"\"",
         "S10", "不能是空的", "is empty"),
    Slip("a name twice in a list",
         "shapes: [one_to_one, project]", "shapes: [project, ▸project]",
         "S11", "写了两次", "twice"),
    Slip("a day that does not exist",
         "review_by: 2098-12-31", "review_by: ▸2028-02-30",
         "S13", "不是存在的日期", "there is no day"),
    Slip("replaces asks for a transition",
         "review_by: 2098-12-31", "▸replaces: 2025-01-01",
         "S14", "必须写 transition", "transition must be written"),
    Slip("a name in Chinese",
         "  garden:\n", "  ▸庭院:\n",
         "S15", "小写字母", "small letters"),
    Slip("another format",
         "format: timebank-rules/1", "format: ▸timebank-rules/2",
         "S17", "只能写 timebank-rules/1", "can only be timebank-rules/1"),
    Slip("a recorded trait is recorded: true",
         "recorded: true, source: mb25 第七条}\n  dis", "recorded: ▸false, source: mb25 第七条}\n  dis",
         "S17", "只能写 true", "can only be true"),
    Slip("a slot of a plugin nobody knows",
         "honours:", "extensions:\n  ▸stars: {best: 3, source: mb25 第一条}\nhonours:",
         "S12", "“stars”", "'stars'"),
]
# fmt: on
SCHEMA = {
    "stars": {
        "type": "object",
        "additionalProperties": False,
        "required": ["best"],
        "properties": {
            "best": {"type": "integer", "multipleOf": 5, "x-zh": "最高星级", "x-en": "most stars"},
            "since": {"type": "string", "format": "date"},
            "name": {"type": "string"},
            "source": {"type": "string"},
            "assumed": {"type": "string"},
        },
    }
}


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.name)
def test_a_slip_of_shape_gives_one_fault_at_its_place(slip):
    assert_one_fault(slip)


def test_a_missing_block_is_named_at_the_top_of_the_file():
    text = edited(("interchange: {within: city, source: mb25 第二十条}\n", ""))

    (fault,) = check(text)

    assert (fault.code, fault.path) == ("S16", "interchange")
    assert (fault.line, fault.column) == place_in(text, "▸format:")


def with_slot(slot):
    return edited(("honours:", f"extensions:\n  stars: {slot}\nhonours:"))


def test_a_plugins_slot_is_checked_by_its_own_schema():
    text = with_slot("{best: 5, since: 2026-02-01, source: mb25 第一条}")

    assert check(text, plugin_schema=SCHEMA) == ()


@pytest.mark.parametrize(
    ("extensions", "code", "at", "hint"),
    [
        ("", "S16", "▸format:", "extensions: {stars: {best: …}}"),
        ("extensions: {}\n", "S03", "▸extensions:", "stars: {best: …}"),
    ],
)
def test_a_slot_is_missing_where_its_plugin_has_keys_that_must_be_written(extensions, code, at, hint):
    text = edited(("honours:", f"{extensions}honours:"))

    (fault,) = check(text, plugin_schema=SCHEMA)

    assert (fault.code, fault.path, fault.hint) == (code, "extensions.stars", hint)
    assert (fault.line, fault.column) == place_in(text, at)
    assert "stars" in fault.zh


@pytest.mark.parametrize(
    "written", ["extensions:\n  stras: {best: 5}\n", "extensons:\n  stars: {best: 5}\n", "extensions: 5\n"]
)
def test_a_slot_that_is_mistyped_is_not_also_missing(written):
    (fault,) = check(edited(("honours:", f"{written}honours:")), plugin_schema=SCHEMA)

    assert fault.code in {"S12", "S01", "S04"}


def test_a_plugin_that_can_do_without_its_slot_is_left_without():
    assert check(edited(), plugin_schema={"stars": {**SCHEMA["stars"], "required": []}}) == ()


@pytest.mark.parametrize(
    ("slot", "code", "says"),
    [
        ("{▸bst: 5, source: mb25 第一条}", "S01", "best"),
        ("{best: ▸many, source: mb25 第一条}", "S04", "整数"),
        ("{best: ▸7, source: mb25 第一条}", "S99", "multipleOf: 5"),
        ("{best: 5, since: ▸2026-02-30, source: mb25 第一条}", "S13", "2026-02-30"),
        ("{best: 5, name: ▸2026-02-01, source: mb25 第一条}", "Y19", "2026-02-01"),
        ("{best: 5}", "R01", "extensions.stars"),
        ("{best: 5, source: ▸mb52 第一条}", "R33", "mb25"),
    ],
)
def test_a_fault_in_a_plugins_slot_is_shown_like_any_other(slot, code, says):
    marked = with_slot(slot) if "▸" in slot else with_slot(slot).replace("  stars:", "  ▸stars:")
    text = marked.replace("▸", "")

    (fault,) = check(text, plugin_schema=SCHEMA)

    assert (fault.code, fault.line, fault.column) == (code, *place_in(text, marked))
    assert says in fault.zh
