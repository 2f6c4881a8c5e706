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
