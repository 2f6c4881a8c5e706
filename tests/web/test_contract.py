"""The contract is what the code serves: no more, no less."""

import inspect

import pytest

from tests.web.served import CONTRACT
from timebank.web.reads import answers
from timebank.web.writes import find

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
