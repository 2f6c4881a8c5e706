"""What people of a story had in an earlier system: credit that stood there, and hours served and settled there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from timebank.domain.account import AccountKey, AccountKind, OwnerKind
from timebank.domain.cases import AskedBy
from timebank.domain.command import Channel
from timebank.domain.decision import Decision
from timebank.domain.identity import new_id
from timebank.domain.order import OrderState, Origin, Shape
from timebank.domain.transfer import Posting, TransferKind
from timebank.domain.visit import VisitState
from timebank.services.desk import Answer, Desk
from timebank.services.engine_version import ENGINE
from timebank.services.facts import facts_of
from timebank.services.rounding import city_account
from timebank.storage import bulk_rows
from timebank.storage.ledger_session import TransferDraft
from timebank.storage.work import orders, visits


def opening_balance(desk: Desk, member_id: str, kind: str, unit: str, minutes: int) -> Answer:
    """Take over what stood on a member's account, as one import transfer."""
    account = AccountKey(OwnerKind.MEMBER, member_id, AccountKind(kind), unit)
    source = city_account(desk.city.code, AccountKind.ISSUANCE, unit)
    facts = {"minutes": minutes, "unit": unit, "account": kind}
    with desk.writing() as write:
        write.ledger.lock([account, source])
        draft = TransferDraft(
            TransferKind.IMPORT,
            "import",
            member_id,
            (Posting(source, account, minutes),),
            desk.today,
            _imported(desk, facts),
        )
        return write.answer(transfer_id=write.ledger.post(draft))


def served_before(desk: Desk, member_id: str, visit_id: str, minutes: int) -> Answer:
    """Take over hours served and settled elsewhere: one settled visit that posts nothing here."""
    with desk.reading() as connection:
        home = facts_of(connection, desk.city.code, member_id, desk.today).home_id
    order, visit = _rows(desk, member_id, home or "", minutes)
    visit["id"] = visit_id
    with desk.writing() as write:
        bulk_rows.add(write.connection, orders, [order])
        bulk_rows.add(write.connection, visits, [visit])
        return write.answer(transfer_id=None, visit_id=visit_id, minutes=minutes)


def _rows(desk: Desk, member_id: str, home: str, minutes: int) -> tuple[dict[str, Any], dict[str, Any]]:
    start, day = desk.now - timedelta(minutes=minutes), desk.today
    rules = desk.rules_on(day)
    order = {
        "city": desk.city.code,
        "id": new_id(),
        "reference": f"earlier:{member_id}",
        "service": rules.names("services")[0],
        "origin": Origin.IMPORT.value,
        "shape": Shape.ONE_TO_ONE.value,
        "state": OrderState.SETTLED.value,
        "organisation_id": home,
        "asked_by": AskedBy.ORGANISATION.value,
        "placed_by": desk.command.actor.id,
        "channel": Channel.IMPORT.value,
        "address": "",
        "planned_start": start,
        "planned_minutes": minutes,
        "places": 1,
        "places_taken": 1,
        "head_count": 1,
        "placed_on": day,
        "service_date": day,
    }
    visit = {
        "city": desk.city.code,
        "order_id": order["id"],
        "volunteer_id": member_id,
        "place": 1,
        "state": VisitState.SETTLED.value,
        "planned_minutes": minutes,
        "recognised_minutes": minutes,
        "accepted_at": start,
        "service_date": day,
        "decision": _imported(desk, {"minutes": minutes}).stored(),
    }
    return order, visit


def _imported(desk: Desk, facts: dict[str, Any]) -> Decision:
    rules = desk.rules_on(desk.today)
    return Decision("imported", rules.digest, rules.effective_from.isoformat(), (), facts, engine=ENGINE)
