"""`timebank rules diff`, as policy staff call it."""

from timebank.domain.words import Words
from timebank.rules.comparing import Kind

NEXT = "replaces: 2026-01-01\ntransition: {open_orders: finish, source: mb25 第三十条}\nreview_by"


def second_version(house, name="2026-07-01.yaml"):
    """Write a second version beside the first: half a year later, with a higher cap and a shorter visit."""
    file = house.rules.parent / name
    file.parent.mkdir(exist_ok=True)
    text = house.rules.read_text(encoding="utf-8").replace("from: 2026-01-01", "from: 2026-07-01")
    text = text.replace("review_by", NEXT, 1)
    file.write_text(
        text.replace("limit: 1500 h", "limit: 1600 h").replace("most: 4 h", "most: 3 h"), encoding="utf-8"
    )
    return file


def test_two_versions_of_a_city_are_compared_by_meaning_with_articles(bare_house):
    second_version(bare_house)

    chinese = bare_house.call("rules", "diff", "yunzhou", "2026-01-01", "2026-07-01")
    english = bare_house.call("rules", "diff", "yunzhou", "2026-01-01", "2026-07-01", language="en")

    assert (chinese.code, english.code) == (0, 0)
    assert "放宽  store › 上限：1500 小时 → 1600 小时" in chinese.out
    assert "caps.store.limit  2026-07-01.yaml:" in chinese.out
    assert "《云州市养老服务时间银行管理办法》第十三条" in chinese.out
    assert "tighter  company and a chat › The longest one may be: 4 hours → 3 hours" in english.out
    assert "放宽 1，收紧 1，新增 1，改变 1，措辞 1。" in chinese.out


def test_one_version_is_compared_with_the_one_in_force_before_it(bare_house):
    second_version(bare_house)

    assert (
        bare_house.call("rules", "diff", "yunzhou", "2026-07-01").out
        == bare_house.call("rules", "diff", "yunzhou").out
    )


def test_a_draft_is_compared_with_what_is_in_force(bare_house):
    draft = second_version(bare_house, "drafts/2026-07-01.yaml")

    said = bare_house.call("rules", "diff", str(draft))

    assert said.code == 0
    assert "yunzhou 2026-01-01 → 2026-07-01" in said.out


def test_two_files_are_compared_the_other_way_round_too(bare_house):
    draft = second_version(bare_house, "drafts/2026-07-01.yaml")

    assert (
        "收紧  store › 上限：1600 小时 → 1500 小时"
        in bare_house.call("rules", "diff", str(draft), str(bare_house.rules)).out
    )


def test_a_file_compared_with_itself_has_no_difference(bare_house):
    said = bare_house.call("rules", "diff", str(bare_house.rules), str(bare_house.rules), language="en")

    assert "They mean the same; nothing differs." in said.out


def test_json_holds_both_values_both_languages_places_and_bases(bare_house):
    second_version(bare_house)

    given = bare_house.call("rules", "diff", "yunzhou", "--json").json

    assert given["counts"] == {
        "looser": 1,
        "tighter": 1,
        "new": 1,
        "gone": 0,
        "changed": 1,
        "wording": 1,
        "basis": 0,
    }
    (store,) = [one for one in given["differences"] if one["kind"] == "looser"]
    assert store["path"] == "caps.store.limit"
    assert (store["before"]["value"], store["after"]["value"]) == ("1500 h", "1600 h")
    assert (store["after"]["zh"], store["after"]["en"]) == ("1600 小时", "1600 hours")
    assert store["after"]["basis"]["text"] == "mb25 第十三条"


def test_a_version_that_does_not_exist_is_wrong_use_and_names_the_nearest(bare_house):
    said = bare_house.call("rules", "diff", "yunzhou", "2026-1-01")

    assert said.code == 2
    assert "是不是 2026-01-01？" in said.err


def test_the_first_version_has_nothing_before_it(bare_house):
    said = bare_house.call("rules", "diff", "yunzhou", "2026-01-01", language="en")

    assert said.code == 2
    assert "has no version before 2026-01-01.yaml" in said.err


def test_three_versions_are_too_many(bare_house):
    name = str(bare_house.rules)

    assert bare_house.call("rules", "diff", name, name, name).code == 2


