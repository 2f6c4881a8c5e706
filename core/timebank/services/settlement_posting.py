"""Posting settlements on locked accounts: round, cap, credit, charge, release the rest of the hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from timebank.domain.account import Account, AccountKey, AccountKind, Hold, HoldState
from timebank.domain.decision import Decision
from timebank.domain.identity import derived_id
from timebank.domain.settlement import Credit
from timebank.domain.transfer import Posting, TransferKind
from timebank.rules import RulesInForce
from timebank.services.caps import CapCounter, capped
from timebank.services.engine_version import ENGINE
from timebank.services.rounding import (
    CreditLine,
    city_account,
    credit_postings,
    round_charge,
    round_credit,
    spread,
)
from timebank.services.settlement_plan import Plan
from timebank.storage import hold_rows, settlement_rows
from timebank.storage.ledger_session import Ledger, TransferDraft


@dataclass(frozen=True, slots=True)
class Settled:
    """A settled visit: what its answer and its event say.

    Attributes:
        waiting: where nothing was posted, and so no decision is stored: what the visit added to the minutes that wait.
    """

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
    waiting: list[dict[str, Any]]

    def answer(self) -> dict[str, Any]:
        """Return the stored answer."""
        return {**self.figures(), "waiting": self.waiting} if self.waiting else self.figures()

    def figures(self) -> dict[str, Any]:
        """Return what was posted."""
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


@dataclass
class _Run:
    """What the settlements of one transaction share.

    Attributes:
        still_open: ids of the holds that nobody has resolved since the settlements were planned.
        pools: where overflow goes; locked only when there is some, for all members of a city share them.
        own_operations: whether each settlement is a command of its own, as in a batch.
    """

    ledger: Ledger
    city: str
    counter: CapCounter
    still_open: set[str]
    pools: set[AccountKey]
    own_operations: bool


def post_all(
    connection: Connection, ledger: Ledger, city: str, plans: Sequence[Plan], *, own_operations: bool = False
) -> list[Settled]:
    """Take the visits, lock every account once, post each settlement, close orders that are done.

    Visits that are no longer as they were planned are left out: somebody else settled or disputed them.
    """
    taken = settlement_rows.take(connection, city, [p.visit.visit for p in plans])
    standing = [p for p in plans if p.visit.visit.id in taken]
    if not standing:
        return []
    held = [p.visit.facts.order.id for p in standing if p.visit.facts.holds]
    still_open = {row.id for row in hold_rows.lock_open(connection, city, held)} if held else set()
    touched = {key for p in standing for key in p.accounts(city)}
    pools = {key for p in standing for key in p.pools(city)}
    ledger.lock(touched | pools if touched & pools else touched)
    run = _Run(ledger, city, CapCounter(connection, city), still_open, pools, own_operations)
    done = [_post(run, p) for p in standing]
    settlement_rows.close_orders(connection, city, [p.visit.facts.order.id for p in standing])
    return done


def _post(run: _Run, planned: Plan) -> Settled:
    lines = credit_lines(planned.proposal.credits, run.ledger.accounts, run.counter, planned.rules)
    if any(line.donated for line in lines):
        run.ledger.lock(run.pools)
    charges, paid = _charges(run, planned)
    credited = [posting for line in lines for posting in credit_postings(line, run.city)]
    charged = sum(posting.minutes for posting in charges)
    transfer_id = None
    if credited or charges:
        held = sum(hold.minutes for hold, _ in paid)
        decision = _decision(planned, lines, held, charged)
        draft = _draft(planned, (*credited, *charges), decision, own=run.own_operations)
        transfer_id = run.ledger.post(draft, paid)
    else:
        for hold, _ in paid:
            run.ledger.release(hold, HoldState.VOIDED)
    for line in lines:
        if run.ledger.accounts[line.account].carried != line.carried:
            run.ledger.carry(line.account, line.carried)
    return _settled(planned, transfer_id, lines, charged)


def credit_lines(
    proposed: Iterable[Credit],
    accounts: Mapping[AccountKey, Account],
    counter: CapCounter,
    rules: RulesInForce,
) -> list[CreditLine]:
    """Return the credits, rounded and capped.

    Args:
        proposed: what the city says serving gives.
        accounts: those credited, and what their owners owe, as they stand.
        counter: what was credited in a period.
        rules: those of the service date.
    """
    rounded = [round_credit(credit, accounts[credit.account].carried, rules) for credit in proposed]
    return capped(rounded, accounts, counter, rules)


def _charges(run: _Run, planned: Plan) -> tuple[list[Posting], list[tuple[Hold, int]]]:
    """Return what is charged, spread over the holds in their order, and what each hold pays."""
    charge = planned.proposal.charge
    holds = [hold for hold in planned.visit.facts.holds if hold.id in run.still_open]
    if charge is None:
        return [], [(hold, 0) for hold in holds]
    out = city_account(run.city, AccountKind.REDEMPTION, charge.unit)
    if planned.payer == "pool":
        pool = city_account(run.city, AccountKind.POOL, charge.unit)
        due = round_charge(charge, run.ledger.accounts[pool].available, planned.charge_rules)
        return [Posting(pool, out, due)] if due else [], [(hold, 0) for hold in holds]
    due = round_charge(charge, sum(hold.minutes for hold in holds), planned.charge_rules)
    paid = spread(due, holds)
    return [Posting(hold.account, out, minutes) for hold, minutes in paid if minutes], paid


def _draft(planned: Plan, postings: tuple[Posting, ...], decision: Decision, *, own: bool) -> TransferDraft:
    order, visit = planned.visit.facts.order, planned.visit.visit
    return TransferDraft(
        kind=TransferKind.SETTLEMENT,
        cause_kind="visit",
        cause_id=visit.id,
        postings=postings,
        day=planned.visit.facts.day,
        decision=decision,
        organisation_id=order.organisation_id,
        order_id=order.id,
        operation_id=operation_of(visit.id) if own else None,
    )


def _decision(planned: Plan, lines: Sequence[CreditLine], held: int, charged: int) -> Decision:
    visit, order = planned.visit.visit, planned.visit.facts.order
    facts = {
        "service": order.service,
        "origin": order.origin.value,
        "day": planned.visit.facts.day.isoformat(),
        "charge_day": planned.visit.charge_day.isoformat(),
        "planned": visit.planned_minutes,
        "measured": visit.measured_minutes,
        "recognised": visit.recognised_minutes,
        "credits": [line_facts(line) for line in lines],
        "held": held,
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


def line_facts(line: CreditLine) -> dict[str, Any]:
    """Return what a decision keeps of one credit."""
    return {
        "unit": line.account.unit,
        "kind": line.account.kind.value,
        "owner": line.account.owner_kind.value,
        "owner_id": line.account.owner_id,
        "asked": str(line.asked),
        "credited": line.credited,
        "carried": line.carried,
        "carried_before": line.carried_before,
        "cut": line.cut,
        "repaid": line.repaid,
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
        waiting=[]
        if transfer_id
        else [_waiting(line) for line in lines if line.carried != line.carried_before],
    )


def _waiting(line: CreditLine) -> dict[str, Any]:
    key = line.account
    whose = {
        "owner": key.owner_kind.value,
        "owner_id": key.owner_id,
        "kind": key.kind.value,
        "unit": key.unit,
    }
    return {**whose, "minutes": line.carried - line.carried_before}
