"""Reading cities, rules and the catalogue; what comes from one rule file alone carries its digest as ETag."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pyramid.response import Response

from timebank.domain.refusal import missing
from timebank.domain.words import Words
from timebank.rules import RuleMissing, RulesInForce
from timebank.services.desk import local_day
from timebank.web.paging import bad_cursor, paged
from timebank.web.reads import Asked, Reading, both
from timebank.web.writes import json_response

_TAG = re.compile(r'(?:W/)?"([^"]*)"')


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
    """Return the whole rule file of a day."""
    rules = asked.rules
    body = {
        "city": rules.city,
        "file": rules.file,
        "effective_from": rules.effective_from.isoformat(),
        "digest": rules.digest,
        "rules": data(rules.rule_set.tree),
    }
    return tagged(asked, rules, body)


def versions(asked: Asked) -> dict[str, Any]:
    """Return a page of the rule files of a city, oldest first."""
    files = asked.city.book.versions
    begin = 0
    if (cursor := asked.query.get("cursor")) is not None:
        names = [one.file for one in files]
        if cursor not in names:
            raise bad_cursor(cursor)
        begin = names.index(cursor) + 1
    return paged(files[begin:], asked.many, _version, key="file")


def _version(rule_set: Any) -> dict[str, Any]:
    rules = rule_set.reading(rule_set.effective_from)
    return {
        "file": rules.file,
        "effective_from": rules.effective_from.isoformat(),
        "digest": rules.digest,
        "title": both(rules.words("title")),
    }


def basis(asked: Asked) -> Response:
    """Return one rule with its article or assumption."""
    rules, path = asked.rules, asked.query["path"]
    if not rules.has(path):
        raise missing(Words("规则", "rule"), path)
    node: Any = rules.rule_set.tree
    for step in path.split("."):
        node = node[int(step)] if isinstance(node, tuple) else node[step]
    return tagged(asked, rules, {"path": path, "value": data(node), "basis": basis_of(rules, path)})


def services(asked: Asked) -> Response:
    """Return the catalogue of a day."""
    rules = asked.rules
    return tagged(asked, rules, [_service(rules, name) for name in rules.names("services")])


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


def basis_of(rules: RulesInForce, path: str) -> dict[str, str] | None:
    """Return the basis of a rule as the contract has it; None where it decides nothing and so rests on nothing."""
    try:
        found = rules.basis(path)
    except RuleMissing:
        return None
    return {"kind": found.kind, "zh": found.words.zh, "en": found.words.en}


def tagged(asked: Asked, rules: RulesInForce, body: Any) -> Response:
    """Return an answer that the rule file alone decides, or 304 where the caller has it already."""
    known = asked.request.headers.get("If-None-Match", "").strip()
    held = known == "*" or rules.digest in _TAG.findall(known)
    response = Response(status=304) if held else json_response(body)
    response.headers["ETag"] = f'"{rules.digest}"'
    response.headers["Cache-Control"] = "no-cache"
    return response


def data(value: Any) -> Any:
    """Return frozen rule data as JSON data; exact decimals stay texts."""
    if isinstance(value, Mapping):
        return {key: data(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [data(inner) for inner in value]
    return str(value) if isinstance(value, Decimal) else value


ANSWERS: Mapping[str, Reading] = {
    "cities_list": cities,
    "rules_in_force": rules_in_force,
    "rules_versions": versions,
    "rules_basis": basis,
    "services_list": services,
}
