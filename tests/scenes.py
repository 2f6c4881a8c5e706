"""Scenes a test starts from, made with the use cases themselves: people, orders, visits, credit.

Every function takes the bank first and returns an identifier or figures. Where nothing about the way to a
scene matters and many are wanted, the functions named `…_on_paper` write its rows at once.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import event, func, select

from tests.banks import FIXTURES, YUNZHOU, day, do, local
from timebank.domain.account import Account, AccountKey, AccountKind, OwnerKind
from timebank.domain.command import Actor, Channel, Command
from timebank.domain.decision import Decision
from timebank.domain.identity import new_id
from timebank.domain.order import Order, OrderState, Origin, Shape
from timebank.domain.settlement import VisitToSettle
from timebank.domain.transfer import Posting, TransferKind
from timebank.domain.visit import Visit, VisitState
from timebank.services import (
    admission,
    exchange,
    grants,
    members,
    orders,
    organisations,
    reversal,
    settlement,
    visits,
)
from timebank.services.desk import Bank, local_day
from timebank.storage import (
    account_rows,
    admission_rows,
    command_rows,
    order_rows,
    organisation_rows,
    visit_rows,
)
from timebank.storage.books import accounts, holds, postings, transfers
from timebank.storage.engine import WRITES
from timebank.storage.envelope import commands
from timebank.storage.ledger_session import Ledger, TransferDraft
from timebank.storage.tables import METADATA
from timebank.storage.work import visits as visits_table

STREET = "east-1"
TEAM = "east-1-helpers"
TREE = (
    ("yun", "city", "云州市民政局", None),
    ("east", "district", "东区", "yun"),
    (STREET, "street", "东区第一街道", "east"),
    (TEAM, "team", "邻里互助队", STREET),
)
CHANGE_DAY = "2026-07-01"


def the_tree(bank: Bank, city: str = YUNZHOU) -> None:
    """Set up the organisations, once."""
    with bank.reading() as connection:
        if organisation_rows.find(connection, city, TEAM) is not None:
            return
    for organisation_id, level, name, parent in TREE:
        do(
            bank,
            organisations.add,
            city=city,
            organisation_id=organisation_id,
            level=level,
            name=name,
            parent_id=parent,
            opened_on=day("2026-01-01"),
        )


def a_member(
    bank: Bank, name: str = "李明", born: str = "1960-05-04", city: str = YUNZHOU, **more: Any
) -> str:
    """Register somebody who lives in the street."""
    the_tree(bank, city)
    answer = do(
        bank,
        members.register,
        city=city,
        reference=new_id()[-12:],
        name=name,
        born_on=day(born),
        home_id=STREET,
        **more,
    )
    return answer["member_id"]


def a_volunteer(bank: Bank, name: str = "王芳", born: str = "1985-03-08", city: str = YUNZHOU) -> str:
    """Register a volunteer whose admission an earlier system gave."""
    member_id = a_member(bank, name, born, city, phone="13800000000")
    admitted(bank, city, member_id, "volunteer")
    return member_id


def a_recipient(bank: Bank, name: str = "陈奶奶", born: str = "1940-01-20", city: str = YUNZHOU) -> str:
    """Register and admit an elder."""
    member_id = a_member(bank, name, born, city)
    admitted(bank, city, member_id, "recipient")
    return member_id


def an_elder_with_time(bank: Bank, city: str = YUNZHOU) -> str:
    """Register an elder of eighty and more who has the granted 24 hours."""
    member_id = a_recipient(bank, city=city)
    do(bank, grants.issue, city=city, plan="key_elders", member_id=member_id)
    return member_id


def admitted(bank: Bank, city: str, member_id: str, role: str) -> None:
    """Let a member have a role whose admission an earlier system gave."""
    running = bank.city(city)
    today = local_day(running, bank.clock())
    row = admission.imported_row(city, member_id, role, today, running.rules_on(today))
    with writing(bank) as connection:
        admission_rows.add(connection, [row], [])


@contextmanager
def writing(bank: Bank) -> Iterator[Any]:
    """Open a write transaction of no command."""
    with bank.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        yield connection


# ---- the whole way of a visit


def a_published_order(
    bank: Bank,
    recipient: str | None = None,
    start: str = "2026-03-03 14:00",
    minutes: int = 60,
    service: str = "chat",
    city: str = YUNZHOU,
    **more: Any,
) -> str:
    """Place an order and bring it to the volunteers: a request of an elder, or a project without one."""
    the_tree(bank, city)
    answer = do(
        bank,
        orders.place,
        city=city,
        service=service,
        organisation_id=STREET,
        planned_start=local(start),
        planned_minutes=minutes,
        address="幸福路1号",
        recipient_id=recipient,
        **more,
    )
    order_id = answer["order_id"]
    if answer["state"] == "requested":
        do(bank, orders.approve, city=city, order_id=order_id)
    if answer["state"] != "published":
        do(bank, orders.publish, city=city, order_id=order_id)
    return order_id


def a_planned_visit(bank: Bank, order_id: str, volunteer: str, city: str = YUNZHOU) -> str:
    """Let a volunteer take a place."""
    answer = do(bank, visits.accept, city=city, by=volunteer, order_id=order_id, volunteer_id=volunteer)
    return answer["visit_id"]


def served(bank: Bank, visit_id: str, volunteer: str, start: str, minutes: int, city: str = YUNZHOU) -> None:
    """Let the volunteer check in at a moment and out after some minutes; the bank's clock is set to both."""
    clock, clocked = bank.clock, [{"kind": "clock", "note": ""}]
    assert hasattr(clock, "set")
    clock.set(start)
    do(bank, visits.check_in, city=city, by=volunteer, visit_id=visit_id, claims=clocked)
    clock.forward(minutes=minutes)
    do(bank, visits.check_out, city=city, by=volunteer, visit_id=visit_id, claims=clocked)


