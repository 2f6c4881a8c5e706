"""I-22: every gift, donation, redemption and grant decided again, from its decision and the rule file it names.

Whoever gave is whom the transfer names as its cause; a grant's minutes, payer and period are the rule file's. As in
``settlements``, nothing of what posts them is used here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row

from timebank.domain.account import SPENDABLE
from timebank.domain.identity import derived_id
from timebank.hooks.city import City
from timebank.services.redeciding.differences import differs, faults_of
from timebank.services.redeciding.rules_read import Library, RulesRead
from timebank.storage import redeciding_rows

# Whose account each kind takes minutes from: the kinds of cause that name the giver.
GIVERS = {"gift": ("member",), "donation": ("member", "organisation"), "redemption": ("member",)}
PERIODS = {"once": "once", "year": "%Y", "month": "%Y-%m"}
Account = tuple[str, str, str]


def exchanges_come_out_again(connection: Connection, city: City) -> Iterator[str]:
    """Yield each gift, donation, redemption and grant that does not come out again, and what differs."""
    library = Library(connection, city)
    for transfer, lines in redeciding_rows.decided(connection, city.code, *GIVERS, "grant"):
        yield from faults_of(transfer.id, _faults(library, city.code, transfer, lines))


def _faults(library: Library, city: str, transfer: Row[Any], lines: Sequence[Row[Any]]) -> Iterator[str]:
    decision, facts = transfer.decision, transfer.decision["facts"]
    rules = library.of(decision["rules"])
    yield from differs("effective", decision["effective"], rules.rules.effective_from.isoformat())
    if rules.rules.effective_from > transfer.day:
        yield f"day: {transfer.day} is before the rules of {rules.rules.effective_from}"
    if len(lines) != 1:
        yield f"lines: {len(lines)}"
        return
    (line,) = lines
    yield from differs("minutes", [line.minutes, line.unit], [facts["minutes"], facts["unit"]])
    debit = (line.debit_owner_kind, line.debit_owner_id, line.debit_kind)
    credit = (line.credit_owner_kind, line.credit_owner_id, line.credit_kind)
    if transfer.kind == "grant":
        yield from _grant_faults(rules, city, transfer, debit, credit)
        return
    if transfer.cause_kind not in GIVERS[transfer.kind]:
        yield f"cause: a {transfer.kind} from {transfer.cause_kind} {transfer.cause_id}"
    yield from differs("giver", debit[:2], (transfer.cause_kind, transfer.cause_id))
    if debit[2] not in SPENDABLE:
        yield f"giver: nothing is spent from {debit[2]}"
    yield from differs("receiver", credit, _receiver(rules, city, transfer))


def _receiver(rules: RulesRead, city: str, transfer: Row[Any]) -> Account:
    """Return (owner kind, owner, kind) of the account that must have been credited."""
    if transfer.kind == "gift":
        return "member", transfer.decision["facts"]["receiver"], rules.rules.text("gifts.account")
    return "city", city, "pool" if transfer.kind == "donation" else "redemption"


def _grant_faults(
    rules: RulesRead, city: str, transfer: Row[Any], debit: Account, credit: Account
) -> Iterator[str]:
    facts, path = transfer.decision["facts"], f"grants.{transfer.decision['facts']['plan']}"
    file = rules.rules
    granted = [file.minutes(f"{path}.minutes"), file.text(f"{path}.unit")]
    yield from differs("granted", [facts["minutes"], facts["unit"]], granted)
    period = transfer.day.strftime(PERIODS[file.text(f"{path}.every")])
    yield from differs("period", facts["period"], period)
    cause = derived_id("grant", facts["plan"], facts["member"], period)
    yield from differs("cause", (transfer.cause_kind, transfer.cause_id), ("grant_plan", cause))
    yield from differs("payer", debit, ("city", city, file.text(f"{path}.from")))
    yield from differs("receiver", credit, ("member", facts["member"], "granted"))
