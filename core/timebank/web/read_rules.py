"""Reading cities, rules and the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from pyramid.response import Response

from timebank.domain.refusal import missing
from timebank.domain.words import Words
from timebank.rules import RulesInForce
from timebank.services.desk import local_day
from timebank.web.reads import Asked
from timebank.web.writes import json_response


def cities(asked: Asked) -> list[dict[str, Any]]:
    """Return the running cities."""
    found = []
    for code, city in asked.bank.cities.items():
        rules = city.rules_on(local_day(city, asked.bank.clock()))
        found.append(
            {
                "code": code,
                "brand": both(rules.words("brand.name")),
                "timezone": str(rules.timezone),
                "effective_from": rules.effective_from.isoformat(),
                "file": rules.file,
            }
        )
    return found


def rules_in_force(asked: Asked) -> Response:
    """Return the whole rule file of a day, with an ETag that is its digest."""
    rules = asked.rules
    tag = f'"{rules.digest}"'
    if asked.request.headers.get("If-None-Match") == tag:
        response = Response(status=304)
    else:
        response = json_response(
            {
                "city": rules.city,
                "file": rules.file,
                "effective_from": rules.effective_from.isoformat(),
                "digest": rules.digest,
                "rules": plain(rules.rule_set.tree),
            }
        )
    response.headers["ETag"] = tag
    return response


def basis(asked: Asked) -> dict[str, Any]:
    """Return one rule with its article or assumption."""
    rules, path = asked.rules, asked.query["path"]
    if not rules.has(path):
        raise missing(Words("规则", "rule"), path)
    node: Any = rules.rule_set.tree
    for step in path.split("."):
        node = node[int(step)] if isinstance(node, tuple) else node[step]
    return {"path": path, "value": plain(node), "basis": basis_of(rules, path)}


def services(asked: Asked) -> list[dict[str, Any]]:
    """Return the catalogue of a day."""
    rules = asked.rules
    return [_service(rules, name) for name in rules.names("services")]


def _service(rules: RulesInForce, name: str) -> dict[str, Any]:
    block = rules.block(f"services.{name}")
    return {
        "id": name,
        "label": both(rules.words(f"services.{name}.label")),
        "category": block.get("category"),
        "shapes": list(block["shapes"]),
        "qualification": block.get("qualification"),
        "basis": basis_of(rules, f"services.{name}"),
    }


def basis_of(rules: RulesInForce, path: str) -> dict[str, str]:
    """Return the basis of a rule as the contract has it."""
    found = rules.basis(path)
    return {"kind": found.kind, "zh": found.words.zh, "en": found.words.en}


def both(words: Words) -> dict[str, str]:
    """Return a label in both languages."""
    return {"zh": words.zh, "en": words.en}


def plain(value: Any) -> Any:
    """Return frozen rule data as JSON data; exact decimals stay texts."""
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [plain(inner) for inner in value]
    return str(value) if isinstance(value, Decimal) else value


ANSWERS: dict[str, Callable[[Asked], Any]] = {
    "cities_list": cities,
    "rules_in_force": rules_in_force,
    "rules_basis": basis,
    "services_list": services,
}
