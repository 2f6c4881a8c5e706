"""What the API lists: page by page, without repeating or hiding anything, and never a secret."""

from typing import Any

from tests import scenes
from tests.banks import StoryClock, do, local
from tests.scenes import (
    STREET,
    TEAM,
    a_member,
    a_planned_visit,
    a_published_order,
    a_volunteer,
    an_elder_with_time,
    confirmed,
    donate,
    settle,
    the_tree,
)
from tests.web.served import Served
from timebank.services import attendances, members, offers
from timebank.services.desk import Bank


def all_of(served: Served, path: str, limit: int = 2) -> list[dict[str, Any]]:
    """Read a listing page by page to its end."""
    mark, found, cursor = "&" if "?" in path else "?", [], ""
    while cursor is not None:
        page = served.get(f"{path}{mark}limit={limit}{cursor and '&cursor=' + cursor}").json
        assert len(page["items"]) <= limit
        found.extend(page["items"])
        cursor = page["next"]
    return found


def a_settled_visit(bank: Bank) -> tuple[str, str, str]:
    """Let an elder be served for an hour; return order, visit and volunteer."""
    elder, volunteer = an_elder_with_time(bank), a_volunteer(bank)
    order = a_published_order(bank, elder)
    visit = a_planned_visit(bank, order, volunteer)
    scenes.served(bank, visit, volunteer, "2026-03-03 14:00", 60)
    confirmed(bank, visit)
    settle(bank, visit)
    return order, visit, volunteer


def test_a_list_is_read_page_by_page_to_its_end(bank: Bank, served: Served) -> None:
    expected = sorted(a_member(bank) for _ in range(5))

    assert [item["id"] for item in all_of(served, "/members")] == expected


def test_what_is_added_between_two_pages_neither_repeats_nor_hides_anything(
    bank: Bank, served: Served
) -> None:
    first = [a_member(bank) for _ in range(4)]
    page = served.get("/members?limit=2").json

    later = [a_member(bank) for _ in range(3)]
    rest = all_of(served, f"/members?cursor={page['next']}", limit=200)

    assert sorted(item["id"] for item in page["items"] + rest) == sorted(first + later)


def test_transfers_come_newest_first_and_new_ones_do_not_move_the_pages(bank: Bank, served: Served) -> None:
    _, _, volunteer = a_settled_visit(bank)
    seen = [item["id"] for item in all_of(served, "/transfers", limit=1)]
    first = served.get("/transfers?limit=1").json

    donate(bank, volunteer, 60)
    second = served.get(f"/transfers?limit=1&cursor={first['next']}").json

    assert seen == sorted(seen, reverse=True)
    assert [item["id"] for item in first["items"] + second["items"]] == seen[:2]


def test_transfers_are_found_by_member_kind_and_cause(bank: Bank, served: Served) -> None:
    _, visit, volunteer = a_settled_visit(bank)
    donate(bank, volunteer, 60)

    kinds = [item["kind"] for item in all_of(served, f"/transfers?member_id={volunteer}")]
    caused = all_of(served, f"/transfers?cause_id={visit}")

    assert kinds == ["donation", "settlement"]
    assert [item["kind"] for item in caused] == ["settlement"]
    assert all_of(served, "/transfers?kind=gift") == []
    assert all_of(served, "/transfers?from=2027-01-01") == []


def test_a_cursor_that_no_page_gave_is_refused_in_words(served: Served) -> None:
    for path in ("/members", "/orders", "/transfers", "/rules/versions"):
        assert served.get(f"{path}?cursor=x", status=422).json["code"] == "bad_cursor"
    for cursor in ("x", "x" * 36 + ":0", "00000000-0000-7000-8000-000000000000:-1"):
        served.get(f"/members/{'0' * 8}-0000-7000-8000-{'0' * 12}/statement?cursor={cursor}", status=404)


def test_members_are_found_by_reference_and_by_where_they_belong(bank: Bank, served: Served) -> None:
    one, other = a_member(bank, "李明"), a_member(bank, "王芳")
    do(
        bank,
        members.join_organisation,
        member_id=other,
        organisation_id=TEAM,
        from_day=local("2026-03-02 09:00").date(),
    )
    reference = served.get(f"/members/{one}").json["reference"]

    assert [item["id"] for item in all_of(served, f"/members?reference={reference}")] == [one]
    assert [item["id"] for item in all_of(served, f"/members?organisation_id={TEAM}")] == [other]
    assert {item["id"] for item in all_of(served, f"/members?organisation_id={STREET}")} == {one, other}


def test_orders_are_found_below_an_organisation_by_recipient_state_and_day(
    bank: Bank, served: Served
) -> None:
    elder = an_elder_with_time(bank)
    own, project = a_published_order(bank, elder), a_published_order(bank)

    assert {item["id"] for item in all_of(served, "/orders?organisation_id=east")} == {own, project}
    assert [item["id"] for item in all_of(served, f"/orders?recipient_id={elder}")] == [own]
    assert all_of(served, "/orders?state=settled") == []
    assert all_of(served, "/orders?until=2026-03-02") == []
    assert len(all_of(served, "/orders?service=chat&from=2026-03-03")) == 2
    served.get("/orders?organisation_id=nowhere", status=404)


