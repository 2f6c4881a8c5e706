"""Whatever breaks the contract is refused in words, and nothing of it reaches the bank."""

import json
from io import BytesIO

import pytest
from webtest import TestApp

from tests.banks import do
from tests.scenes import STREET, a_member, the_tree
from tests.web.served import CONTRACT, Served
from timebank.services import organisations
from timebank.services.desk import Bank
from timebank.web.app import make_app

MEMBERS = "/v1/yunzhou/members"
ENVELOPE = {"Idempotency-Key": "1", "Timebank-Actor": "li"}
JSON = ENVELOPE | {"Content-Type": "application/json"}


def sent(served: Served, body: bytes, status: int = 400, **headers: str) -> str:
    """Send bytes as the body of a registration, and return the sentence that comes back."""
    answer = served.app.post(MEMBERS, body, headers=JSON | headers, status=status)
    assert answer.content_type == "application/problem+json"
    return str(answer.json["en"])


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"reference": "1", "name": "\xff"}', "not UTF-8"),
        (b"", "no body"),
        (b"{\n x", "cannot be read on from line 2, character 2"),
        (b'{"reference": NaN}', "a number that JSON does not know"),
        (b'{"reference": "1", "reference": "2", "name": "a"}', "“reference” twice"),
        (b'{"reference": "1", "name": "\\ud800"}', "half a surrogate"),
        (b'{"reference": "1", "name": "a\\u0000"}', "NUL"),
        (b'{"reference": "1", "\\udfff": "a"}', "half a surrogate"),
        (b"[" * 100_000, "deeper than 20 levels"),
        (b'{"name": ' + b"[" * 30 + b"]" * 30 + b"}", "deeper than 20 levels"),
        (b'{"planned_minutes": ' + b"9" * 5000 + b"}", "too long to be read"),
        (b"[]", "breaks the contract"),
        (b"null", "no body"),
    ],
    ids=[
        "bytes",
        "empty",
        "cut",
        "nan",
        "twice",
        "surrogate",
        "nul",
        "key",
        "deep",
        "nested",
        "huge",
        "list",
        "null",
    ],
)
def test_a_body_that_cannot_be_read_is_refused_in_words(served: Served, body: bytes, said: str) -> None:
    assert said in sent(served, body)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/json; charset=gbk", "multipart/form-data", "application/xml"]
)
def test_a_body_of_another_kind_than_json_in_utf_8_is_refused(served: Served, kind: str) -> None:
    headers = {"Content-Type": kind}

    assert "application/json" in sent(served, b'{"reference": "1", "name": "a"}', 415, **headers)


@pytest.mark.parametrize("sending", ["with its length", "in chunks"])
def test_a_body_that_is_too_long_is_refused_before_it_is_read(served: Served, sending: str) -> None:
    body = json.dumps({"reference": "1", "name": "李" * 300_000}).encode()
    environ = {"wsgi.input": BytesIO(body), "wsgi.input_terminated": True, "REQUEST_METHOD": "POST"}
    if sending == "with its length":
        environ["CONTENT_LENGTH"] = str(len(body))

    answer = served.app.request(MEMBERS, headers=JSON, environ=environ, status=413)

    assert answer.json["en"] == "The body is longer than 262144 bytes."


def test_a_body_in_chunks_is_read_like_any_other(bank: Bank, served: Served) -> None:
    the_tree(bank)
    body = json.dumps({"reference": "1", "name": "李明"}).encode()
    environ = {"wsgi.input": BytesIO(body), "wsgi.input_terminated": True, "REQUEST_METHOD": "POST"}

    assert "member_id" in served.app.request(MEMBERS, headers=JSON, environ=environ, status=200).json


def test_a_whole_number_may_be_written_with_a_point_and_nothing_behind_it(bank: Bank, served: Served) -> None:
    order = {
        "service": "chat",
        "organisation_id": STREET,
        "planned_start": "2026-03-03T14:00:00+08:00",
        "planned_minutes": 60.0,
        "address": "幸福路1号",
        "places": 2e0,
        "head_count": 5,
    }
    the_tree(bank)

    placed = served.post("/orders", order, by="staff:li", at=STREET).json["order_id"]

    assert served.get(f"/orders/{placed}").json["planned_minutes"] == 60
    served.post("/orders", order | {"planned_minutes": 60.5}, status=400, at=STREET)


@pytest.mark.parametrize("name", ["reference", "home_id", "phone"])
def test_a_code_with_a_line_feed_at_its_end_is_none(served: Served, name: str) -> None:
    answer = served.post("/members", {"reference": "1", "name": "a", name: "1\n"}, status=400)

    assert [fault["where"] for fault in answer.json["faults"]] == [f"body/{name}"]


@pytest.mark.parametrize(
    "day", ["2026-02-30", "20260301", "2026-W01-1", "2026-3-1", "2026-03-01\n", "0000-01-01"]
)
def test_a_day_that_is_none_is_refused(served: Served, day: str) -> None:
    served.post("/members", {"reference": "1", "name": "a", "born_on": day}, status=400)


