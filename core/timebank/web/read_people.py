"""Reading members and how their admissions stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from timebank.domain.days import in_force
from timebank.domain.member import MemberFacts, Role
from timebank.services.facts import facts_of
from timebank.storage import admission_rows, listing_rows
from timebank.web.paging import paged
from timebank.web.reads import Asked, Reading, plain, shown


def members(asked: Asked) -> dict[str, Any]:
    """Return a page of members, in order of id."""
    wanted = listing_rows.MembersWanted(
        asked.query.get("reference"), asked.query.get("organisation_id"), asked.today
    )
    with asked.bank.reading() as connection:
        rows = listing_rows.members_page(connection, asked.city.code, wanted, asked.after, asked.many + 1)
    return paged(rows, asked.many, lambda row: shown(row, "id reference name home_id"))


def member(asked: Asked) -> dict[str, Any]:
    """Return what rules may know about one member on a day."""
    facts, day = facts_on_day(asked), asked.day
    traits = {trait.trait for trait in facts.traits if in_force(trait.valid_from, trait.valid_until, day)}
    return {
        **shown(facts, "id reference name home_id served_minutes"),
        "roles": sorted(facts.roles),
        "traits": sorted(traits),
        "kin": [shown(tie, "relation member_id proof verified_by valid_from") for tie in facts.kin],
        "qualifications": [shown(one, "kind valid_until") for one in facts.qualifications],
        "memberships": [shown(one, "organisation_id level") for one in facts.memberships],
        "balances": [
            {"account": kind, "unit": unit, "available": minutes}
            for (kind, unit), minutes in sorted(facts.balances.items())
        ],
    }


def facts_on_day(asked: Asked) -> MemberFacts:
    """Return the facts about the member asked for, or say that there is none."""
    with asked.bank.reading() as connection:
        return facts_of(connection, asked.city.code, asked.path["member_id"], asked.day)


def admissions(asked: Asked) -> list[dict[str, Any]]:
    """Return how a member's admissions stand, step by step."""
    member_id, city = facts_on_day(asked).id, asked.city.code
    found = []
    with asked.bank.reading() as connection:
        for role in Role:
            row = admission_rows.find(connection, city, member_id, role)
            if row is not None:
                found.append(_admission(row, admission_rows.steps(connection, city, row.id)))
    return found


def _admission(row: Any, steps: Sequence[Any]) -> dict[str, Any]:
    return {
        **shown(row, "role state applied_on imported"),
        "admitted_on": plain(row.admitted_on),
        "steps": [shown(step, "step state answered_on valid_until") for step in steps],
    }


ANSWERS: Mapping[str, Reading] = {
    "members_list": members,
    "members_show": member,
    "admissions_list": admissions,
}
