"""The bank over HTTP for tests: every answer is held against the contract."""

import uuid
from typing import Any

from webtest import TestApp, TestResponse

from timebank.services.desk import Bank
from timebank.web.app import make_app
from timebank.web.contract import Contract, read_contract

CONTRACT = read_contract()
CITY = "yunzhou"


class Served:
    """A client of the application that also checks each answer against the contract.

    Attributes:
        app: WebTest's client.
    """

    def __init__(self, bank: Bank) -> None:
        self.app = TestApp(make_app(bank, contract=CONTRACT))

    def get(self, path: str, status: int = 200, **headers: str) -> TestResponse:
        """Read something of the city."""
        answer = self.app.get(f"/v1/{CITY}{path}", headers=named(headers), status=status)
        return checked("GET", f"/v1/{CITY}{path}", answer)

    def post(
        self,
        path: str,
        body: dict[str, Any] | None = None,
        status: int = 200,
        by: str = "staff:li",
        at: str | None = None,
        key: str | None = None,
        **headers: str,
    ) -> TestResponse:
        """Write something in the city, as an actor, under an operation id."""
        sent = named(headers) | {"Idempotency-Key": key or uuid.uuid4().hex, "Timebank-Actor": by}
        if at is not None:
            sent["Timebank-Organisation"] = at
        answer = self.app.post_json(f"/v1/{CITY}{path}", body or {}, headers=sent, status=status)
        return checked("POST", f"/v1/{CITY}{path}", answer)


def named(headers: dict[str, str]) -> dict[str, str]:
    """Return headers given as arguments: `accept_language` is Accept-Language."""
    return {name.replace("_", "-").title(): value for name, value in headers.items()}


def checked(method: str, path: str, answer: TestResponse) -> TestResponse:
    """Fail unless the answer is one that the contract names, in the form it names."""
    operation = operation_at(CONTRACT, method, path.partition("?")[0])
    assert str(answer.status_int) in operation.responses, (
        f"{operation.id}: {answer.status} is not in the contract"
    )
    schema = operation.responses[str(answer.status_int)]
    if schema is not None:
        faults = [error.message for error in CONTRACT.validator(schema).iter_errors(answer.json)]
        assert not faults, f"{operation.id}: {faults}"
    return answer


def operation_at(contract: Contract, method: str, path: str) -> Any:
    """Return the operation that serves a method and a path."""
    steps = path.strip("/").split("/")

    def fits(pattern: str) -> bool:
        wanted = pattern.strip("/").split("/")
        pairs = zip(wanted, steps, strict=False)
        return len(wanted) == len(steps) and all(w.startswith("{") or w == s for w, s in pairs)

    found = [one for one in contract.operations.values() if one.method == method and fits(one.path)]
    exact = [one for one in found if one.path.count("{") == min(other.path.count("{") for other in found)]
    return exact[0]