@pytest.mark.parametrize(
    "instant", ["2026-03-02 09:00:00+08:00", "2026-03-02T09:00:00", "2026-03-02T09+08:00", "x"]
)
def test_an_instant_that_is_none_is_refused(served: Served, instant: str) -> None:
    answer = served.post("/orders", {"planned_start": instant}, status=400)

    assert {
        "where": "body/planned_start",
        "what": "应为带时区的时刻，如 2026-03-02T09:00:00+08:00",
    } in answer.json["faults"]


@pytest.mark.parametrize("day", ["0001-01-01", "1799-12-31", "2200-01-01", "9999-12-31"])
def test_a_day_beyond_every_calendar_of_ours_is_refused_in_words(
    bank: Bank, served: Served, day: str
) -> None:
    member = a_member(bank)
    body = {"organisation_id": STREET, "from_day": day}

    assert "1800 to 2199" in served.post(f"/members/{member}/memberships", body, status=422).json["en"]


def test_faults_are_told_in_the_language_asked_for(served: Served) -> None:
    zh = served.post("/members", {"name": "a"}, status=400).json["faults"]
    en = served.post("/members", {"name": "a"}, status=400, accept_language="en").json["faults"]

    assert (zh, en) == (
        [{"where": "body", "what": "缺少：reference"}],
        [{"where": "body", "what": "is missing: reference"}],
    )


def test_several_things_missing_are_told_once(served: Served) -> None:
    answer = served.post("/members", {}, status=400, accept_language="en")

    assert answer.json["faults"] == [{"where": "body", "what": "is missing: reference, name"}]


@pytest.mark.parametrize(
    "path", ["/v1/yunzhou/organisations/%00", "/v1/yunzhou/organisations/a%0Ab", "/v1/%E4%BA%91/rules"]
)
def test_an_address_with_characters_that_no_code_has_is_refused(served: Served, path: str) -> None:
    assert served.app.get(path, status=400).json["code"] == "bad_request"


@pytest.mark.parametrize("address", ["/v1/%ff/rules", "/v1/yunzhou/orders?service=%ff", "/%ED%A0%80"])
def test_an_address_that_is_not_utf_8_is_refused(served: Served, address: str) -> None:
    assert served.app.get(address, status=400).json["code"] == "bad_text"


def test_a_query_parameter_given_twice_is_refused(served: Served) -> None:
    answer = served.get("/orders?limit=1&limit=2", status=400, accept_language="en")

    assert answer.json["faults"] == [{"where": "query:limit", "what": "given more than once"}]


@pytest.mark.parametrize("limit", ["0", "201", "1.0", "%EF%BC%91", "", "-1", "9" * 5000, "abc"])
def test_a_page_has_its_limits(served: Served, limit: str) -> None:
    served.get(f"/orders?limit={limit}", status=400)


def test_a_header_of_ours_with_a_slip_of_the_pen_is_refused(served: Served) -> None:
    answer = served.post("/members", {"reference": "1", "name": "a"}, status=400, timebank_organization="yun")

    assert [fault["where"] for fault in answer.json["faults"]] == ["header:Timebank-Organization"]


@pytest.mark.parametrize("header", ["Timebank-Actor", "Idempotency-Key", "Timebank-Organisation"])
def test_a_header_that_is_not_ascii_is_refused(served: Served, header: str) -> None:
    headers = JSON | {header: "\xe6\x9d\x8e"}

    answer = served.app.post(MEMBERS, b"{}", headers=headers, status=400)

    assert [fault["where"] for fault in answer.json["faults"]] == [f"header:{header}"]


def test_staff_may_act_for_an_organisation_whose_code_is_chinese(bank: Bank, served: Served) -> None:
    the_tree(bank)
    third = {"organisation_id": "东三街道", "level": "street", "name": "东区第三街道", "parent_id": "east"}
    do(bank, organisations.add, **third)

    body = {"reference": "1", "name": "李明", "home_id": "东三街道"}
    served.post("/members", body, at="%E4%B8%9C%E4%B8%89%E8%A1%97%E9%81%93")
    served.post("/members", {"reference": "2", "name": "李明"}, status=422, at="%ff")
    served.post("/members", {"reference": "2", "name": "李明"}, status=422, at="%00")


def test_an_operation_without_a_body_takes_none(served: Served) -> None:
    path = f"/orders/{'0' * 8}-0000-7000-8000-{'0' * 12}/approve"

    assert served.post(path, {"reason": "x"}, status=400).json["en"] == "This operation takes no body."
    served.post(path, {}, status=404)


def test_nothing_but_names_of_this_machine_is_answered_where_so_wanted(bank: Bank) -> None:
    app = TestApp(make_app(bank, contract=CONTRACT, hosts={"localhost", "::1"}))

    for host in ("localhost", "localhost:6543", "[::1]:6543", "LOCALHOST"):
        app.get("/health", headers={"Host": host}, status=200)
    for host in ("example.org", "evil.example:6543", "127.0.0.1.example.org"):
        assert app.get("/health", headers={"Host": host}, status=421).json["code"] == "wrong_host"
