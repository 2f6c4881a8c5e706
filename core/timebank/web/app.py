"""The WSGI application: every route comes from the contract."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyramid.config import Configurator
from pyramid.request import Request
from pyramid.response import Response
from pyramid.tweens import EXCVIEW

from timebank.domain.refusal import TimeBankError
from timebank.domain.words import Words
from timebank.services.desk import Bank
from timebank.web import pages, reads, writes
from timebank.web.contract import Contract, Operation, read_contract
from timebank.web.metrics import Metrics
from timebank.web.problems import problem, problem_of
from timebank.web.reading_input import BadRequest

View = Callable[[Any, Request], Response]


def make_app(bank: Bank, *, contract: Contract | None = None) -> Any:
    """Return the application.

    Args:
        bank: the bank it serves.
        contract: another contract than the shipped one, for tests.
    """
    contract = contract or read_contract()
    config = Configurator()
    config.registry.bank = bank
    config.registry.contract = contract
    config.registry.metrics = Metrics()
    config.add_tween("timebank.web.tweens.guard", over=EXCVIEW)
    config.add_tween("timebank.web.tweens.measure", over="timebank.web.tweens.guard")
    for operation in contract.operations.values():
        config.add_route(operation.id, operation.path, request_method=operation.method)
        config.add_view(_view(contract, operation), route_name=operation.id)
    pages.add_routes(config)
    config.add_exception_view(_said_no, context=TimeBankError)
    config.add_exception_view(_bad_request, context=BadRequest)
    config.add_notfound_view(_not_found)
    return config.make_wsgi_app()


def _view(contract: Contract, operation: Operation) -> View:
    if operation.use_case is not None:
        return writes.view_of(contract, operation)
    return reads.view_of(contract, operation)


def _said_no(error: TimeBankError, request: Request) -> Response:
    return problem_of(request, error)


def _bad_request(error: BadRequest, request: Request) -> Response:
    faults = [{"where": where, "what": what} for where, what in error.faults]
    return problem(request, error.status, "bad_request", error.words, details={"faults": faults})


def _not_found(request: Request) -> Response:
    """Answer 405 where the path exists with another method, else 404."""
    for operation in request.registry.contract.operations.values():
        if _matches(operation.path, request.path_info):
            allowed = request.registry.contract.methods_of(operation.path)
            words = Words(
                f"这个地址不支持 {request.method}。可用：{'、'.join(allowed)}。",
                f"{request.method} is not possible here: {', '.join(allowed)}.",
            )
            response = problem(request, 405, "method_not_allowed", words)
            response.headers["Allow"] = ", ".join(allowed)
            return response
    words = Words("没有这个地址。接口说明见 /docs。", "There is no such address. The reference is at /docs.")
    return problem(request, 404, "not_found", words)


def _matches(pattern: str, path: str) -> bool:
    wanted, given = pattern.strip("/").split("/"), path.strip("/").split("/")
    return len(wanted) == len(given) and all(
        want.startswith("{") or want == give for want, give in zip(wanted, given, strict=True)
    )
