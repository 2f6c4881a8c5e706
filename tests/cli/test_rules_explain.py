"""`timebank rules explain CITY PATH`: a rule in about five lines."""

import pytest

from tests.banks import a_bank
from tests.cli.test_rules_diff import second_version
from tests.scenes import a_confirmed_visit, a_volunteer, an_elder_with_time, settle


def test_a_rule_is_told_with_value_article_place_and_since_when(bare_house):
    second_version(bare_house)

    chinese = bare_house.call("rules", "explain", "yunzhou", "gifts.per_year.limit", "--no-cases")
    english = bare_house.call(
        "rules", "explain", "yunzhou", "gifts.per_year.limit", "--no-cases", language="en"
    )

    assert (chinese.code, english.code) == (0, 0)
    assert chinese.out.splitlines()[0] == "转赠 › 每年的上限 › 每年最多（gifts.per_year.limit）：100 小时"
    assert "依据  《云州市养老服务时间银行管理办法》第十五条" in chinese.out
    assert "yunzhou/2026-07-01.yaml:" in chinese.out
    assert "自    2026-01-01 起，2 个版本未变；此前没有规则" in chinese.out
    assert "basis    Yunzhou measures for the elder-care time bank, Article 15" in english.out
    assert len(chinese.out.splitlines()) <= 5


def test_a_rule_that_changed_says_what_it_was_before(bare_house):
    second_version(bare_house)

    said = bare_house.call("rules", "explain", "yunzhou", "caps.store", "--no-cases", language="en")

    assert "since    2026-07-01; before (2026-01-01): What is capped: what is held" in said.out
    assert "The limit: 1500 hours" in said.out


def test_the_rules_of_an_earlier_day_may_be_asked_for(bare_house):
    second_version(bare_house)

    said = bare_house.call(
        "rules", "explain", "yunzhou", "caps.store.limit", "--on", "2026-06-30", language="en"
    )

    assert said.out.startswith("Caps › store › The limit (caps.store.limit): 1500 hours")


def test_a_rule_of_a_draft_is_explained_too(bare_house):
    draft = second_version(bare_house, "drafts/2026-07-01.yaml")

    said = bare_house.call("rules", "explain", str(draft), "caps.store.limit", "--no-cases")

    assert "1600 小时" in said.out
    assert "drafts/2026-07-01.yaml:" in said.out


def test_what_is_not_written_says_what_that_means(bare_house):
    said = bare_house.call("rules", "explain", "yunzhou", "gifts.taken_back", "--no-cases", language="en")

    assert said.code == 0
    assert "(gifts.taken_back): not written, which means no" in said.out


def test_a_block_that_is_not_written_says_so_what_holds_and_where_it_would_stand(bare_house):
    text = bare_house.rules.read_text(encoding="utf-8")
    caps = text[text.index("\ncaps:\n") : text.index("\nredemption:")]
    bare_house.edit(bare_house.rules, caps, "\n")

    chinese = bare_house.call("rules", "explain", "yunzhou", "caps", "--no-cases")
    english = bare_house.call("rules", "explain", "yunzhou", "caps", "--no-cases", language="en")

    assert chinese.out.startswith("上限（caps）：没有写：什么都不设上限\n")
    assert "2026-01-01.yaml 里没有它；要写就写在最外层" in chinese.out
    assert english.out.startswith("Caps (caps): not written: nothing is capped\n")
    assert "2026-01-01.yaml:" not in chinese.out + english.out


def test_a_key_that_is_not_written_names_the_block_it_would_stand_in(bare_house):
    bare_house.edit(bare_house.rules, "  per_year: {limit: 100 h, source: mb25 第十五条}\n", "")

    said = bare_house.call("rules", "explain", "yunzhou", "gifts.per_year", "--no-cases")
    plain = bare_house.call("rules", "explain", "yunzhou", "gifts.per_year", "--no-cases", "--json").json

    assert "没有写：不作这项限制" in said.out
    assert "起的 gifts 里" in said.out
    assert "依据" not in said.out
    assert (plain["written"], plain["left_out"]["en"]) == (False, "there is no such limit or condition")


def test_a_meaning_that_says_more_than_the_name_is_told(bare_house):
    said = bare_house.call("rules", "explain", "yunzhou", "gifts.taken_back", "--no-cases")

    assert "含义  赠与能否冲正；不写为受赠人保留" in said.out


@pytest.mark.parametrize("path", ["caps.stor", "caps.store.limits", "cap.store", "services.chad.most"])
def test_a_path_that_does_not_exist_is_wrong_use_and_the_nearest_is_named(bare_house, path):
    said = bare_house.call("rules", "explain", "yunzhou", path, "--no-cases")

    assert said.code == 2
    assert "是不是" in said.err


def test_a_path_like_no_other_is_told_what_may_be_asked_for(bare_house):
    said = bare_house.call("rules", "explain", "yunzhou", "zzz", "--no-cases", language="en")

    assert said.code == 2
    assert "One may ask for: format, city, title" in said.err


def test_a_day_before_the_first_rules_has_none(bare_house):
    said = bare_house.call("rules", "explain", "yunzhou", "caps.store", "--on", "2020-01-01", "--no-cases")

    assert said.code == 1
    assert "2026-01-01 起才有" in said.err


def test_a_day_that_is_none_is_wrong_use(bare_house):
    assert (
        bare_house.call("rules", "explain", "yunzhou", "caps.store", "--on", "yesterday", "--no-cases").code
        == 2
    )


