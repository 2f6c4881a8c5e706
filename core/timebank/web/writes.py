"""Writing: one operation, one use case, once for ever under its ``Idempotency-Key``."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from typing import Any

from pyramid.request import Request
from pyramid.response import Response

from timebank.domain.command import Actor, Channel, Command
from timebank.services.desk import UseCase
from timebank.web.contract import Contract, Operation
from timebank.web.reading_input import organisation_named, read_body, read_parameters


def view_of(contract: Contract, operation: Operation) -> Callable[[Any, Request], Response]:
    """Return the view of a writing operation."""
    use_case = find(operation.use_case or "")

    def view(_context: Any, request: Request) -> Response:
        parameters = read_parameters(contract, operation, request)
        body = read_body(contract, operation, request)
        in_path = {name: value for (place, name), value in parameters.items() if place == "path"}
        command = envelope(in_path.pop("city"), parameters)
        return json_response(request.registry.bank.carry_out(use_case, command, **in_path, **body))

    return view


def find(name: str) -> UseCase:
    """Return the use case that the contract names."""
    module, _, function = name.partition(".")
    found: UseCase = getattr(import_module(f"timebank.services.{module}"), function)
    return found


def envelope(city: str, parameters: dict[tuple[str, str], Any]) -> Command:
    """Return who does what for whom, as the headers say.

    The actor is taken at its word until access control lands; it is recorded with everything it does.
    """
    headers = {name: value for (place, name), value in parameters.items() if place == "header"}
    at = headers.get("Timebank-Organisation")
    actor = Actor(headers["Timebank-Actor"], None if at is None else organisation_named(at))
    channel = Channel(headers.get("Timebank-Channel", Channel.APP.value))
    return Command(city, headers["Idempotency-Key"], actor, channel, headers.get("Timebank-Party"))


def json_response(body: Any, status: int = 200) -> Response:
    """Return a JSON answer; it is about people, so nobody on the way keeps it."""
    text = json.dumps(body, ensure_ascii=False)
    response = Response(text, status=status, content_type="application/json", charset="utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response