def confirmed(bank: Bank, visit_id: str, city: str = YUNZHOU) -> None:
    """Let the street confirm a visit for the elder, by a recorded call."""
    claims = [{"kind": "call_back", "note": "电话回访"}]
    do(bank, visits.confirm, city=city, by="clerk", at=STREET, visit_id=visit_id, claims=claims)


@dataclass(frozen=True)
class Visited:
    """A visit and who took part."""

    id: str
    order_id: str
    volunteer: str
    recipient: str | None


def a_confirmed_visit(
    bank: Bank,
    volunteer: str | None = None,
    recipient: str | None = None,
    start: str = "2026-03-03 14:00",
    minutes: int = 60,
    planned: int | None = None,
    city: str = YUNZHOU,
    **more: Any,
) -> Visited:
    """Take a visit the whole way until it waits for settlement; without a recipient it is a project's."""
    volunteer = volunteer or a_volunteer(bank, city=city)
    order_id = a_published_order(bank, recipient, start, planned or minutes, city=city, **more)
    visit_id = a_planned_visit(bank, order_id, volunteer, city)
    served(bank, visit_id, volunteer, start, minutes, city)
    confirmed(bank, visit_id, city)
    return Visited(visit_id, order_id, volunteer, recipient)


def settle(bank: Bank, visit: Visited | str, **how: Any) -> dict[str, Any]:
    """Settle a visit and return the answer."""
    visit_id = visit if isinstance(visit, str) else visit.id
    return do(bank, settlement.settle, visit_id=visit_id, **how)


def reverse(bank: Bank, transfer_id: str, **how: Any) -> dict[str, Any]:
    """Reverse a transfer, as the city bureau."""
    how = {"by": "auditor", "at": "yun"} | how
    return do(bank, reversal.reverse, transfer_id=transfer_id, reason="误记", **how)


def give(bank: Bank, giver: str, receiver: str, minutes: int, **how: Any) -> dict[str, Any]:
    """Give coins away."""
    how = {"by": giver} | how
    return do(bank, exchange.give, giver_id=giver, receiver_id=receiver, unit="coin", minutes=minutes, **how)


def donate(bank: Bank, giver: str, minutes: int, unit: str = "coin", **how: Any) -> dict[str, Any]:
    """Donate to the pool."""
    return do(bank, exchange.donate, by=giver, giver_id=giver, unit=unit, minutes=minutes, **how)


def redeem(bank: Bank, member: str, minutes: int, **how: Any) -> dict[str, Any]:
    """Take goods for points."""
    inputs = {"target": "goods", "unit": "point"} | how
    return do(bank, exchange.redeem, by=member, member_id=member, minutes=minutes, **inputs)


def verified_child(bank: Bank, parent: str, child: str) -> None:
    """Have it verified that one member is another's child."""
    do(
        bank,
        members.verify_tie,
        member_id=parent,
        kin_id=child,
        relation="child",
        proof="household_register",
        valid_from=day("2026-01-01"),
    )


