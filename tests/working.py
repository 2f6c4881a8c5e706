"""The made-up city at work: elders with hours, admitted volunteers, orders placed and taken in one line each."""

from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event, select

from tests.banks import FIXTURES, YUNZHOU, day, do, local
from tests.yunzhou import a_member, an_elder
from timebank.domain.account import AccountKey, AccountKind, OwnerKind
from timebank.domain.decision import Decision
from timebank.domain.identity import new_id
from timebank.domain.transfer import Posting, TransferKind
from timebank.services import admission, orders, visits
from timebank.services.desk import Answer, Bank, Desk
from timebank.services.members import verify_tie
from timebank.storage import account_rows, admission_rows, hold_rows, order_rows, visit_rows
from timebank.storage.books import holds
from timebank.storage.engine import WRITES
from timebank.storage.envelope import outbox
from timebank.storage.ledger_session import TransferDraft

STREET = {"by": "li", "at": "east-1"}
ABOVE = {"by": "gao", "at": "east"}
START = "2026-03-03 09:00"
CLOCK = [{"kind": "clock", "note": ""}]
APP = [{"kind": "app", "note": ""}]


def a_volunteer(bank: Bank, name: str = "张三", home: str = "east-1", **more: Any) -> str:
    """Register a member and admit them as a volunteer taken over from an earlier system; return their id."""
    member = a_member(bank, name, home=home, **more)
    rules = bank.city(YUNZHOU).rules_on(day("2026-01-01"))
    row = admission.imported_row(YUNZHOU, member, "volunteer", day("2026-01-01"), rules)
    with bank.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        admission_rows.add(connection, [row], [])
    return member


def volunteers(bank: Bank, many: int) -> list[str]:
    """Return so many admitted volunteers."""
    return [a_volunteer(bank, f"志愿者{number}") for number in range(many)]


def give_hours(desk: Desk, member_id: str, kind: str, minutes: int) -> Answer:
    """Issue minutes to a member, as an import does."""
    to = AccountKey(OwnerKind.MEMBER, member_id, AccountKind(kind), "coin")
    issuance = AccountKey(OwnerKind.CITY, desk.city.code, AccountKind.ISSUANCE, "coin")
    with desk.writing() as write:
        write.ledger.lock([to, issuance])
        decision = Decision("imported", "test", "2026-01-01", ())
        line = Posting(issuance, to, minutes)
        draft = TransferDraft(TransferKind.IMPORT, "import", new_id(), (line,), desk.today, decision)
        return write.answer(transfer_id=write.ledger.post(draft))


def an_elder_with(
    bank: Bank, *, granted: int = 0, savings: int = 0, home: str = "east-1", **more: Any
) -> str:
    """Return an admitted elder who has so many minutes."""
    elder = an_elder(bank, home=home, **more)
    for kind, minutes in (("granted", granted), ("savings", savings)):
        if minutes:
            do(bank, give_hours, member_id=elder, kind=kind, minutes=minutes)
    return elder


def kin_of(bank: Bank, elder: str, relation: str = "child", **dates: Any) -> str:
    """Return a proved child of an elder, or who is another relation of theirs."""
    child = a_member(bank, "王小明")
    since = {"valid_from": day("2026-01-01")} | dates
    do(
        bank,
        verify_tie,
        **STREET,
        member_id=elder,
        kin_id=child,
        relation=relation,
        proof="household_register",
        **since,
    )
    return child


def place(bank: Bank, elder: str | None = None, by: str | None = None, **over: Any) -> str:
    """Place an order for an hour's company, by the elder unless told otherwise; return its id."""
    return str(placed(bank, elder, by, **over)["order_id"])


def placed(bank: Bank, elder: str | None = None, by: str | None = None, **over: Any) -> Answer:
    """Place an order and return the whole answer."""
    asked: dict[str, Any] = {
        "service": "chat",
        "organisation_id": "east-1",
        "planned_start": START,
        "planned_minutes": 60,
        "address": "东一街道1号",
    }
    who = {"by": by or elder} if by or elder else STREET
    asked |= over
    if isinstance(asked["planned_start"], str):
        asked["planned_start"] = local(asked["planned_start"])
    envelope = {key: asked.pop(key) for key in ("by", "at", "party", "channel", "operation") if key in asked}
    return do(bank, orders.place, **(who | envelope), recipient_id=elder, **asked)


