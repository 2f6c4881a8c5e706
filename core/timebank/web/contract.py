"""The contract: ``openapi.yaml`` read once, every operation with its validators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import yaml
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from timebank.web.formats import FORMATS, Validator, read_text

NAME = "urn:timebank:contract"
METHODS = ("get", "post", "put", "delete")


@dataclass(frozen=True)
class Operation:
    """One operation of the contract.

    Attributes:
        id: its operationId, also the route's name.
        method: upper case.
        path: with ``{city}`` and other parameters in braces.
        use_case: ``module.function`` of the services room, for a write; None for a read.
        body: the schema of the body, or None.
        parameters: schema of each parameter by (place, name), and whether it is required.
        responses: schema of the body by status; None for a body that is not JSON.
    """

    id: str
    method: str
    path: str
    use_case: str | None
    body: Mapping[str, Any] | None
    parameters: Mapping[tuple[str, str], tuple[Mapping[str, Any], bool]]
    responses: Mapping[str, Mapping[str, Any] | None]


class Contract:
    """The whole contract, with a validator for any schema in it.

    Attributes:
        longest_body: most bytes of a body.
        deepest_body: most levels of a body.
        headers: every header that some operation takes, lower case.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        resource: Resource[Any] = DRAFT202012.create_resource(document)
        self._registry: Registry[Any] = Registry().with_resource(NAME, resource)
        self.operations = {operation.id: operation for operation in self._operations()}
        self.longest_body: int = document["x-limits"]["body_bytes"]
        self.deepest_body: int = document["x-limits"]["depth"]
        self.headers = {
            name.lower()
            for one in self.operations.values()
            for place, name in one.parameters
            if place == "header"
        }
        self._validators: dict[int, Any] = {}

    def validator(self, schema: Mapping[str, Any]) -> Any:
        """Return the validator of a schema of this contract, made once."""
        found = self._validators.get(id(schema))
        if found is None:
            # A relative reference in the schema is one into this document.
            found = Validator(_absolute(schema), registry=self._registry, format_checker=FORMATS)
            self._validators[id(schema)] = found
        return found

    def resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """Follow references until the schema itself."""
        while "$ref" in schema:
            schema = self._at(schema["$ref"])
        return schema

    def methods_of(self, path: str) -> tuple[str, ...]:
        """Return the methods a path of the contract has."""
        return tuple(method.upper() for method in METHODS if method in self.document["paths"].get(path, {}))

    def typed(self, schema: Mapping[str, Any], value: Any) -> Any:
        """Return a validated JSON value as the services take it: days, aware instants, whole numbers as int."""
        schema = self.resolved(schema)
        if isinstance(value, str):
            return read_text(schema.get("format"), value)
        if isinstance(value, float):
            return int(value)  # the contract knows whole numbers only; JSON may write 60 as 60.0
        if isinstance(value, list):
            return [self.typed(schema.get("items", {}), item) for item in value]
        if isinstance(value, dict):
            known, rest = schema.get("properties", {}), schema.get("additionalProperties")
            usual = rest if isinstance(rest, Mapping) else {}
            return {name: self.typed(known.get(name, usual), inner) for name, inner in value.items()}
        return value

    def _at(self, reference: str) -> Mapping[str, Any]:
        node: Any = self.document
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]
        found: Mapping[str, Any] = node
        return found

    def _operations(self) -> Iterator[Operation]:
        for path, item in self.document["paths"].items():
            for method in METHODS:
                if method in item:
                    yield self._operation(path, method, item[method], item.get("parameters", []))

    def _operation(self, path: str, method: str, told: Mapping[str, Any], shared: Any) -> Operation:
        parameters = {}
        for entry in (*shared, *told.get("parameters", [])):
            parameter = self.resolved(entry)
            where = (parameter["in"], parameter["name"])
            parameters[where] = (self.resolved(parameter["schema"]), parameter.get("required", False))
        body = told.get("requestBody")
        return Operation(
            id=told["operationId"],
            method=method.upper(),
            path=path,
            use_case=told.get("x-use-case"),
            body=_json_schema(self.resolved(body)) if body else None,
            parameters=parameters,
            responses={
                status: _json_schema(self.resolved(answer)) for status, answer in told["responses"].items()
            },
        )


def _json_schema(told: Mapping[str, Any]) -> Mapping[str, Any] | None:
    for kind, media in told.get("content", {}).items():
        if kind.endswith("json"):
            schema: Mapping[str, Any] = media["schema"]
            return schema
    return None


def _absolute(schema: Any) -> Any:
    if isinstance(schema, Mapping):
        return {
            key: NAME + inner if key == "$ref" and inner.startswith("#") else _absolute(inner)
            for key, inner in schema.items()
        }
    return [_absolute(inner) for inner in schema] if isinstance(schema, list) else schema


def read_contract() -> Contract:
    """Return the contract shipped in this package."""
    text = files("timebank.web").joinpath("openapi.yaml").read_text("utf-8")
    return Contract(yaml.safe_load(text))