# ---- on paper: the rows at once


def to_settle(planned: int = 60, recognised: int | None = 60) -> VisitToSettle:
    """Return a visit of volunteer `m` to a project, as a plugin is given it; no database knows of it."""
    order = Order(
        id="o",
        service="chat",
        origin=Origin.PROJECT,
        shape=Shape.PROJECT,
        state=OrderState.FINISHED,
        organisation_id="east-1",
        recipient_id=None,
        publisher_id=None,
        address="",
        planned_start=local("2026-03-02 09:00"),
        planned_minutes=planned,
        places=1,
        places_taken=1,
        head_count=1,
        directed_to=None,
        placed_on=date(2026, 3, 2),
        service_date=date(2026, 3, 2),
    )
    visit = Visit(
        "v",
        "o",
        "m",
        None,
        VisitState.CONFIRMED,
        planned,
        recognised,
        recognised,
        None,
        None,
        date(2026, 3, 2),
    )
    return VisitToSettle(visit, order, date(2026, 3, 2))


@dataclass(frozen=True)
class Paper:
    """What `visits_on_paper` writes down: a confirmed visit of some minutes on a day.

    With a payer, minutes are held on their accounts for it.
    """

    volunteer: str
    minutes: int = 60
    on: str = "2026-03-02"
    planned: int | None = None
    payer: str | None = None
    held: int = 0
    held_on: str | None = None
    service: str = "chat"
    team: str | None = None


def a_visit_on_paper(
    bank: Bank,
    volunteer: str,
    minutes: int = 60,
    on: str = "2026-03-02",
    *,
    city: str = YUNZHOU,
    **more: Any,
) -> str:
    """Write down one confirmed visit; `Paper` says what more can be said of it."""
    (visit_id,) = visits_on_paper(bank, [Paper(volunteer, minutes, on, **more)], city)
    return visit_id


def visits_on_paper(bank: Bank, papers: Iterable[Paper], city: str = YUNZHOU) -> list[str]:
    """Write down confirmed visits, all at once, and return their ids, which sort in the order given."""
    the_tree(bank, city)
    wanted = list(papers)
    ids = sorted(new_id() for _ in wanted)
    rows = [_order_row(paper, city) for paper in wanted]
    with writing(bank) as connection:
        begun = _begun(connection, wanted)
        order_rows.add(connection, rows)
        visit_rows.add(connection, [_visit_row(*of, begun) for of in zip(ids, rows, wanted, strict=True)])
        for order, paper in zip(rows, wanted, strict=True):
            if paper.payer is not None and paper.held:
                _hold(connection, bank, order["id"], paper, city)
    return ids


def _begun(connection: Any, papers: Iterable[Paper]) -> dict[tuple[str, date], datetime]:
    """Return when each volunteer began the first of their visits, by volunteer and day."""
    key = (visits_table.c.volunteer_id, visits_table.c.service_date)
    theirs = visits_table.c.volunteer_id.in_({paper.volunteer for paper in papers})
    rows = connection.execute(
        select(*key, func.min(visits_table.c.checked_in_at)).where(theirs).group_by(*key)
    )
    return {(who, on): begun for who, on, begun in rows if begun is not None}


def _order_row(paper: Paper, city: str) -> dict[str, Any]:
    payer = paper.payer
    return {
        "city": city,
        "id": new_id(),
        "service": paper.service,
        "origin": "project" if payer is None else "request",
        "shape": "project" if payer is None else "one_to_one",
        "state": "finished",
        "organisation_id": STREET,
        "publisher_id": STREET,
        "recipient_id": payer,
        "asked_by": "organisation",
        "placed_by": "clerk",
        "channel": "desk",
        "address": "幸福路1号",
        "planned_start": local(f"{paper.on} 09:00"),
        "planned_minutes": paper.planned or paper.minutes,
        "places": 1,
        "places_taken": 1,
        "head_count": 1,
        "placed_on": day(paper.on),
        "service_date": day(paper.on),
    }


