"""Posting settlements on locked accounts: round, cap, credit, charge, release the rest of the hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from timebank.domain.account import AccountKind, HoldState
from timebank.domain.decision import Decision
from timebank.domain.identity import derived_id
from timebank.domain.transfer import Posting, TransferKind
from timebank.services.caps import CapCounter, apply_caps
from timebank.services.engine_version import ENGINE
from timebank.services.rounding import (
    CreditLine,
    city_account,
    credit_postings,
    round_charge,
    round_credit,
)
from timebank.services.settlement_plan import Plan
from timebank.storage import hold_rows, settlement_rows
from timebank.storage.ledger_session import Ledger, TransferDraft


@dataclass(frozen=True, slots=True)
class Settled:
    """A settled visit: what its answer and its event say."""

    visit_id: str
    order_id: str
    volunteer_id: str
    origin: str
    service: str
    organisation_id: str
    recognised: int
    transfer_id: str | None
    credited: dict[str, int]
    charged: dict[str, int]

    def figures(self) -> dict[str, Any]:
        """Return the stored answer."""
        return {"transfer_id": self.transfer_id, "credited": self.credited, "charged": self.charged}

    def body(self) -> dict[str, Any]:
        """Return the body of the event."""
        return {
            "visit_id": self.visit_id,
            "order_id": self.order_id,
            "volunteer_id": self.volunteer_id,
            "origin": self.origin,
            "service": self.service,
            "organisation_id": self.organisation_id,
            "recognised_minutes": self.recognised,
            **self.figures(),
        }


def operation_of(visit_id: str) -> str:
    """Return the operation id under which the job settles a visit: the same for ever."""
    return derived_id("settle", visit_id)


def post_all(
    connection: Connection, ledger: Ledger, city: str, plans: Sequence[Plan], *, own_operations: bool = False
) -> list[Settled]:
    """Take the visits, lock every account once, post each settlement, close orders that are done.

    Visits that are no longer confirmed are left out: somebody else settled or disputed them.
    """
    taken = settlement_rows.take(connection, city, [p.visit.visit.id for p in plans])
    standing = [p for p in plans if p.visit.visit.id in taken]
    if not standing:
        return []
    held = [p.visit.facts.order.id for p in standing if p.visit.facts.holds]
    still_open = {row.id for row in hold_rows.lock_open(connection, city, held)} if held else set()
    ledger.lock(key for p in standing for key in p.accounts(city))
    counter = CapCounter(connection, city)
    done = [_post(ledger, city, p, counter, still_open, own=own_operations) for p in standing]
    settlement_rows.close_orders(connection, city, [p.visit.facts.order.id for p in standing])
    return done


def _post(
    ledger: Ledger, city: str, planned: Plan, counter: CapCounter, still_open: set[str], *, own: bool
) -> Settled:
    lines = [_credit_line(ledger, planned, credit, counter) for credit in planned.proposal.credits]
    postings = [posting for line in lines for posting in credit_postings(line, city, ledger.accounts)]
    charges = _charges(ledger, city, planned, still_open)
    charged = sum(posting.minutes for _, posting in charges)
    postings.extend(posting for _, posting in charges)
    transfer_id = None
    if postings:
        transfer_id = ledger.post(_draft(planned, tuple(postings), lines, charged, own=own))
    _release(ledger, planned, charges, transfer_id, still_open)
    for line in lines:
        if ledger.accounts[line.account].carried != line.carried:
            ledger.carry(line.account, line.carried)
    return _settled(planned, transfer_id, lines, charged)


def _credit_line(ledger: Ledger, planned: Plan, credit: Any, counter: CapCounter) -> CreditLine:
    rounded = round_credit(credit, ledger.accounts[credit.account].carried, planned.rules)
    return apply_caps(rounded, ledger.accounts, counter, planned.rules)


def _charges(
    ledger: Ledger, city: str, planned: Plan, still_open: set[str]
) -> list[tuple[str | None, Posting]]:
    """Return (hold id, posting) of what is charged, spread over the holds in their order."""
    charge = planned.proposal.charge
    if charge is None:
        return []
    redemption = city_account(city, AccountKind.REDEMPTION, charge.unit)
    if planned.payer == "pool":
        pool = city_account(city, AccountKind.POOL, charge.unit)
        due = round_charge(charge, ledger.accounts[pool].available, planned.charge_rules)
        return [(None, Posting(pool, redemption, due))] if due else []
    holds = [hold for hold in planned.visit.facts.holds if hold.id in still_open]
    due = round_charge(charge, sum(hold.minutes for hold in holds), planned.charge_rules)
    made: list[tuple[str | None, Posting]] = []
    for hold in holds:
        part = min(due, hold.minutes)
        due -= part
        if part:
            made.append((hold.id, Posting(hold.account, redemption, part)))
    return made


def _release(
    ledger: Ledger,
    planned: Plan,
    charges: Sequence[tuple[str | None, Posting]],
    transfer_id: str | None,
    still_open: set[str],
) -> None:
    paid = {hold_id: posting.minutes for hold_id, posting in charges}
    for hold in planned.visit.facts.holds:
        if hold.id in still_open:
            posted = paid.get(hold.id, 0)
            state = HoldState.POSTED if posted else HoldState.VOIDED
            ledger.release(hold, state, posted, transfer_id if posted else None)


def _draft(
    planned: Plan, postings: tuple[Posting, ...], lines: Sequence[CreditLine], charged: int, *, own: bool
) -> TransferDraft:
    order, visit = planned.visit.facts.order, planned.visit.visit
    return TransferDraft(
        kind=TransferKind.SETTLEMENT,
        cause_kind="visit",
        cause_id=visit.id,
        postings=postings,
        day=planned.visit.facts.day,
        decision=_decision(planned, lines, charged),
        organisation_id=order.organisation_id,
        order_id=order.id,
        operation_id=operation_of(visit.id) if own else None,
    )


def _decision(planned: Plan, lines: Sequence[CreditLine], charged: int) -> Decision:
    visit, order = planned.visit.visit, planned.visit.facts.order
    facts = {
        "service": order.service,
        "origin": order.origin.value,
        "day": planned.visit.facts.day.isoformat(),
        "charge_day": planned.visit.charge_day.isoformat(),
        "planned": visit.planned_minutes,
        "measured": visit.measured_minutes,
        "recognised": visit.recognised_minutes,
        "credits": [_line_facts(line) for line in lines],
        "held": sum(hold.minutes for hold in planned.visit.facts.holds),
        "charged": charged,
        "payer": planned.payer,
    }
    return Decision(
        outcome="settled",
        rules=planned.rules.digest,
        effective=planned.rules.effective_from.isoformat(),
        paths=planned.rules.paths_read,
        facts=facts,
        hooks=planned.answers,
        engine=ENGINE,
        charge_rules=planned.charge_rules.digest,
        charge_paths=planned.charge_rules.paths_read,
    )


def _line_facts(line: CreditLine) -> dict[str, Any]:
    return {
        "unit": line.account.unit,
        "kind": line.account.kind.value,
        "owner": line.account.owner_kind.value,
        "asked": str(line.asked),
        "credited": line.credited,
        "carried": line.carried,
        "carried_before": line.carried_before,
        "cut": line.cut,
        "donated": line.donated,
    }


def _settled(planned: Plan, transfer_id: str | None, lines: Sequence[CreditLine], charged: int) -> Settled:
    visit, order = planned.visit.visit, planned.visit.facts.order
    charge = planned.proposal.charge
    return Settled(
        visit_id=visit.id,
        order_id=order.id,
        volunteer_id=visit.volunteer_id,
        origin=order.origin.value,
        service=order.service,
        organisation_id=order.organisation_id,
        recognised=visit.recognised_minutes or 0,
        transfer_id=transfer_id,
        credited={line.account.unit: line.credited for line in lines},
        charged={charge.unit: charged} if charge is not None and charged else {},
    )
