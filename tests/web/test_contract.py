"""The contract is what the code serves: no more, no less."""

import inspect

import pytest

from tests.web.served import CONTRACT
from timebank.domain import account, admission, cases, member, offer, order, registry, transfer, visit
from timebank.domain.command import Channel
from timebank.domain.member import Closing
from timebank.storage import offer_rows
from timebank.stories.acts import all_acts
from timebank.web.reads import answers
from timebank.web.writes import find

SCHEMAS = CONTRACT.document["components"]["schemas"]
NOT_SERVED = {
    "offer_answers.end_offer": "takes a row of the database; offers.decline and offers.lapse are its doors",
    "offer_sending.keep_places": "takes rules and rows; offers.send is its door",
    "visits.remind": "staff are reminded by a job, never by themselves",
}
CLOSED_LISTS = {
    "AccountKind": account.AccountKind,
    "AdmissionState": admission.AdmissionState,
    "AskedBy": cases.AskedBy,
    "AvailabilityState": (offer_rows.OPEN, offer_rows.WITHDRAWN),
    "ClaimKind": visit.ClaimKind,
    "ClosingReason": Closing,
    "HoldState": account.HoldState,
    "LookUpAnswer": registry.Answer,
    "OfferState": offer.OfferState,
    "OrderState": order.OrderState,
    "Origin": order.Origin,
    "OwnerKind": account.OwnerKind,
    "RecordedChannel": Channel,
    "Relation": member.Relation,
    "Role": member.Role,
    "Shape": order.Shape,
    "StepState": admission.StepState,
    "TransferKind": transfer.TransferKind,
    "VisitState": visit.VisitState,
}
WRITES = sorted(operation.id for operation in CONTRACT.operations.values() if operation.use_case)


@pytest.mark.parametrize("operation_id", WRITES)
def test_a_writing_operation_takes_exactly_what_its_use_case_takes(operation_id: str) -> None:
    operation = CONTRACT.operations[operation_id]
    in_path = {name for place, name in operation.parameters if place == "path"} - {"city"}
    in_body = set(operation.body["properties"]) if operation.body else set()
    needed = set(operation.body.get("required", [])) if operation.body else set()

    inputs = list(inspect.signature(find(operation.use_case or "")).parameters.values())[1:]

    assert in_path | in_body == {one.name for one in inputs}
    assert in_path | needed == {one.name for one in inputs if one.default is inspect.Parameter.empty}


def test_every_use_case_is_served_or_is_not_for_a_reason() -> None:
    served = {find(CONTRACT.operations[operation_id].use_case or "") for operation_id in WRITES}
    acts = {name: act.function for name, act in all_acts().items() if not act.is_job}
    answering = {
        name: function
        for name, function in acts.items()
        if inspect.signature(function).return_annotation == "Answer"
    }

    assert {name for name, function in answering.items() if function not in served} == set(NOT_SERVED)


@pytest.mark.parametrize("name", CLOSED_LISTS)
def test_a_closed_list_of_the_contract_is_that_of_the_domain(name: str) -> None:
    assert SCHEMAS[name]["enum"] == [str(one) for one in CLOSED_LISTS[name]]


def test_every_parameter_and_every_member_of_a_body_is_told_in_both_languages() -> None:
    bodies = [operation.body for operation in CONTRACT.operations.values() if operation.body is not None]
    told = [*CONTRACT.document["components"]["parameters"].values()]
    told += [one for body in bodies for one in body["properties"].values()]

    assert len(told) > 150
    assert [one for one in told if " · " not in one.get("description", "")] == []


def test_every_schema_and_parameter_is_used() -> None:
    text = str(CONTRACT.document)
    components = CONTRACT.document["components"]

    assert [f"{kind}/{name}" for kind, named in components.items() for name in named
            if f"#/components/{kind}/{name}'" not in text] == []  # fmt: skip


def test_every_answer_says_exactly_what_is_in_it() -> None:
    open_ones = [
        f"{operation.id} {status}"
        for operation in CONTRACT.operations.values()
        for status, schema in operation.responses.items()
        if schema is not None and status == "200" and not _is_closed(CONTRACT.resolved(schema))
    ]

    assert open_ones == []


def _is_closed(schema) -> bool:
    if schema.get("type") == "array":
        return _is_closed(CONTRACT.resolved(schema["items"]))
    return schema.get("additionalProperties") is False


def test_every_listing_pages_and_every_page_has_its_limit() -> None:
    pages = {name for name in SCHEMAS if name.endswith("Page")}
    paged = [
        operation
        for operation in CONTRACT.operations.values()
        if str(operation.responses.get("200")).rpartition("/")[2].rstrip("'}") in pages
    ]

    assert len(paged) >= len(pages)
    for operation in paged:
        assert CONTRACT.resolved(operation.parameters["query", "limit"][0])["maximum"] == 200
        assert ("query", "cursor") in operation.parameters


def test_every_reading_operation_has_an_answer() -> None:
    reading = {operation.id for operation in CONTRACT.operations.values() if operation.use_case is None}

    assert reading == set(answers())


def test_every_write_asks_for_an_operation_id_and_an_actor() -> None:
    for operation_id in WRITES:
        parameters = CONTRACT.operations[operation_id].parameters
        assert parameters["header", "Idempotency-Key"][1]
        assert parameters["header", "Timebank-Actor"][1]


def test_every_summary_speaks_both_languages() -> None:
    for item in CONTRACT.document["paths"].values():
        for told in item.values():
            assert " · " in told["summary"], told["operationId"]
