"""The pages for people: whole, in both languages, and loading nothing from elsewhere."""

import re

import pytest

from tests.banks import do
from tests.scenes import STREET, a_planned_visit, a_published_order, a_volunteer, confirmed, settle, the_tree
from tests.scenes import served as serve
from tests.web.served import CONTRACT, Served
from timebank.services import organisations
from timebank.services.desk import Bank

PAGES = ["/", "/?lang=zh", "/?lang=en", "/docs?lang=zh", "/docs?lang=en", "/docs?lang=xx"]


def a_settled_visit(bank: Bank) -> None:
    volunteer = a_volunteer(bank)
    visit = a_planned_visit(bank, a_published_order(bank), volunteer)
    serve(bank, visit, volunteer, "2026-03-03 14:00", 60)
    confirmed(bank, visit)
    settle(bank, visit)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_loads_nothing_from_elsewhere_and_every_link_leads_somewhere(
    bank: Bank, served: Served, path: str
) -> None:
    a_settled_visit(bank)

    answer = served.app.get(path)

    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    page = answer.html
    assert page.find_all(["script", "iframe", "img", "style"]) == []
    assert page.find_all(style=True) == []
    names = [one["id"] for one in page.find_all(id=True)]
    assert len(names) == len(set(names))
    for link in {one["href"] for one in page.find_all(["a", "link"])}:
        if link.startswith("#"):
            assert link[1:] in names, link
        else:
            assert re.match("[/?]", link), link
            served.app.get("/" + link if link.startswith("?") else link, status=200)


@pytest.mark.parametrize(("asked", "language"), [("zh", "zh-Hans"), ("en", "en")])
def test_a_page_says_its_language_and_offers_the_other(served: Served, asked: str, language: str) -> None:
    answer = served.app.get("/docs", headers={"Accept-Language": asked})

    assert answer.html.html["lang"] == answer.headers["Content-Language"] == language
    other = answer.html.find("a", hreflang=True)
    assert other["hreflang"] != language
    assert served.app.get("/docs" + other["href"]).html.html["lang"] == other["hreflang"]


def test_the_reference_shows_every_operation_and_all_data_of_the_contract(served: Served) -> None:
    page = served.app.get("/docs?lang=en").html

    assert {one["id"] for one in page.find_all("article")} == set(CONTRACT.operations)
    schemas = CONTRACT.document["components"]["schemas"]
    told = {name for name, one in schemas.items() if "properties" in one or "enum" in one}
    assert {one["id"] for one in page.find_all(class_="schema")} == {f"schema-{name}" for name in told}
    place = page.find(id="orders_place").get_text(" ", strip=True)
    for part in ("planned_start", "date-time", "when it begins", "OrderPlaced", "422"):
        assert part in place


def test_the_start_page_shows_figures_tree_and_decisions_of_a_city(bank: Bank, served: Served) -> None:
    a_settled_visit(bank)

    zh, en = (
        served.app.get(f"/?lang={lang}").html.find(id="yunzhou").get_text(" ", strip=True)
        for lang in ("zh", "en")
    )

    for part in (
        "云州时光",
        "已结算订单 1",
        "服务所得 1 时间币",
        "东区第一街道",
        "服务结算",
        "依据：",
        "第九条",
    ):
        assert part in zh
    for part in (
        "Yunzhou Hours",
        "settled orders 1",
        "credited for service 1 time coin",
        "settlement of a visit",
        "Article 9",
    ):
        assert part in en


def test_a_city_where_nothing_happened_yet_is_shown_too(served: Served) -> None:
    assert "还没有。" in served.app.get("/").text


def test_of_a_large_tree_only_the_top_is_shown_with_what_is_left_out(bank: Bank, served: Served) -> None:
    the_tree(bank)
    for number in range(70):
        team = {
            "organisation_id": f"team-{number}",
            "level": "team",
            "name": f"互助队{number}",
            "parent_id": STREET,
        }
        do(bank, organisations.add, **team)

    page = served.app.get("/?lang=zh").html.find(class_="tree").get_text(" ", strip=True)

    assert "东区第一街道" in page
    assert "互助队9" not in page
    assert "另有 71 个下级" in page


def test_the_contract_itself_is_served(served: Served) -> None:
    answer = served.app.get("/openapi.yaml")

    assert (answer.content_type, answer.text[:1]) == ("application/yaml", "#")
