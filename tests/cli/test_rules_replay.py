"""History settled again from the terminal."""

import pytest
from sqlalchemy import text

from timebank.storage.engine import open_engine


@pytest.fixture
def played(house):
    """A house in whose own database Yunzhou's story has been played."""
    assert house.call("demo", "--database", house.url).code == 0
    return house


def test_history_that_comes_out_as_it_stands_is_told_so(played):
    chinese, english = (
        played.call("rules", "replay", "yunzhou", language=language) for language in ("zh", "en")
    )

    assert (chinese.code, english.code) == (0, 0)
    assert "1 笔结算照当日的规则文件（1 个）重算，全部与账上一致。" in chinese.all
    assert "all 1 settlements come out as they stand, under the 1 rule file(s) of their days." in english.all


def test_a_settlement_that_comes_out_differently_is_listed_and_leaves_with_one(played):
    engine = open_engine(played.url)
    with engine.begin() as connection:
        trigger = "DROP TRIGGER postings_no_update"
        guards = [trigger] if engine.dialect.name == "sqlite" else []
        for statement in [*guards, "UPDATE postings SET minutes = minutes + 60 WHERE unit = 'point'"]:
            connection.execute(text(statement))
    engine.dispose()

    said = played.call("rules", "replay", "yunzhou")
    found = played.call("rules", "replay", "yunzhou", "--format", "json")

    assert (said.code, found.code) == (1, 1)
    assert "postings: " in said.out
    assert "issuance → savings 150 point; " in said.out
    assert "1 笔与账上不同" in said.out
    assert [one["what"] for one in found.json["differences"]] == ["postings"]


def test_days_choose_what_is_settled_again(played):
    assert played.call("rules", "replay", "yunzhou", "--to", "2026-03-01", "--json").json["settlements"] == 0
    assert played.call("rules", "replay", "yunzhou", "--last", "1d", "--json").json["settlements"] == 0


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--last", "soon"), "不是天数"),
        (("--last", "9d", "--from", "2026-01-01"), "不能与"),
        (("--from", "2026-02-01", "--to", "2026-01-01"), "早于"),
    ],
)
def test_days_that_are_none_are_wrong_use(played, options, told):
    said = played.call("rules", "replay", "yunzhou", *options)

    assert said.code == 2
    assert told in said.err


# ---- under a draft


@pytest.fixture
def draft(played):
    """A draft of Yunzhou that credits points twice, beside its rule files."""
    file = played.rules.parent / "drafts" / "2027-01-01.yaml"
    file.parent.mkdir()
    text = played.rules.read_text(encoding="utf-8").replace(
        "effective: {from: 2026-01-01", "effective: {from: 2027-01-01"
    )
    before, point, after = text.partition("    point:\n      rate: 1\n")
    file.write_text(before + point.replace("rate: 1", "rate: 2") + after, encoding="utf-8")
    return file


def test_a_draft_is_told_by_district_service_rule_and_order(played, draft):
    chinese, english = (
        played.call("rules", "replay", "yunzhou", "--with", str(draft), language=language)
        for language in ("zh", "en")
    )

    assert (chinese.code, english.code) == (0, 0)
    assert "照草案 2027-01-01.yaml 重算 1 笔结算：0 笔不变，0 笔变为拒绝。" in chinese.all
    assert "记入合计 +1.5 积分；扣除合计 不变。" in chinese.all
    assert "1 settlements under 2027-01-01.yaml: 0 unchanged, 0 refused." in english.all
    for told in ("东区", "陪伴聊天", "credit.units.point.rate（草案：2）", "变化最大的 1 单", "静态推算"):
        assert told in chinese.out
    for told in ("company and a chat", "+1.5 points", "not modelled"):
        assert told in english.all


def test_a_draft_is_told_as_json_with_exit_code_zero(played, draft):
    said = played.call("rules", "replay", "yunzhou", "--with", str(draft), "--format", "json")

    assert said.code == 0
    assert said.json["total"]["credit"] == {"point": 90}
    assert said.json["districts"][0]["zh"] == "东区"


def test_a_published_version_may_be_the_draft(played):
    said = played.call("rules", "replay", "yunzhou", "--with", "2026-01-01")

    assert (said.code, "1 笔不变" in said.out) == (0, True)


def test_a_broken_draft_is_refused_with_its_faults(played, draft):
    played.edit(draft, "quantum: 30 min", "quantum: 30分钟")

    said = played.call("rules", "replay", "yunzhou", "--with", str(draft))

    assert said.code == 1
    assert "2027-01-01.yaml:" in said.err
    assert "30分钟" in said.err


def test_a_city_by_another_name_is_wrong_use_and_the_city_is_guessed(played):
    said = played.call("rules", "replay", "云州")

    assert said.code == 2
    assert "没有在运行的城市“云州”。是不是 yunzhou？" in said.err


@pytest.mark.parametrize("name", ["2031-01-01", "nowhere.yaml"])
def test_a_draft_that_is_not_there_is_wrong_use(played, name):
    assert played.call("rules", "replay", "yunzhou", "--with", name).code == 2
