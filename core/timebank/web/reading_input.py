"""What came in: path, query, headers and body, checked against the contract, every fault at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from pyramid.request import Request

from timebank.domain.refusal import BadInput
from timebank.domain.words import Words
from timebank.web.bad_request import BadRequest, Fault
from timebank.web.contract import Contract, Operation
from timebank.web.fault_words import MISSING, TWICE, UNKNOWN, words_of
from timebank.web.json_body import read_json

OURS = "timebank-"


def read_parameters(contract: Contract, operation: Operation, request: Request) -> dict[tuple[str, str], Any]:
    """Return path, query and header parameters, typed; raise with every fault."""
    faults = list(_strangers(contract, operation, request))
    values: dict[tuple[str, str], Any] = {}
    for (place, name), (schema, required) in operation.parameters.items():
        given = _given(request, place, name)
        where = f"{place}:{name}"
        if len(given) > 1:
            faults.append((where, TWICE))
        elif given:
            value = _from_text(contract.resolved(schema), given[0])
            wrong = list(_faults(contract, schema, value, where))
            faults.extend(wrong)
            if not wrong:
                values[place, name] = contract.typed(schema, value)
        elif required:
            faults.append((where, MISSING))
    _stop(faults)
    return values


def read_body(contract: Contract, operation: Operation, request: Request) -> dict[str, Any]:
    """Return the body's members, typed; raise with every fault."""
    body = read_json(contract, request)
    if operation.body is None:
        if body not in (None, {}):
            raise BadRequest(Words("这个操作没有请求体。", "This operation takes no body."))
        return {}
    if body is None:
        raise BadRequest(Words("没有请求体。", "There is no body."))
    _stop(list(_faults(contract, operation.body, body, "body")))
    typed: dict[str, Any] = contract.typed(operation.body, body)
    return typed


def organisation_named(text: str) -> str:
    """Return the organisation that a header names, its percent-encoding undone.

    Raises:
        BadInput: it is no text in UTF-8, or one that no organisation can have.
    """
    try:
        code = unquote(text, errors="strict")
    except UnicodeDecodeError:
        code = ""
    if not code or any(character < " " or character == "\x7f" for character in code):
        zh = "Timebank-Organisation 须为组织编号，ASCII 以外的字符按 UTF-8 百分号编码。"
        en = "Timebank-Organisation is an organisation's code, percent-encoded as UTF-8 outside ASCII."
        raise BadInput(Words(zh, en))
    return code


def _strangers(contract: Contract, operation: Operation, request: Request) -> Iterator[Fault]:
    """Yield parameters that no operation, or not this one, takes: a slip of the pen must not pass for nothing."""
    for name in sorted(set(request.GET) - {name for place, name in operation.parameters if place == "query"}):
        yield f"query:{name}", UNKNOWN
    for name in request.headers:
        if name.lower().startswith(OURS) and name.lower() not in contract.headers:
            yield f"header:{name}", UNKNOWN


def _given(request: Request, place: str, name: str) -> list[str]:
    if place == "path":
        return [request.matchdict[name]]
    if place == "query":
        return list(request.GET.getall(name))
    found = request.headers.get(name)
    return [] if found is None else [found]


def _from_text(schema: Mapping[str, Any], raw: str) -> Any:
    kind = schema.get("type")
    if kind == "integer" and raw.isascii() and raw.removeprefix("-").isdecimal() and len(raw) < 20:  # noqa: PLR2004
        return int(raw)
    if kind == "boolean" and raw in {"true", "false"}:
        return raw == "true"
    return raw


def _faults(contract: Contract, schema: Mapping[str, Any], value: Any, where: str) -> Iterator[Fault]:
    """Yield what is wrong, each once: of several missing members the first sentence names all."""
    told = set()
    for error in contract.validator(schema).iter_errors(value):
        fault = where + "".join(f"/{step}" for step in error.absolute_path), words_of(error)
        if fault not in told:
            told.add(fault)
            yield fault


def _stop(faults: list[Fault]) -> None:
    if faults:
        raise BadRequest(Words("请求不符合接口契约。", "The request breaks the contract."), faults)