def test_json_holds_the_value_as_written_and_as_said_in_both_languages(bare_house):
    given = bare_house.call("rules", "explain", "yunzhou", "caps.store.limit", "--json", "--no-cases").json

    assert given["value"] == "1500 h"
    assert given["said"] == {"zh": "1500 小时", "en": "1500 hours"}
    assert (given["since"], given["versions_unchanged"], given["before"]) == ("2026-01-01", 1, None)
    assert given["basis"]["text"] == "mb25 第十三条"


def test_the_cases_that_met_a_rule_are_named_with_their_lines(bare_house):
    chinese = bare_house.call("rules", "explain", "yunzhou", "credit.units.coin.quantum")
    english = bare_house.call("rules", "explain", "yunzhou", "credit.units.coin.quantum", language="en")

    last = chinese.out.splitlines()[-1]
    assert last.startswith("用例  ")
    assert "earning.yaml:" in last
    assert "two_units_for_one_visit" in last
    assert " met it: " in english.out.splitlines()[-1]
    assert len(chinese.out.splitlines()) <= 6


def test_a_rule_that_no_case_met_is_told_as_one(bare_house):
    given = bare_house.call("rules", "explain", "yunzhou", "honours.star_2.from", "--json").json
    said = bare_house.call("rules", "explain", "yunzhou", "honours.star_2.from")

    assert given["cases"] == []
    assert said.out.splitlines()[-1] == "用例  没有用例读到它"


# ---- decisions


@pytest.fixture
def decided(house, fresh_database_url):
    """A settlement of a visit in the house's database: (transfer's id, order's id)."""
    with a_bank(fresh_database_url) as bank:
        visit = a_confirmed_visit(bank, a_volunteer(bank), an_elder_with_time(bank), minutes=70, planned=90)
        return settle(bank, visit)["transfer_id"], visit.order_id


def test_a_transfer_is_explained_with_its_rules_and_the_nearest_that_was_allowed(house, decided):
    transfer, _ = decided

    chinese = house.call("rules", "explain", "yunzhou", "--transfer", transfer)
    english = house.call("rules", "explain", "yunzhou", "--transfer", transfer, language="en")

    assert (chinese.code, english.code) == (0, 0)
    assert chinese.out.startswith(f"结算 {transfer}  2026-03-")
    assert (
        "（credit.units.coin.quantum）：60 分钟。依据：《云州市养老服务时间银行管理办法》第九条。2026-01-01.yaml:"
        in chinese.out
    )
    assert "再多 50 分钟，认定 120 分钟，就会记入 2 时间币。（credit.units.coin.quantum）" in chinese.out
    assert "The nearest that would have been allowed" in english.out


def test_an_order_is_explained_decision_by_decision(house, decided):
    _, order = decided

    said = house.call("rules", "explain", "yunzhou", "--order", order)
    given = house.call("rules", "explain", "yunzhou", "--order", order, "--json").json

    assert said.code == 0
    assert [one["what"] for one in given["decisions"]] == ["placed", "accepted", "recognised", "settlement"]
    settlement = given["decisions"][-1]
    assert settlement["nearest"][0] == {
        "rule": "credit.units.coin.quantum",
        "zh": "再多 50 分钟，认定 120 分钟，就会记入 2 时间币。",
        "en": "With 50 minutes more, 120 recognised, 2 time coins would have been credited.",
        "recognised": 120,
        "credited": 120,
    }
    assert {rule["path"] for rule in settlement["rules"]} >= {"caps.day.limit", "charge.quantum"}


@pytest.mark.parametrize("asked", [("--transfer", "none"), ("--order", "none")])
def test_an_id_nobody_knows_is_wrong_use(house, asked):
    assert house.call("rules", "explain", "yunzhou", *asked).code == 2


@pytest.mark.parametrize(
    "asked", [(), ("yunzhou",), ("yunzhou", "caps", "--order", "x"), ("yunzhou", "--volunteer", "x")]
)
def test_two_questions_at_once_or_none_are_wrong_use(bare_house, asked):
    said = bare_house.call("rules", "explain", *asked, language="en")

    assert said.code == 2
    assert "Name a city, and one of these" in said.err


# ---- messages


def test_a_message_is_explained_with_a_wrong_and_a_right_way_to_write(bare_house):
    chinese = bare_house.call("rules", "explain", "--code", "R01")
    english = bare_house.call("rules", "explain", "--code", "R01", language="en")

    assert (chinese.code, english.code) == (0, 0)
    first, meaning, *example = chinese.out.splitlines()
    assert first == "R01  “…”没有写依据。请加 source（文件与条款）；确无依据，请写 assumed（理由）。"
    assert meaning.startswith("含义  凡作决定之处都写依据")
    assert example == [
        "错：",
        "    over: donate}",
        "对：",
        "    over: donate, source: mb25 第十三条}",
    ]
    assert "meaning  Whatever decides something states its basis" in english.out


def test_a_message_in_json_holds_both_languages(bare_house):
    given = bare_house.call("rules", "explain", "--code", "y07", "--json").json

    assert given["code"] == "Y07"
    assert given["wrong"]["zh"] == "    one：60 min"
    assert given["meaning"]["en"].startswith("Key and value are divided")


def test_a_code_nobody_knows_is_wrong_use(bare_house):
    said = bare_house.call("rules", "explain", "--code", "R131")

    assert said.code == 2
    assert "是不是 R13？" in said.err


@pytest.mark.parametrize("name", ["chat", "陪伴聊天", "company and a chat"])
def test_a_rule_is_found_by_its_own_name_or_label_at_any_depth(bare_house, name):
    said = bare_house.call("rules", "explain", "yunzhou", name)

    assert said.code == 2
    assert "是不是 services.chat？" in said.err