def _visit_row(
    visit_id: str, order: dict[str, Any], paper: Paper, begun: dict[tuple[str, date], datetime]
) -> dict[str, Any]:
    on, minutes = paper.on, paper.minutes
    until = begun.get((paper.volunteer, day(on)), local(f"{on} 09:00") + timedelta(minutes=minutes))
    since = begun[paper.volunteer, day(on)] = until - timedelta(minutes=minutes)  # nobody is in two places
    return {
        "city": order["city"],
        "id": visit_id,
        "order_id": order["id"],
        "volunteer_id": paper.volunteer,
        "team_id": paper.team,
        "place": 1,
        "state": "confirmed",
        "planned_minutes": order["planned_minutes"],
        "measured_minutes": minutes,
        "recognised_minutes": minutes,
        "accepted_at": local(f"{on} 08:00"),
        "checked_in_at": since,
        "checked_out_at": until,
        "service_date": day(on),
        "confirmed_by": "organisation",
        "confirmed_at": local(f"{on} 20:00"),
    }


def _hold(connection: Any, bank: Bank, order_id: str, paper: Paper, city: str) -> None:
    ledger, left = Ledger(connection, city, bank.clock()), paper.held
    payer = paper.payer or ""
    keys = [account_of(payer, kind) for kind in (AccountKind.GRANTED, AccountKind.SAVINGS)]
    found = ledger.lock(keys)
    for rank, key in enumerate(keys, start=1):
        part = min(left, found[key].available)
        left -= part
        if part:
            ledger.hold(order_id, 1, payer, key, rank, part, day(paper.held_on or paper.on))
    assert left == 0, "the payer has not enough"
    ledger.flush(Command(city, new_id(), Actor("job:test"), Channel.JOB))


def with_credit(bank: Bank, member: str, minutes: int, on: str = "2026-03-02", city: str = YUNZHOU) -> None:
    """Let a member have earned some whole hours, day by day as the caps let them."""
    first, most = day(on), 480
    earned = [
        Paper(member, min(most, minutes - start), (first - timedelta(days=number)).isoformat())
        for number, start in enumerate(range(0, minutes, most))
    ]
    visits_on_paper(bank, earned, city)
    settlement.settle_due(bank, city)


def pool_pays(bank: Bank, minutes: int, unit: str = "coin", city: str = YUNZHOU) -> None:
    """Let the pool have paid for something, by a correction of the books such as no use case makes yet."""
    keys = [
        AccountKey(OwnerKind.CITY, city, kind, unit) for kind in (AccountKind.POOL, AccountKind.REDEMPTION)
    ]
    clerk = Command(city, new_id(), Actor("clerk"), Channel.DESK)
    rules = bank.city(city).rules_on(bank.clock().date())
    decision = Decision("corrected", rules.digest, rules.effective_from.isoformat(), ())
    paid = (Posting(*keys, minutes),)
    draft = TransferDraft(
        TransferKind.CORRECTION,
        "approval",
        "help",
        paid,
        bank.clock().date(),
        decision,
        operation_id=clerk.operation_id,
    )
    with writing(bank) as connection:
        ledger = Ledger(connection, city, bank.clock())
        ledger.lock(keys)
        ledger.post(draft)
        ledger.flush(clerk, [(commands, [command_rows.row(clerk, "approval", "", {}, bank.clock())])])


# ---- many at once


def all_at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do everything at the same moment, each in a thread of its own; return results, or what was raised."""
    start = threading.Barrier(len(acts))

    def go(act: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return act()
        except Exception as error:  # noqa: BLE001 - what was raised is an answer here
            return error

    with ThreadPoolExecutor(len(acts)) as pool_of_threads:
        return list(pool_of_threads.map(go, acts))


# ---- what one may look at


def account_of(member: str, kind: AccountKind | str = "savings", unit: str = "coin") -> AccountKey:
    """Return the key of a member's account."""
    return AccountKey(OwnerKind.MEMBER, member, AccountKind(kind), unit)


def account(
    bank: Bank, member: str, kind: str = "savings", unit: str = "coin", city: str = YUNZHOU
) -> Account:
    """Return a member's account; one that was never opened has nothing in it."""
    key = account_of(member, kind, unit)
    with bank.reading() as connection:
        found = account_rows.find(connection, city, [key])
    return found.get(key, Account("", key, 0, 0))


def posted(bank: Bank, member: str, kind: str = "savings", unit: str = "coin", city: str = YUNZHOU) -> int:
    """Return the minutes posted on a member's account."""
    return account(bank, member, kind, unit, city).posted


def pool(bank: Bank, unit: str = "coin", city: str = YUNZHOU) -> int:
    """Return the minutes in the city's pool."""
    key = AccountKey(OwnerKind.CITY, city, AccountKind.POOL, unit)
    with bank.reading() as connection:
        found = account_rows.find(connection, city, [key])
    return found[key].posted if found else 0


