"""Work left open in any city, at every stage, so that whatever comes over HTTP finds something to act on.

Nothing here knows a city: what its rules refuse is left out.
"""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from tests.banks import StoryClock, do, writing
from timebank.domain.account import AccountKey, AccountKind, OwnerKind
from timebank.domain.decision import Decision
from timebank.domain.identity import new_id
from timebank.domain.organisation import Power
from timebank.domain.refusal import TimeBankError
from timebank.domain.transfer import Posting, TransferKind
from timebank.domain.visit import ClaimKind
from timebank.rules import RulesInForce
from timebank.services import admission, attendances, members, offers, orders, organisations, visits
from timebank.services.desk import Answer, Bank, Desk, local_day
from timebank.storage import admission_rows
from timebank.storage import people as people_tables
from timebank.storage.ledger_session import TransferDraft

PROOFS = [[{"kind": kind.value}] for kind in ClaimKind]
HOURS = 6000
OPEN = "open-"


def leave_work_open(bank: Bank, city: str) -> None:
    """Place orders of every service and shape in a city, and bring each to another stage; the first are due then."""
    clock = bank.clock
    assert isinstance(clock, StoryClock)
    rules = bank.city(city).rules_on(local_day(bank.city(city), clock()))
    home = _home(bank, city, rules)
    volunteers = [_person(bank, city, rules, home, "volunteer") for _ in range(4)]
    recipients = [_person(bank, city, rules, home, "recipient") for _ in range(3)]
    for person in (*volunteers, *recipients):
        for unit in rules.names("units"):
            do(bank, give_hours, city=city, member_id=person, unit=unit)
        for team in _organisations(bank, city):
            if team.startswith(OPEN):
                since = {"organisation_id": team, "from_day": rules.day}
                _let(bank, members.join_organisation, city, member_id=person, **since)
    _let(bank, members.join_organisation, city, member_id=person, organisation_id=home, from_day=rules.day)
    _let(bank, offers.give_availability, city, member_id=volunteers[0], organisation_id=home,
         free_from=clock(), free_until=clock() + timedelta(days=9))  # fmt: skip
    for number, service in enumerate(rules.names("services")):
        for shape in rules.block(f"services.{service}")["shapes"]:
            recipient = recipients[number % 3] if shape == "one_to_one" else None
            place = {
                "service": service,
                "organisation_id": home,
                "recipient_id": recipient,
                "address": "一号",
            }
            _bring_on(bank, city, place, volunteers, number)
    clock.forward(days=1, hours=1)


def _bring_on(bank: Bank, city: str, place: dict[str, Any], volunteers: list[str], stage: int) -> None:
    start = bank.clock() + timedelta(days=1 + stage // 12, hours=stage % 12)
    many = {} if place["recipient_id"] is not None else {"places": 3, "head_count": 9}
    placed = _let(bank, orders.place, city, planned_start=start, planned_minutes=60, **many, **place)
    if placed is None or stage % 7 == 0:
        return
    order = {"order_id": placed["order_id"]}
    _let(bank, orders.approve, city, **order)
    if _let(bank, orders.publish, city, **order) is None:
        for code in _organisations(bank, city):
            _let(bank, orders.publish, city, by="staff", at=code, **order)
    if place["recipient_id"] is None:
        _let(bank, attendances.add, city, head_count=3, **order)
    if stage % 7 == 1:
        return
    volunteer = volunteers[stage % 4]
    taken = _let(bank, visits.accept, city, volunteer_id=volunteer, **order) or _let(
        bank, offers.send, city, **order
    )
    if taken is None or "visit_id" not in taken or stage % 7 == 2:
        return
    _serve(bank, city, taken["visit_id"], start, stage)


def _serve(bank: Bank, city: str, visit_id: str, start: Any, stage: int) -> None:
    clock = bank.clock
    assert isinstance(clock, StoryClock)
    before = clock.now
    clock.now = start
    _prove(bank, visits.check_in, city, visit_id)
    if stage % 7 > 3:
        clock.now = start + timedelta(minutes=60)
        _prove(bank, visits.check_out, city, visit_id) or _prove(bank, visits.report_done, city, visit_id)
    if stage % 7 > 4:
        _prove(bank, visits.confirm, city, visit_id)
    if stage % 7 > 5:
        _let(bank, visits.dispute, city, reason="记录不符", visit_id=visit_id)
    clock.now = before


def give_hours(desk: Desk, member_id: str, unit: str) -> Answer:
    """Issue minutes to a member, as an import does."""
    to = AccountKey(OwnerKind.MEMBER, member_id, AccountKind.SAVINGS, unit)
    issuance = AccountKey(OwnerKind.CITY, desk.city.code, AccountKind.ISSUANCE, unit)
    rules = desk.rules_on(desk.today)
    with desk.writing() as write:
        write.ledger.lock([to, issuance])
        decision = Decision("imported", rules.digest, rules.effective_from.isoformat(), ())
        line = Posting(issuance, to, HOURS)
        draft = TransferDraft(TransferKind.IMPORT, "import", new_id(), (line,), desk.today, decision)
        return write.answer(transfer_id=write.ledger.post(draft))


def _prove(bank: Bank, use_case: Any, city: str, visit_id: str) -> Answer | None:
    """Do with a visit what needs proof, with whichever kind of proof counts here."""
    tried = (_let(bank, use_case, city, visit_id=visit_id, claims=claims) for claims in PROOFS)
    return next((answer for answer in tried if answer is not None), None)


def _let(bank: Bank, use_case: Any, city: str, **inputs: Any) -> Answer | None:
    with suppress(TimeBankError):
        return do(bank, use_case, city=city, **inputs)
    return None


def _home(bank: Bank, city: str, rules: RulesInForce) -> str:
    """Make a chain of organisations down the levels, and return the lowest that may publish orders."""
    chain: dict[str, str] = {}
    for level in rules.names("levels"):
        above = rules.text(f"levels.{level}.under") if rules.has(f"levels.{level}.under") else None
        parent = chain.get(above) if above is not None else None
        code = f"{OPEN}{level}"
        made = _let(
            bank, organisations.add, city, organisation_id=code, level=level, name=level, parent_id=parent
        )
        root = _root(bank, city)
        if made is not None or root is not None:
            chain[level] = code if made is not None else str(root)
    able = [level for level in chain if Power.PUBLISH_ORDER in rules.names(f"levels.{level}.may")]
    return chain[able[-1] if able else list(chain)[-1]]


def _root(bank: Bank, city: str) -> str | None:
    table = people_tables.placements
    with bank.reading() as connection:
        found = connection.execute(
            select(table.c.organisation_id).where(table.c.city == city, table.c.parent_id.is_(None))
        ).scalars()
        return next(iter(found), None)


def _organisations(bank: Bank, city: str) -> list[str]:
    table = people_tables.organisations
    with bank.reading() as connection:
        return list(connection.execute(select(table.c.id).where(table.c.city == city)).scalars())


def _person(bank: Bank, city: str, rules: RulesInForce, home: str, role: str) -> str:
    born = rules.day.replace(year=rules.day.year - (40 if role == "volunteer" else 85), day=1)
    reference = f"{OPEN}{new_id()[-12:]}"
    made = do(bank, members.register, city=city, reference=reference, name="无名氏", born_on=born, home_id=home,
              phone="13800000000")  # fmt: skip
    row = admission.imported_row(city, made["member_id"], role, rules.day, rules)
    with writing(bank) as connection:
        admission_rows.add(connection, [row], [])
    return str(made["member_id"])
