"""Reading figures, and whether the bank is well."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyramid.response import Response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from timebank.rules import RulesInForce
from timebank.services.stats import Branch, stats
from timebank.web.reads import Asked, Reading
from timebank.web.writes import json_response

LEVELS = 1


def figures(asked: Asked) -> dict[str, Any]:
    """Return the figures of a city or of one organisation, and of so many levels below."""
    query = asked.query
    rules = asked.city.rules_on(query.get("until") or asked.today)
    branch = stats(
        asked.bank, asked.city.code, query.get("organisation_id"), query.get("from"), query.get("until")
    )
    return _branch(branch, rules, query.get("depth", LEVELS))


def _branch(branch: Branch, rules: RulesInForce, depth: int) -> dict[str, Any]:
    below = branch.below if depth > 0 else ()
    return {
        "id": branch.id,
        "name": branch.name,
        "level": branch.level,
        **branch.total.plain(rules),
        "below": [_branch(child, rules, depth - 1) for child in below],
        "more": len(branch.below) - len(below),
    }


def health(asked: Asked) -> Response:
    """Say whether the database answers."""
    try:
        with asked.bank.reading() as connection:
            connection.execute(text("SELECT 1"))
        well = True
    except SQLAlchemyError:
        well = False
    body = {"status": "ok" if well else "unavailable", "database": well, "cities": list(asked.bank.cities)}
    response = json_response(body, 200 if well else 503)
    if not well:
        response.retry_after = 5
    return response


def metrics(asked: Asked) -> Response:
    """Return figures for operators."""
    response = Response(asked.request.registry.metrics.text(), content_type="text/plain", charset="utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response


ANSWERS: Mapping[str, Reading] = {"stats_show": figures, "health": health, "metrics": metrics}