def visit_row(bank: Bank, visit: Visited | str) -> Any:
    """Return the row of a visit."""
    visit_id = visit if isinstance(visit, str) else visit.id
    with bank.reading() as connection:
        return connection.execute(select(visits_table).where(visits_table.c.id == visit_id)).one()


def hold_states(bank: Bank, order_id: str) -> list[tuple[str, int, int | None]]:
    """Return (state, minutes held, minutes posted) of an order's holds, in the order in which they pay."""
    with bank.reading() as connection:
        rows = connection.execute(
            select(holds).where(holds.c.order_id == order_id).order_by(holds.c.place, holds.c.rank)
        )
        return [(row.state, row.minutes, row.posted_minutes) for row in rows]


def lines_of(bank: Bank, transfer_id: str) -> list[tuple[str, str, str, int]]:
    """Return (debit kind, credit kind, unit, minutes) of a transfer's postings, in order."""
    debit, credit = accounts.alias("debit"), accounts.alias("credit")
    with bank.reading() as connection:
        rows = connection.execute(
            select(debit.c.kind.label("debit"), credit.c.kind.label("credit"), postings)
            .join(debit, (debit.c.city == postings.c.city) & (debit.c.id == postings.c.debit_id))
            .join(credit, (credit.c.city == postings.c.city) & (credit.c.id == postings.c.credit_id))
            .where(postings.c.transfer_id == transfer_id)
            .order_by(postings.c.line)
        )
        return [(row.debit, row.credit, row.unit, row.minutes) for row in rows]


def decision_of(bank: Bank, transfer_id: str) -> dict[str, Any]:
    """Return the stored decision of a transfer."""
    with bank.reading() as connection:
        return connection.execute(
            select(transfers.c.decision).where(transfers.c.id == transfer_id)
        ).scalar_one()


def row_counts(bank: Bank) -> dict[str, int]:
    """Return how many rows every table has."""
    with bank.reading() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in METADATA.sorted_tables
        }


# ---- rule files

DAY_CAP = (
    "  day: {on: credit, unit: coin, account: savings, per: day, limit: 8 h, "
    "over: not_credited, assumed: 防止虚报，办法未规定}\n"
)
BEGINS = "effective: {from: 2026-01-01, source: mb25 第三十条}\n"
FINISH = "{open_orders: finish, assumed: 测试所用}"
NO_DAY_CAP = (DAY_CAP, "")


def changed(text: str, *edits: tuple[str, str]) -> str:
    """Return a rule file with some texts replaced, each of which must stand in it."""
    for old, new in edits:
        assert old in text, f"the fixture has no {old!r}"
        text = text.replace(old, new)
    return text


def a_config(
    folder: Path,
    *first: tuple[str, str],
    later: tuple[tuple[str, str], ...] | None = None,
    later_day: str = CHANGE_DAY,
    transition: str = FINISH,
) -> Path:
    """Return a folder with yunzhou's rule file changed by text edits, and a later file changed on top of it.

    Args:
        folder: where to write, usually `tmp_path`.
        first: edits of the file of 2026-01-01.
        later: further edits of a second file; none is written without.
        later_day: from which day the second file is in force.
        transition: what the second file says of open orders and dropped services.
    """
    original = (FIXTURES / YUNZHOU / "2026-01-01.yaml").read_text(encoding="utf-8")
    city = folder / "config" / YUNZHOU
    city.mkdir(parents=True)
    earlier = changed(original, *first)
    (city / "2026-01-01.yaml").write_text(earlier, encoding="utf-8")
    if later is not None:
        begins = f"{BEGINS.replace('2026-01-01', later_day)}replaces: 2026-01-01\ntransition: {transition}\n"
        text = changed(earlier, (BEGINS, begins), *later)
        (city / f"{later_day}.yaml").write_text(text, encoding="utf-8")
    return city.parent


# ---- statements


@contextmanager
def statements(bank: Bank) -> Iterator[list[str]]:
    """Collect the statements the bank sends meanwhile, without those that only begin a transaction."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, _parameters, _context, _many) -> None:
        if not statement.upper().startswith("BEGIN"):
            seen.append(" ".join(statement.split()))

    event.listen(bank.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(bank.engine, "before_cursor_execute", note)


in_points = partial(posted, unit="point")