def test_a_broken_file_is_not_compared(bare_house):
    bare_house.edit(bare_house.rules, "rounding: floor", "rounding: flor")

    said = bare_house.call("rules", "diff", str(bare_house.rules), str(bare_house.rules))

    assert said.code == 1
    assert "是不是 floor？" in said.err


def test_every_kind_of_difference_has_words():
    assert all(kind.words != Words("", "") and kind.mirrored.mirrored is kind for kind in Kind)


def commented(house):
    """Write a second version that differs from the one of its day in two comments, one gone and one new."""
    text = house.rules.read_text(encoding="utf-8")
    number, old = next(
        (n, line) for n, line in enumerate(text.splitlines(), 1) if line.startswith("# ") and n > 1
    )
    text = text.replace(f"{old}\n", "", 1).replace(
        "rounding: floor", "rounding: floor  # 第九条：尾数“舍去”", 1
    )
    file = house.rules.parent / "drafts" / house.rules.name
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    return file, number, old


def test_files_that_differ_in_comments_alone_say_how_many_lines_which_and_what_they_hold(bare_house):
    draft, number, old = commented(bare_house)
    here = next(
        n for n, line in enumerate(draft.read_text("utf-8").splitlines(), 1) if "第九条：尾数" in line
    )

    chinese = bare_house.call("rules", "diff", str(bare_house.rules), str(draft))
    english = bare_house.call("rules", "diff", str(bare_house.rules), str(draft), language="en")

    assert "注释：2 行不同（旧版独有 1 行，新版独有 1 行），不影响规则" in chinese.out
    assert f"  - 2026-01-01.yaml:{number}  {old}" in chinese.out
    assert f"  + 2026-01-01.yaml:{here}  # 第九条：尾数“舍去”" in chinese.out
    assert "含义相同" in chinese.out
    assert "comments: 2 line(s) differ (1 only before, 1 only after)" in english.out


def test_comments_stand_in_json_apart_from_the_differences(bare_house):
    draft, number, old = commented(bare_house)

    said = bare_house.call("rules", "diff", str(bare_house.rules), str(draft), "--json").json

    assert said["differences"] == []
    assert said["comments"]["gone"] == [{"file": "2026-01-01.yaml", "line": number, "text": old}]
    assert [one["text"] for one in said["comments"]["new"]] == ["# 第九条：尾数“舍去”"]


def test_a_mark_inside_quotes_or_a_comment_that_only_moved_is_no_change(bare_house):
    text = bare_house.rules.read_text(encoding="utf-8")
    bare_house.edit(bare_house.rules, "en: company and a chat", 'en: "company # chat"')
    draft = bare_house.rules.parent / "drafts" / bare_house.rules.name
    draft.parent.mkdir()
    draft.write_text(text.replace("en: company and a chat", 'en: "chat # company"'), encoding="utf-8")

    said = bare_house.call("rules", "diff", str(bare_house.rules), str(draft), "--json").json

    assert said["comments"] == {"gone": [], "new": []}


def test_a_draft_named_beside_its_city_is_told_how_to_be_compared(bare_house):
    draft = second_version(bare_house, "drafts/2026-07-01.yaml")

    for name in ("2026-07-01", str(draft)):
        said = bare_house.call("rules", "diff", "yunzhou", name)

        assert said.code == 2
        assert f"有这一份草案，请只写它：{draft}。" in said.err


def test_a_draft_with_a_fault_is_told_with_its_folder_and_its_line_whatever_reads_it(bare_house):
    draft = second_version(bare_house, "drafts/2026-07-01.yaml")
    bare_house.edit(draft, "rounding: floor", "rounding: flor")

    for verb in (("diff",), ("test",), ("explain",)):
        named = [*verb, str(draft)] + ["caps.store"] * (verb == ("explain",))
        chinese = bare_house.call("rules", *named)
        told = bare_house.call("rules", *named, "--format", "json")

        assert (chinese.code, told.code) == (1, 1)
        assert f"{draft}:" in chinese.err
        assert "rounding: flor" in chinese.err
        assert "^" in chinese.err
        assert list(told.json) == ["error", "faults"]
        assert {fault["file"] for fault in told.json["faults"]} == {str(draft)}
