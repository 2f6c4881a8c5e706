"""Reading organisations, members and how their admissions stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from timebank.domain.member import MemberFacts, Role, in_force
from timebank.domain.organisation import Organisation
from timebank.domain.refusal import missing
from timebank.domain.words import Words
from timebank.services.facts import member_facts
from timebank.storage import admission_rows, listing_rows
from timebank.storage.organisation_rows import tree_on
from timebank.web.reads import Asked

MEMBER = Words("成员", "member")


def organisations(asked: Asked) -> dict[str, Any]:
    """Return a page of the management tree of a day, in order of id."""
    with asked.bank.reading() as connection:
        tree = tree_on(connection, asked.city.code, asked.day)
    after = asked.query.get("cursor", "")
    later = sorted(node_id for node_id in tree.nodes if node_id > after)
    return paged([tree.nodes[node_id] for node_id in later[: asked.many + 1]], asked.many, _organisation)


def _organisation(node: Organisation) -> dict[str, Any]:
    return {"id": node.id, "level": node.level, "name": node.name, "parent_id": node.parent_id}


def members(asked: Asked) -> dict[str, Any]:
    """Return a page of members, or the one with a reference."""
    query = asked.query
    with asked.bank.reading() as connection:
        rows = listing_rows.members_page(
            connection,
            asked.city.code,
            query.get("reference"),
            cursor_id(query.get("cursor")),
            asked.many + 1,
        )
    return paged(rows, asked.many, _member)


def _member(row: Any) -> dict[str, Any]:
    return {"id": row.id, "reference": row.reference, "name": row.name, "home_id": row.home_id}


def member(asked: Asked) -> dict[str, Any]:
    """Return what rules may know about one member today."""
    facts = _facts(asked)
    day = asked.day
    standing = [t for t in facts.traits if in_force(t.valid_from, t.valid_until, day)]
    return {
        "id": facts.id,
        "reference": facts.reference,
        "name": facts.name,
        "home_id": facts.home_id,
        "roles": sorted(facts.roles),
        "traits": sorted({trait.trait for trait in standing}),
        "kin": [_tie(tie) for tie in facts.kin],
        "qualifications": [
            {"kind": one.kind, "valid_until": _text(one.valid_until)} for one in facts.qualifications
        ],
        "memberships": [
            {"organisation_id": one.organisation_id, "level": one.level} for one in facts.memberships
        ],
        "balances": [
            {"account": kind, "unit": unit, "available": minutes}
            for (kind, unit), minutes in sorted(facts.balances.items())
        ],
        "served_minutes": facts.served_minutes,
    }


def _facts(asked: Asked) -> MemberFacts:
    member_id = asked.path["member_id"]
    with asked.bank.reading() as connection:
        known = member_facts(connection, asked.city.code, [member_id], asked.day)
    if member_id not in known:
        raise missing(MEMBER, member_id)
    return known[member_id]


def _tie(tie: Any) -> dict[str, Any]:
    return {
        "relation": tie.relation,
        "member_id": tie.member_id,
        "proof": tie.proof,
        "verified_by": tie.verified_by,
        "valid_from": tie.valid_from.isoformat(),
    }


def admissions(asked: Asked) -> list[dict[str, Any]]:
    """Return how a member's admissions stand, step by step."""
    member_id, city = _facts(asked).id, asked.city.code
    found = []
    with asked.bank.reading() as connection:
        for role in Role:
            row = admission_rows.find(connection, city, member_id, role)
            if row is not None:
                found.append(_admission(row, admission_rows.steps(connection, city, row.id)))
    return found


def _admission(row: Any, steps: Sequence[Any]) -> dict[str, Any]:
    return {
        "role": row.role,
        "state": row.state,
        "applied_on": row.applied_on.isoformat(),
        "admitted_on": _text(row.admitted_on),
        "imported": row.imported,
        "steps": [
            {
                "step": step.step,
                "state": step.state,
                "answered_on": _text(step.answered_on),
                "valid_until": _text(step.valid_until),
            }
            for step in steps
        ],
    }


def _text(value: Any) -> str | None:
    return None if value is None else str(value.isoformat())


def paged(found: Sequence[Any], many: int, shown: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    """Return a page of at most ``many`` of the things found, and where the next page begins."""
    items = [shown(one) for one in found[:many]]
    more = len(found) > many
    return {"items": items, "next": items[-1]["id"] if more else None}


def cursor_id(cursor: str | None) -> str | None:
    """Return the id a cursor names; one that is none begins nowhere."""
    if cursor is None:
        return None
    try:
        return str(UUID(cursor))
    except ValueError:
        raise missing(Words("游标", "cursor"), cursor) from None


ANSWERS: dict[str, Callable[[Asked], Any]] = {
    "organisations_list": organisations,
    "members_list": members,
    "members_show": member,
    "admissions_list": admissions,
}
