"""Readers of the bank test: each looks at the whole bank in one snapshot, again and again, while others work."""

from collections import Counter
from typing import Any

from sqlalchemy import Connection, func, select

from tests.banks import YUNZHOU, a_bank
from tests.torture.bank_clients import Work
from tests.torture.journal import Journal
from timebank.domain.account import UNCOUNTED, AccountKind
from timebank.services.desk import Bank
from timebank.services.verification import ask
from timebank.services.verification_names import NAMES
from timebank.storage.books import accounts, holds, postings

READER = "reader"


def run_reader(work: Work) -> list[str]:
    """Read snapshots until the run is over; return everything that was wrong in any of them."""
    journal, wrong, laws = Journal(work.folder, READER), list[str](), list(NAMES)
    with a_bank(work.url, config_folder=work.config) as bank:
        number = 0
        while not work.over:
            wrong += _one_snapshot(bank, work, laws[number % len(laws)])
            number += 1
            journal.note("read", READER, str(number))
    journal.close()
    return wrong


def _one_snapshot(bank: Bank, work: Work, law: str) -> list[str]:
    """Ask everything at one instant: the whole sum, and one of the laws that verification knows."""
    level = {"isolation_level": "REPEATABLE READ"} if bank.engine.name == "postgresql" else {}
    with bank.engine.connect().execution_options(**level) as connection, connection.begin():
        found = wrong_in(connection, {*work.hot, *work.cold})
        answer = ask(connection, bank.city(YUNZHOU), law)
        return found + [f"{law}: {shown}" for shown in answer.shown]


def wrong_in(connection: Connection, known: set[str]) -> list[str]:
    """Return what is wrong with the balances of a snapshot, each added up again from postings and holds."""
    rows = connection.execute(select(accounts).where(accounts.c.city == YUNZHOU)).all()
    moved = _moved(connection)
    open_holds = select(holds.c.account_id, func.sum(holds.c.minutes)).where(
        holds.c.city == YUNZHOU, holds.c.state == "open"
    )
    held = {key: int(total) for key, total in connection.execute(open_holds.group_by(holds.c.account_id))}
    wrong = [f"unknown account {key}" for key in (moved.keys() | held.keys()) - {row.id for row in rows}]
    by_unit: Counter[str] = Counter()
    for row in rows:
        by_unit[row.unit] += moved[row.id]
        wrong += [f"{fault}: {row}" for fault, is_so in _faults(row, moved[row.id], held, known) if is_so]
    return wrong + [f"{unit} adds up to {total}" for unit, total in by_unit.items() if total]


def _moved(connection: Connection) -> Counter[str]:
    moved: Counter[str] = Counter()
    for side, sign in ((postings.c.debit_id, -1), (postings.c.credit_id, 1)):
        total = select(side, func.sum(postings.c.minutes)).where(postings.c.city == YUNZHOU).group_by(side)
        for account_id, minutes in connection.execute(total):
            moved[account_id] += sign * int(minutes)
    return moved


def _faults(row: Any, moved: int, held: dict[str, int], known: set[str]) -> list[tuple[str, bool]]:
    floored = AccountKind(row.kind) not in UNCOUNTED and row.kind != AccountKind.OWED
    return [
        ("a balance is not its postings", row.posted != (0 if row.kind in UNCOUNTED else moved)),
        ("held is not its holds", row.held != held.get(row.id, 0)),
        ("overdrawn", floored and row.posted - row.held < 0),
        ("nobody owns it", row.owner_id not in known | {YUNZHOU}),
    ]
