"""Reading statements, transfers, figures, and whether the bank is well."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyramid.response import Response
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from timebank.domain.refusal import missing
from timebank.domain.words import Words
from timebank.services.explain import explain_transfer
from timebank.services.statement import statement
from timebank.services.stats import stats
from timebank.storage import transfer_rows
from timebank.web.read_people import member
from timebank.web.read_rules import both
from timebank.web.reads import Asked
from timebank.web.writes import json_response

TRANSFER = Words("转账", "transfer")


def member_statement(asked: Asked) -> dict[str, Any]:
    """Return a page of a member's statement."""
    reference = member(asked)["reference"]
    said = statement(asked.bank, asked.city.code, reference, _after(asked), asked.many)
    return {
        "reference": said.reference,
        "name": said.name,
        "balances": [
            {
                "account": account.key.kind,
                "unit": account.key.unit,
                "posted": account.posted,
                "held": account.held,
                "words": both(words),
            }
            for account, words in said.balances
        ],
        "lines": [
            {
                "transfer_id": line.transfer_id,
                "kind": line.kind,
                "day": line.day.isoformat(),
                "account": line.account,
                "unit": line.unit,
                "minutes": line.minutes,
                "balance": line.balance,
            }
            for line in said.lines
        ],
        "held": [
            {"order_id": order_id, "minutes": minutes, "day": day.isoformat()}
            for order_id, minutes, day in said.held
        ],
        "next": f"{said.more[0]}:{said.more[1]}" if said.more else None,
    }


def _after(asked: Asked) -> tuple[str, int]:
    cursor = asked.query.get("cursor")
    if cursor is None:
        return "", 0
    transfer_id, _, line = cursor.partition(":")
    if len(transfer_id) != 36 or not (line.isdecimal() and line.isascii() and len(line) < 6):  # noqa: PLR2004
        raise missing(Words("游标", "cursor"), cursor)
    return transfer_id, int(line)


def transfer(asked: Asked) -> dict[str, Any]:
    """Return a transfer, its postings, and why it was made."""
    city, transfer_id = asked.city.code, asked.path["transfer_id"]
    with asked.bank.reading() as connection:
        row = transfer_rows.transfer(connection, city, transfer_id)
        if row is None:
            raise missing(TRANSFER, transfer_id)
        lines = transfer_rows.lines(connection, city, [transfer_id])
    why = explain_transfer(asked.bank, city, transfer_id)
    return {
        "id": row.id,
        "kind": row.kind,
        "cause_kind": row.cause_kind,
        "cause_id": row.cause_id,
        "day": row.day.isoformat(),
        "recorded_at": row.recorded_at.isoformat(),
        "actor_id": row.actor_id,
        "reverses": row.reverses,
        "organisation_id": row.organisation_id,
        "lines": [_line(line) for line in lines],
        "why": [both(words) for words in why.lines],
        "decision": row.decision,
    }


def _line(line: Any) -> dict[str, Any]:
    sides = {
        side: {
            "owner_kind": getattr(line, f"{side}_owner_kind"),
            "owner": getattr(line, f"{side}_owner"),
            "kind": getattr(line, f"{side}_kind"),
        }
        for side in ("debit", "credit")
    }
    return {**sides, "unit": line.unit, "minutes": line.minutes}


def figures(asked: Asked) -> dict[str, Any]:
    """Return the figures of a city or of one organisation, level by level."""
    query = asked.query
    branch = stats(
        asked.bank, asked.city.code, query.get("organisation_id"), query.get("from"), query.get("until")
    )
    return branch.plain(asked.rules)


def health(asked: Asked) -> Response:
    """Say whether the database answers."""
    try:
        with asked.bank.reading() as connection:
            connection.execute(text("SELECT 1"))
        well = True
    except DBAPIError:
        well = False
    body = {"status": "ok" if well else "unavailable", "database": well, "cities": list(asked.bank.cities)}
    return json_response(body, 200 if well else 503)


def metrics(asked: Asked) -> Response:
    """Return figures for operators."""
    return Response(asked.request.registry.metrics.text(), content_type="text/plain", charset="utf-8")


ANSWERS: dict[str, Callable[[Asked], Any]] = {
    "members_statement": member_statement,
    "transfers_show": transfer,
    "stats_show": figures,
    "health": health,
    "metrics": metrics,
}
