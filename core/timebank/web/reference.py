"""The contract arranged for reading: what is common once, then by subject, then the data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from timebank.web.contract import Contract, Operation

TITLES = {
    "rules": ("规则", "Rules"),
    "organisations": ("组织", "Organisations"),
    "members": ("成员", "Members"),
    "admission": ("加入", "Admission"),
    "orders": ("订单", "Orders"),
    "offers": ("意向与派单", "Availability and offers"),
    "visits": ("服务记录", "Visits"),
    "attendances": ("受益人次", "Attendances"),
    "ledger": ("账本", "Ledger"),
    "exchange": ("赠与、捐赠、兑换", "Gifts, donations, redemption"),
    "reports": ("统计", "Figures"),
    "operation": ("运行", "Operation"),
}
ENVELOPE = ("City", "IdempotencyKey", "Actor", "OrganisationOfActor", "Party", "Channel")
PROBLEMS = {"400": "BadRequest", "404": "NotFound", "409": "Conflict", "413": "TooLong", "415": "NotJson",
            "422": "Refused", "503": "Unavailable"}  # fmt: skip
FEW = 4
LIMITS = {"minimum": "≥ {}", "maximum": "≤ {}", "maxLength": "≤ {}", "maxItems": "≤ {}"}


@dataclass(frozen=True)
class Form:
    """What a value looks like, in a few words, perhaps with a link to where it is described."""

    text: str
    target: str = ""
    before: str = ""
    after: str = ""


class Reference:
    """The contract in one language."""

    def __init__(self, contract: Contract, language: str) -> None:
        self._contract = contract
        self._language = language
        self._components = contract.document["components"]

    def about(self) -> list[str]:
        """Return what stands at the head of the contract."""
        whole: str = self._contract.document["info"]["description"]
        paragraphs = whole.strip().split("\n\n")
        half = len(paragraphs) // 2
        return paragraphs[:half] if self._language == "zh" else paragraphs[half:]

    def envelope(self) -> list[dict[str, Any]]:
        """Return the city and the headers of every write."""
        return [self._parameter(self._components["parameters"][name]) for name in ENVELOPE]

    def problems(self) -> list[tuple[str, str]]:
        """Return what each status other than 200 means."""
        told = self._components["responses"]
        return [(status, self.said(told[name]["description"])) for status, name in PROBLEMS.items()]

    def chapters(self) -> list[dict[str, Any]]:
        """Return the chapters, each with its operations."""
        found: dict[str, list[dict[str, Any]]] = {tag: [] for tag in TITLES}
        for operation in self._contract.operations.values():
            told = self._contract.document["paths"][operation.path][operation.method.lower()]
            found[told["tags"][0]].append(self._operation(operation, told))
        at = 0 if self._language == "zh" else 1
        return [
            {"id": tag, "title": TITLES[tag][at], "operations": operations}
            for tag, operations in found.items()
        ]

    def schemas(self) -> list[dict[str, Any]]:
        """Return the data that the operations take and answer: objects with their members, closed lists with theirs."""
        return [
            {
                "name": name,
                "what": self.said(schema.get("description", "")),
                "choices": schema.get("enum", []),
                "fields": self._members(schema),
            }
            for name, schema in sorted(self._components["schemas"].items())
            if "properties" in schema or "enum" in schema
        ]

    def form(self, schema: Mapping[str, Any]) -> Form:
        """Return what a value looks like."""
        name = schema.get("$ref", "").rpartition("/")[2]
        schema = self._contract.resolved(schema)
        kind = schema.get("type", "")
        if "anyOf" in schema:
            inner = self.form(schema["anyOf"][0])
            return Form(inner.text, inner.target, inner.before, f"{inner.after} | null")
        if "enum" in schema and (len(schema["enum"]) <= FEW or not name):
            return Form(" | ".join(schema["enum"]))
        if name and ("enum" in schema or "properties" in schema):
            return Form(name, name)
        if kind == "array":
            inner = self.form(schema["items"])
            return Form(inner.text, inner.target, f"[{inner.before}", f"{inner.after}]")
        if isinstance(schema.get("additionalProperties"), Mapping):
            inner = self.form(schema["additionalProperties"])
            return Form(inner.text, inner.target, f"{{…: {inner.before}", f"{inner.after}}}")
        return Form(" ".join([_kind(schema, kind), *_limits(schema)]).strip())

    def said(self, text: str) -> str:
        """Return the half of ``中文 · English`` in the language."""
        zh, _, en = text.partition(" · ")
        return (en or zh) if self._language == "en" else zh

    def _operation(self, operation: Operation, told: Mapping[str, Any]) -> dict[str, Any]:
        common = [self._components["parameters"][name] for name in ENVELOPE]
        own = [self._contract.resolved(entry) for entry in told.get("parameters", [])]
        answer = operation.responses.get("200")
        return {
            "id": operation.id,
            "method": operation.method,
            "path": operation.path,
            "summary": self.said(told["summary"]),
            "parameters": [self._parameter(entry) for entry in own if entry not in common],
            "body": self._members(operation.body or {}),
            "answer": self.form(answer) if answer is not None else None,
            "statuses": list(operation.responses),
        }

    def _parameter(self, parameter: Mapping[str, Any]) -> dict[str, Any]:
        where = {"path": "地址 · in the path", "query": "查询 · query", "header": "请求头 · header"}[
            parameter["in"]
        ]
        form = self.form(parameter["schema"])
        return {
            "name": parameter["name"],
            "required": parameter.get("required", False),
            "form": Form(form.text, form.target, form.before, f"{form.after} · {self.said(where)}"),
            "what": self.said(parameter.get("description", "")),
        }

    def _members(self, schema: Mapping[str, Any]) -> list[dict[str, Any]]:
        required: Iterable[str] = schema.get("required", ())
        return [
            {
                "name": name,
                "required": name in required,
                "form": self.form(member),
                "what": self.said(
                    member.get("description") or self._contract.resolved(member).get("description", "")
                ),
            }
            for name, member in schema.get("properties", {}).items()
        ]


def _kind(schema: Mapping[str, Any], kind: Any) -> str:
    if isinstance(kind, list):
        return " | ".join(kind)
    return str(schema.get("format") or kind)


def _limits(schema: Mapping[str, Any]) -> list[str]:
    return [sign.format(schema[key]) for key, sign in LIMITS.items() if key in schema]
