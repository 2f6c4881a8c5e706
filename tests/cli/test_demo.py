"""The demonstration says who did what, what came of it and which rule said so; an edited rule changes what it says."""

import pytest
from rich.cells import cell_len


def demo(house, *arguments, language="zh"):
    return house.call("demo", *arguments, language=language)


def words(said, kind):
    return ["".join(words["zh"] for words in one["words"]) for one in said[0]["told"] if one["kind"] == kind]


def test_it_tells_the_story_the_credit_and_the_article_in_chinese(house):
    said = demo(house)

    assert said.code == 0
    for part in (
        "云州时光",
        "云州的一天",
        "王秀兰打电话请街道代为下单。",
        "东一街道（代王秀兰） 下单",
        "记入 1 时间币（60 分钟）：100 分钟，按 60 分钟向下取整，余 40 分钟留待下次",
        "credit.units.coin.rounding = floor（《云州市养老服务时间银行管理办法》第九条）",
        "不能加入为时光伙伴",
        "第六条",
        "【云州时光】为您匹配到",
    ):
        assert part.replace(" ", "") in said.all.replace(" ", "")


def test_it_tells_the_same_in_english(house):
    said = demo(house, language="en")

    assert said.code == 0
    joined = " ".join(said.out.split())
    assert "Wang Xiulan rings the street office and has it order for her." in joined
    assert "Credited 1 time coin (60 minutes): 100 minutes, rounded down to 60 minutes" in joined
    assert "Article 9" in joined


def test_no_line_is_wider_than_the_terminal(house):
    assert max(cell_len(line) for line in demo(house).out.splitlines()) <= 80


def test_an_edited_rule_changes_the_sentence_and_the_credit(house):
    before = demo(house, "--json").json
    house.edit(
        house.rules, "quantum: 60 min\n      rounding: floor", "quantum: 60 min\n      rounding: nearest"
    )
    after = demo(house, "--json").json

    assert any(
        "记入 1 时间币（60 分钟）：100 分钟，按 60 分钟向下取整" in text for text in words(before, "posted")
    )
    assert any(
        "记入 2 时间币（120 分钟）：100 分钟，按 60 分钟四舍五入" in text for text in words(after, "posted")
    )
    assert words(before, "differs") == []
    assert words(after, "differs") == ["balances.li.savings.coin 应为 60 min，实得 120 min。"]


def test_an_edited_rule_still_plays_to_the_end(house):
    house.edit(
        house.rules, "quantum: 60 min\n      rounding: floor", "quantum: 60 min\n      rounding: nearest"
    )

    said = demo(house)

    assert said.code == 0
    assert "rounding = nearest" in said.all


def test_it_ends_with_balances_and_a_verified_ledger(house):
    figures = demo(house, "--json").json[0]["figures"]

    assert [(b["name"], b["account"], b["minutes"], b["zh"]) for b in figures["balances"]] == [
        ("李敏", "savings", 60, "1 时间币"),
        ("李敏", "savings", 90, "1.5 积分"),
        ("王秀兰", "granted", 1440, "24 时间币"),
        ("王秀兰", "savings", 480, "8 时间币"),
    ]
    assert figures["stats"]["orders"] == 1
    assert figures["stats"]["credit"]["coin"] == {"minutes": 60, "amount": "1"}
    assert figures["ledger"]["broken"] == []


def test_it_leaves_nothing_in_the_configured_database(house, tmp_path):
    demo(house)

    assert house.call("stats", "yunzhou", "--json").json["orders"] == 0


def test_a_refused_order_in_a_story_is_told_with_its_line_in_both_languages(house):
    house.edit(house.demo, "planned_minutes: 120 min", "planned_minutes: 20 min")

    error = demo(house, "--json")

    assert error.code == 1
    assert error.json["error"]["code"] == "story_failed"
    for language, part in (("zh", "一次最短 30 分钟"), ("en", "takes at least 30 minutes")):
        assert part in error.json["error"][language]
        assert "demo.yaml:" in error.json["error"][language]


def test_an_unknown_service_in_a_story_is_told_with_what_there_is(house):
    house.edit(house.demo, "service: chat", "service: chatt")

    chinese, english = demo(house), demo(house, language="en")

    assert (chinese.code, english.code) == (1, 1)
    assert "规则里没有服务项目“chatt”" in chinese.err
    assert "是不是要“chat 陪伴聊天”" in chinese.err
    assert "have no service “chatt”" in english.err
    assert "Traceback" not in chinese.err + english.err


def test_a_story_with_a_slip_is_told_with_its_place(house):
    house.edit(house.demo, "do: visits.check_out", "do: visits.chek_out")

    said = demo(house)

    assert said.code == 1
    assert "T03" in said.err
    assert "是不是 visits.check_out？" in said.err


@pytest.mark.parametrize("rounding", ["floor", "nearest"])
def test_the_same_story_twice_tells_the_same(house, rounding):
    house.edit(
        house.rules, "quantum: 60 min\n      rounding: floor", f"quantum: 60 min\n      rounding: {rounding}"
    )

    assert words(demo(house, "--json").json, "done") == words(demo(house, "--json").json, "done")


def test_a_database_that_holds_something_is_left_alone(house):
    assert demo(house, "--database", house.url).code == 0

    chinese = demo(house, "--database", house.url)
    english = demo(house, "--database", house.url, language="en")

    assert (chinese.code, english.code) == (1, 1)
    assert "演示只在空的数据库里进行" in chinese.err
    assert "empty database" in english.err