def test_a_visit_is_shown_with_the_evidence_given_for_it(bank: Bank, served: Served) -> None:
    order, visit, volunteer = a_settled_visit(bank)

    assert [item["id"] for item in all_of(served, f"/visits?volunteer_id={volunteer}&state=settled")] == [
        visit
    ]
    assert [item["id"] for item in all_of(served, f"/orders/{order}/visits")] == [visit]
    assert [claim["moment"] for claim in served.get(f"/visits/{visit}/claims").json] == [
        "check_in",
        "check_out",
        "confirmation",
    ]


def test_what_an_order_holds_and_what_became_of_it_is_shown(bank: Bank, served: Served) -> None:
    order, visit, _ = a_settled_visit(bank)

    (hold,) = all_of(served, f"/orders/{order}/holds")

    assert (hold["state"], hold["account"], hold["minutes"]) == ("posted", "granted", 60)
    assert served.get(f"/transfers/{hold['transfer_id']}").json["cause_id"] == visit


def test_who_is_expected_and_who_came_is_listed(bank: Bank, served: Served) -> None:
    order = a_published_order(bank, head_count=9)
    do(bank, attendances.add, order_id=order, head_count=7)

    (unnamed,) = all_of(served, f"/orders/{order}/attendances")

    assert (unnamed["recipient_id"], unnamed["head_count"], unnamed["came"]) == (None, 7, None)


def test_offers_are_listed_without_their_tokens(bank: Bank, served: Served, clock: StoryClock) -> None:
    volunteer = a_volunteer(bank)
    free = {"free_from": local("2026-03-03 08:00"), "free_until": local("2026-03-03 18:00")}
    given = do(
        bank, offers.give_availability, by=volunteer, member_id=volunteer, organisation_id=STREET, **free
    )
    order = a_published_order(bank, an_elder_with_time(bank), service="chat")
    do(bank, offers.send, order_id=order)

    (offer,) = all_of(served, f"/offers?order_id={order}")
    (availability,) = all_of(served, f"/availabilities?member_id={volunteer}&state=open")

    assert (offer["volunteer_id"], offer["state"]) == (volunteer, "sent")
    assert not {"token", "token_digest"} & offer.keys()
    assert availability["id"] == given["availability_id"]
    assert all_of(served, f"/offers?volunteer_id={volunteer}&state=declined") == []


def test_accounts_of_members_teams_and_the_city_are_shown(bank: Bank, served: Served) -> None:
    _, _, volunteer = a_settled_visit(bank)
    donate(bank, volunteer, 60)

    own = {one["unit"]: one["available"] for one in served.get(f"/members/{volunteer}/accounts").json}
    city = {one["kind"]: one["posted"] for one in served.get("/accounts").json if one["unit"] == "coin"}

    assert own == {"coin": 0, "point": 60}
    assert city["pool"] > 0
    assert "issuance" not in city
    assert served.get(f"/organisations/{TEAM}/accounts").json == []
    served.get("/organisations/nowhere/accounts", status=404)


def test_an_organisation_is_shown_with_what_is_above_and_below_it(bank: Bank, served: Served) -> None:
    the_tree(bank)

    street = served.get(f"/organisations/{STREET}").json

    assert [one["id"] for one in street["above"]] == ["east", "yun"]
    assert street["below"] == [TEAM]
    served.get(f"/organisations/{STREET}?day=2025-12-31", status=404)


def test_figures_are_shown_as_deep_as_asked_for(bank: Bank, served: Served) -> None:
    a_settled_visit(bank)

    flat, deep = served.get("/stats?depth=0").json, served.get("/stats?depth=10").json

    assert (flat["below"], flat["more"], flat["visits"]) == ([], 1, 1)
    assert deep["below"][0]["below"][0]["below"][0]["id"] == TEAM
    assert served.get(f"/stats?organisation_id={TEAM}").json["visits"] == 0


def test_the_ledger_says_of_itself_that_it_is_right(bank: Bank, served: Served) -> None:
    a_settled_visit(bank)

    verified = served.get("/ledger/verification").json

    assert verified["ok"]
    assert len(verified["checks"]) > 20


def test_demand_is_listed_by_month_area_and_type_page_by_page(bank: Bank, served: Served) -> None:
    a_settled_visit(bank)
    a_published_order(bank, an_elder_with_time(bank), start="2026-04-07 09:00")

    found = all_of(served, "/demand?level=street", limit=1)

    assert [
        (one["month"], one["area"], one["demands"], one["met"], one["person_times"]) for one in found
    ] == [
        ("2026-03", "东区第一街道", 1, 1, 1),
        ("2026-04", "东区第一街道", 1, 0, 0),
    ]
    assert served.get("/demand?level=planet", status=404).json["zh"].startswith("没有找到管理层级")
    assert served.get("/demand?level=street&cursor=2026-04", status=422).json["code"] == "bad_cursor"
