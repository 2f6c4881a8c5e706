"""From sound rows to rows of the tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from timebank.domain.cases import AskedBy
from timebank.domain.command import Channel
from timebank.domain.decision import Decision
from timebank.domain.identity import new_id
from timebank.domain.order import OrderState, Origin
from timebank.domain.visit import VisitState
from timebank.rules import RuleSet
from timebank.services.admission import imported_row
from timebank.services.engine_version import ENGINE
from timebank.services.importing.catalogue import Rules
from timebank.services.importing.drafts import ACTOR, MemberDraft, OrganisationDraft, ServiceDraft
from timebank.services.importing.people import People
from timebank.services.importing.service_rules import service_date, shape_of
from timebank.services.recognition import recognise

PROOF = "imported"


@dataclass(frozen=True)
class Into:
    """Where and when rows are written.

    Attributes:
        city: the city's code.
        timezone: of its local days.
        now: the instant of the import.
    """

    city: str
    timezone: ZoneInfo
    now: datetime
    rules: Rules
    people: People

    def row(self, **columns: Any) -> dict[str, Any]:
        """Return a row of this city with a new identifier, unless it has one."""
        return {"city": self.city, "id": new_id()} | columns


def organisation_rows(into: Into, draft: OrganisationDraft) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of an organisation and of its place in the tree, by table."""
    node = into.row(id=draft.id, level=draft.level, name=draft.name, opened_on=draft.opened_on)
    place = into.row(organisation_id=draft.id, parent_id=draft.parent_id, valid_from=draft.opened_on)
    return {"organisations": [node], "placements": [place]}


def member_rows(into: Into, draft: MemberDraft) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of a member, of what is certified about them, of their roles and teams, by table."""
    known = into.people.by_reference[draft.reference]
    joined_at = datetime.combine(draft.joined_on, time(), into.timezone).astimezone(UTC)
    member = into.row(
        id=known.id,
        reference=draft.reference,
        name=draft.name,
        born_on=draft.born_on,
        phone=draft.phone or None,
        home_id=draft.home_id,
        registry_keys={},
        joined_at=joined_at,
    )
    return {
        "members": [member],
        "recorded_traits": [_trait(into, known.id, trait, draft.joined_on) for trait in draft.traits],
        "memberships": [
            into.row(member_id=known.id, organisation_id=team, valid_from=draft.joined_on)
            for team in draft.team
        ],
        "admissions": [
            imported_row(into.city, known.id, role, draft.joined_on, into.rules.at(draft.joined_on).reading())
            for role in draft.roles
        ],
    }


def _trait(into: Into, member_id: str, trait: str, day: date) -> dict[str, Any]:
    return into.row(member_id=member_id, trait=trait, valid_from=day, proof=PROOF, certified_by=ACTOR.id)


def _imported(rule_set: RuleSet, paths: tuple[str, ...]) -> Decision:
    """Return the decision that nothing was decided: an earlier system did, and no gate was asked again."""
    effective, facts = (
        rule_set.effective_from.isoformat(),
        {"gate": "not asked", "channel": Channel.IMPORT.value},
    )
    return Decision("imported", rule_set.digest, effective, paths, facts, engine=ENGINE)


def service_rows(into: Into, draft: ServiceDraft) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of an order, its visit, its attendance and its evidence, by table."""
    day = service_date(draft, into.rules, into.timezone)
    order_id = new_id()
    visit = _visit(into, draft, order_id, day)
    recipient = into.people.by_reference[draft.recipient].id if draft.recipient else None
    attendance = into.row(
        order_id=order_id, recipient_id=recipient, head_count=draft.head_count, came=draft.head_count
    )
    return {
        "orders": [_order(into, draft, order_id, recipient, day)],
        "visits": [visit],
        "attendances": [attendance],
        "claims": [_claim(into, draft, visit)] if draft.confirmed_proof else [],
    }


def _order(
    into: Into, draft: ServiceDraft, order_id: str, recipient: str | None, day: date
) -> dict[str, Any]:
    return into.row(
        id=order_id,
        reference=draft.reference,
        service=draft.service,
        origin=Origin.IMPORT.value,
        shape=shape_of(draft).value,
        state=OrderState.FINISHED.value,
        organisation_id=draft.organisation_id,
        recipient_id=recipient,
        asked_by=AskedBy.ORGANISATION.value,
        placed_by=ACTOR.id,
        placed_at_desk=draft.organisation_id,
        channel=Channel.IMPORT.value,
        address="",
        planned_start=draft.planned_start,
        planned_minutes=draft.planned_minutes,
        places=1,
        places_taken=1,
        head_count=draft.head_count,
        placed_on=draft.planned_start.astimezone(into.timezone).date(),
        service_date=day,
    )


def _visit(into: Into, draft: ServiceDraft, order_id: str, day: date) -> dict[str, Any]:
    rules = into.rules.book.on(day).reading(day)
    measured = measured_minutes(draft)
    counted = recognise(rules, draft.planned_minutes, measured, None)
    decision = _imported(rules.rule_set, (f"services.{draft.service}",)).stored()
    decision["recognised"] = counted.plain(rules, draft.confirmed_by)
    return into.row(
        order_id=order_id,
        volunteer_id=into.people.by_reference[draft.volunteer].id,
        team_id=draft.team or None,
        place=1,
        state=VisitState.CONFIRMED.value,
        planned_minutes=draft.planned_minutes,
        measured_minutes=measured,
        recognised_minutes=counted.minutes,
        accepted_at=draft.planned_start,
        checked_in_at=draft.checked_in,
        checked_out_at=draft.checked_out,
        service_date=day,
        confirmed_by=draft.confirmed_by,
        confirmed_at=draft.checked_out or draft.planned_start + timedelta(minutes=draft.planned_minutes),
        decision=decision,
    )


def measured_minutes(draft: ServiceDraft) -> int | None:
    """Return whole minutes between checking in and checking out."""
    if draft.checked_in is None or draft.checked_out is None:
        return None
    return int((draft.checked_out - draft.checked_in).total_seconds()) // 60


def _claim(into: Into, draft: ServiceDraft, visit: Mapping[str, Any]) -> dict[str, Any]:
    return into.row(
        visit_id=visit["id"],
        kind=draft.confirmed_proof,
        moment="confirmation",
        claimed_at=visit["confirmed_at"],
        by_actor=ACTOR.id,
        note="",
    )
