"""How the API says no, and how it is asked."""

from tests.scenes import STREET, the_tree
from tests.web.served import Served
from timebank.services.desk import Bank

NOBODY = "00000000-0000-7000-8000-000000000000"


def test_an_operation_id_sent_again_gets_the_same_answer(bank: Bank, served: Served) -> None:
    the_tree(bank)
    body = {"reference": "YZ-1", "name": "李明", "home_id": STREET}

    first = served.post("/members", body, key="desk-1", at=STREET)
    again = served.post("/members", body, key="desk-1", at=STREET)

    assert again.json == first.json
    assert len(served.get("/members").json["items"]) == 1


def test_an_operation_id_with_other_content_is_a_conflict(bank: Bank, served: Served) -> None:
    the_tree(bank)
    served.post("/members", {"reference": "YZ-1", "name": "李明"}, key="desk-1", at="yun")

    answer = served.post(
        "/members", {"reference": "YZ-2", "name": "王芳"}, status=409, key="desk-1", at="yun"
    )

    assert answer.json["code"] == "operation_id_used"


def test_a_refusal_names_rule_path_and_article_in_the_language_asked_for(bank: Bank, served: Served) -> None:
    the_tree(bank)
    child = {"reference": "YZ-1", "name": "小明", "born_on": "2015-01-01", "home_id": STREET}
    member = served.post("/members", child, at=STREET).json["member_id"]

    answer = served.post(
        f"/members/{member}/admissions", {"role": "volunteer"}, status=422, by=member, accept_language="en"
    )

    (refusal,) = answer.json["refusals"]
    assert refusal["rule_path"] == "admission.volunteer.gate"
    assert "Article 6" in refusal["basis"]
    assert "aged 18 or over" in answer.json["title"]
    assert "年满18周岁" in answer.json["zh"]


def test_what_is_not_there_is_not_found_in_words(served: Served) -> None:
    assert "没有找到" in served.get(f"/orders/{NOBODY}", status=404).json["title"]


def test_every_fault_of_a_request_is_told_at_once(served: Served) -> None:
    answer = served.post("/orders", {"service": "", "places": 0, "colour": "red"}, status=400)

    faults = {fault["where"] for fault in answer.json["faults"]}
    assert {"body", "body/service", "body/places"} <= faults
    assert len(answer.json["faults"]) > len(faults) - 1


def test_an_unknown_query_parameter_is_refused(served: Served) -> None:
    served.get("/orders?colour=red", status=400)


def test_nobody_can_act_as_one_of_the_engine_s_own_jobs(served: Served) -> None:
    body = {"organisation_id": "yun", "level": "city", "name": "云州"}

    served.post("/organisations", body, status=400, by="job:settle")


def test_health_and_figures_for_operators_are_served(served: Served) -> None:
    assert served.app.get("/health").json["status"] == "ok"
    assert "timebank_requests_total" in served.app.get("/metrics").text
