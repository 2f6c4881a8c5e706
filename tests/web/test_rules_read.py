"""Rules are read with their articles, and not sent again to whoever has them."""

from pathlib import Path

import pytest

from tests.banks import a_bank
from tests.web.served import Served
from tests.working import city_folder, later_rules


@pytest.mark.parametrize("path", ["/rules", "/rules/basis?path=credit.units.coin", "/services"])
def test_what_the_rule_file_alone_decides_is_not_sent_again(served: Served, path: str) -> None:
    tag = served.get(path).headers["ETag"]

    for held in (tag, f"W/{tag}", "*", f'"other", {tag}', f'"a,b" ,W/{tag}'):
        answer = served.get(path, status=304, if_none_match=held)
        assert (answer.body, answer.headers["ETag"]) == (b"", tag)
    for other in ('"other"', tag.strip('"'), f'"x{tag[1:]}', "W/"):
        served.get(path, status=200, if_none_match=other)


def test_rules_of_another_day_have_a_tag_of_their_own(tmp_path: Path, fresh_database_url: str) -> None:
    later_rules(city_folder(tmp_path), "2026-07-01", "{open_orders: finish, source: mb25 第三十条}")
    with a_bank(fresh_database_url, config_folder=tmp_path) as bank:
        served = Served(bank)
        tag = served.get("/rules?day=2026-06-30").headers["ETag"]

        served.get("/rules?day=2026-07-01", status=200, if_none_match=tag)
        assert [one["file"] for one in served.get("/rules/versions").json["items"]] == [
            "2026-01-01.yaml",
            "2026-07-01.yaml",
        ]


def test_a_rule_is_told_with_its_article(served: Served) -> None:
    rule = served.get("/rules/basis?path=credit.units.coin.quantum").json

    assert rule["value"] == "60 min"
    assert rule["basis"]["kind"] == "source"
    assert "Article" in rule["basis"]["en"]


def test_a_value_that_decides_nothing_rests_on_nothing(served: Served) -> None:
    assert served.get("/rules/basis?path=timezone").json["basis"] is None


@pytest.mark.parametrize(
    "path",
    ["nowhere", "credit..units", ".", "credit.units.0", "levels.city.may.99", "levels.city.may.%C2%B2"],
)
def test_a_rule_that_is_not_there_is_not_found(served: Served, path: str) -> None:
    served.get(f"/rules/basis?path={path}", status=404)


def test_a_day_before_all_rules_is_told_in_words(served: Served) -> None:
    assert "begin on 2026-01-01" in served.get("/rules?day=2025-12-31", status=404).json["en"]


def test_every_rule_file_is_listed(served: Served) -> None:
    (version,) = served.get("/rules/versions").json["items"]

    assert (version["file"], version["effective_from"]) == ("2026-01-01.yaml", "2026-01-01")
    assert served.get("/rules/versions?cursor=2026-01-01.yaml").json == {"items": [], "next": None}
