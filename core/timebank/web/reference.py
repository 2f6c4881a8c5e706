"""The contract arranged for reading: by subject, each operation with what it takes and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
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


def chapters(contract: Contract, language: str) -> list[dict[str, Any]]:
    """Return the chapters of the reference, each with its operations."""
    found: dict[str, list[dict[str, Any]]] = {tag: [] for tag in TITLES}
    for operation in contract.operations.values():
        told = contract.document["paths"][operation.path][operation.method.lower()]
        found[told["tags"][0]].append(_operation(contract, operation, told, language))
    at = 0 if language == "zh" else 1
    return [
        {"id": tag, "title": TITLES[tag][at], "operations": operations} for tag, operations in found.items()
    ]


def _operation(
    contract: Contract, operation: Operation, told: Mapping[str, Any], language: str
) -> dict[str, Any]:
    return {
        "id": operation.id,
        "method": operation.method,
        "path": operation.path,
        "summary": one_language(told["summary"], language),
        "parameters": [
            _parameter(contract.resolved(entry), contract, language) for entry in told.get("parameters", [])
        ],
        "body": _members(contract, operation.body),
        "responses": [
            (status, one_language(contract.resolved(answer)["description"], language))
            for status, answer in told["responses"].items()
        ],
    }


def _parameter(parameter: Mapping[str, Any], contract: Contract, language: str) -> dict[str, Any]:
    return {
        "name": parameter["name"],
        "where": parameter["in"],
        "required": parameter.get("required", False),
        "form": form_of(contract, parameter["schema"]),
        "what": one_language(parameter.get("description", ""), language),
    }


def _members(contract: Contract, schema: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    if schema is None:
        return []
    required = schema.get("required", [])
    return [
        {"name": name, "required": name in required, "form": form_of(contract, member)}
        for name, member in schema.get("properties", {}).items()
    ]


def form_of(contract: Contract, schema: Mapping[str, Any]) -> str:
    """Return what a value looks like, in a few words."""
    schema = contract.resolved(schema)
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    kind = schema.get("format") or schema.get("type", "")
    kind = "/".join(kind) if isinstance(kind, list) else kind
    if kind == "array":
        return f"[{form_of(contract, schema['items'])}]"
    if kind == "object" and "properties" in schema:
        return "{" + ", ".join(schema["properties"]) + "}"
    return str(kind)


def one_language(text: str, language: str) -> str:
    """Return the half of ``中文 · English`` in a language."""
    zh, _, en = text.partition(" · ")
    return (en or zh) if language == "en" else zh