def publish(bank: Bank, order: str) -> str:
    """Let an order pass review and be published, as the file's steps want."""
    for step, state in ((orders.approve, "requested"), (orders.publish, "approved")):
        if order_row(bank, order).state == state:
            do(bank, step, **STREET, order_id=order)
    return order


def published(bank: Bank, elder: str | None = None, **over: Any) -> str:
    """Place and publish an order."""
    return publish(bank, place(bank, elder, **over))


def a_project(bank: Bank, places: int = 3, **over: Any) -> str:
    """Place and publish a project with places."""
    return published(bank, None, places=places, head_count=10, title="聊天会", **over)


def take(bank: Bank, order: str, volunteer: str, **over: Any) -> str:
    """Let a volunteer take a place; return the visit."""
    asked = {"by": volunteer} | over
    return str(do(bank, visits.accept, order_id=order, volunteer_id=volunteer, **asked)["visit_id"])


def serve(bank: Bank, clock: Any, visit: str, start: str = START, minutes: int = 60) -> None:
    """Check a visit in and out by its volunteer."""
    volunteer = visit_row(bank, visit).volunteer_id
    clock.set(start)
    do(bank, visits.check_in, by=volunteer, visit_id=visit, claims=CLOCK)
    clock.forward(minutes=minutes)
    do(bank, visits.check_out, by=volunteer, visit_id=visit, claims=CLOCK)


def order_row(bank: Bank, order: str) -> Any:
    """Return an order's row."""
    with bank.reading() as connection:
        return order_rows.find(connection, YUNZHOU, order)


def visit_row(bank: Bank, visit: str) -> Any:
    """Return a visit's row."""
    with bank.reading() as connection:
        return visit_rows.find(connection, YUNZHOU, visit)


def available(bank: Bank, member: str, kind: str = "savings") -> int:
    """Return what a member may still spend of one kind."""
    with bank.reading() as connection:
        found = account_rows.of_owner(connection, YUNZHOU, OwnerKind.MEMBER, member)
    return sum(account.available for account in found if account.key.kind == kind)


def held(bank: Bank, order: str) -> list[tuple[int, str, int]]:
    """Return (place, account kind, minutes) of an order's open holds."""
    with bank.reading() as connection:
        rows = hold_rows.open_of_orders(connection, YUNZHOU, [order])
    return [(row.place, row.account_kind, row.minutes) for row in rows]


def hold_states(bank: Bank, order: str) -> list[str]:
    """Return the states of all holds an order ever had."""
    with bank.reading() as connection:
        return sorted(connection.execute(select(holds.c.state).where(holds.c.order_id == order)).scalars())


def events(bank: Bank, prefix: str = "") -> list[str]:
    """Return the kinds of the events told so far."""
    with bank.reading() as connection:
        kinds = connection.execute(select(outbox.c.kind).order_by(outbox.c.id)).scalars()
        return [kind for kind in kinds if kind.startswith(prefix)]


def bodies(bank: Bank, kind: str) -> list[dict[str, Any]]:
    """Return the bodies of the events of one kind."""
    with bank.reading() as connection:
        wanted = select(outbox.c.body).where(outbox.c.kind == kind).order_by(outbox.c.id)
        return list(connection.execute(wanted).scalars())


def city_folder(folder: Path, *edits: tuple[str, str]) -> Path:
    """Write the made-up city's rule file with some words changed: (old, new), where old must stand in the file."""
    _write(folder, "2026-01-01", edits)
    return folder


def later_rules(folder: Path, effective: str, transition: str, *edits: tuple[str, str]) -> Path:
    """Write rules that follow those of 2026-01-01 from a day on, with their ``transition`` and words changed."""
    first = "effective: {from: 2026-01-01, source: mb25 第三十条}\n"
    follows = f"effective: {{from: {effective}, source: mb25 第三十条}}\nreplaces: 2026-01-01\n"
    _write(folder, effective, ((first, f"{follows}transition: {transition}\n"), *edits))
    return folder


def _write(folder: Path, effective: str, edits: tuple[tuple[str, str], ...]) -> None:
    text = (FIXTURES / YUNZHOU / "2026-01-01.yaml").read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    (folder / YUNZHOU).mkdir(exist_ok=True)
    (folder / YUNZHOU / f"{effective}.yaml").write_text(text, encoding="utf-8")


@contextmanager
def counted_statements(bank: Bank) -> Any:
    """Collect every statement that is sent meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "PRAGMA")):
            sent.append(statement)

    event.listen(bank.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(bank.engine, "before_cursor_execute", note)
