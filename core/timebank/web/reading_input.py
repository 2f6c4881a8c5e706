"""What came in: body, query, path and headers, checked against the contract, every fault at once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from pyramid.request import Request

from timebank.domain.words import Words
from timebank.web.contract import Contract, Operation, typed

LONGEST_BODY = 256 * 1024


class BadRequest(Exception):
    """The request breaks the contract: where and why, all of it.

    Attributes:
        status: 400, 413 or 415.
        faults: (where, what is wrong).
    """

    def __init__(self, words: Words, faults: list[tuple[str, str]] | None = None, status: int = 400) -> None:
        super().__init__(words.en)
        self.words = words
        self.faults = faults or []
        self.status = status


def read_parameters(contract: Contract, operation: Operation, request: Request) -> dict[tuple[str, str], Any]:
    """Return path, query and header parameters, typed; raise with every fault."""
    faults: list[tuple[str, str]] = []
    values: dict[tuple[str, str], Any] = {}
    for (place, name), (schema, required) in operation.parameters.items():
        raw = _raw(request, place, name)
        where = f"{place}:{name}"
        if raw is None:
            if required:
                faults.append((where, "missing"))
            continue
        value = _from_text(contract.resolved(schema), raw)
        wrong = list(_faults(contract.validator(schema), value, where))
        faults.extend(wrong)
        if not wrong:
            values[place, name] = typed(contract.resolved(schema), value)
    unknown = set(request.GET) - {name for place, name in operation.parameters if place == "query"}
    faults.extend((f"query:{name}", "unknown parameter") for name in sorted(unknown))
    _stop(faults)
    return values


def read_body(contract: Contract, operation: Operation, request: Request) -> dict[str, Any]:
    """Return the body's members, typed; raise with every fault."""
    if operation.body is None:
        return {}
    body = _json(request)
    _stop(list(_faults(contract.validator(operation.body), body, "body")))
    properties = contract.resolved(operation.body).get("properties", {})
    return {name: typed(contract.resolved(properties.get(name, {})), value) for name, value in body.items()}


def _raw(request: Request, place: str, name: str) -> str | None:
    if place == "path":
        return str(request.matchdict[name])
    found = request.GET.get(name) if place == "query" else request.headers.get(name)
    return None if found is None else str(found)


def _from_text(schema: Mapping[str, Any], raw: str) -> Any:
    if schema.get("type") == "integer" and raw.lstrip("-").isdecimal() and raw.isascii():
        return int(raw)
    if schema.get("type") == "boolean" and raw in {"true", "false"}:
        return raw == "true"
    return raw


def _json(request: Request) -> Any:
    if request.content_type != "application/json":
        zh = "请求体须为 application/json。"
        raise BadRequest(Words(zh, "The body must be application/json."), status=415)
    if (request.content_length or 0) > LONGEST_BODY:
        zh = f"请求体超过 {LONGEST_BODY} 字节。"
        raise BadRequest(Words(zh, f"The body is longer than {LONGEST_BODY} bytes."), status=413)
    try:
        return json.loads(request.body.decode("utf-8"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise BadRequest(Words("请求体不是 UTF-8。", "The body is not UTF-8.")) from error
    except (ValueError, RecursionError) as error:
        words = Words(f"请求体不是 JSON：{error}", f"The body is not JSON: {error}")
        raise BadRequest(words) from error


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _faults(validator: Draft202012Validator, value: Any, where: str) -> Iterator[tuple[str, str]]:
    for error in validator.iter_errors(value):
        path = "".join(f"/{step}" for step in error.absolute_path)
        yield f"{where}{path}", error.message[:300]


def _stop(faults: list[tuple[str, str]]) -> None:
    if faults:
        raise BadRequest(Words("请求不符合接口契约。", "The request breaks the contract."), faults)
