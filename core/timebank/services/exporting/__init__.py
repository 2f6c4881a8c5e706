"""An outsider's books: a city's whole ledger in the form of programs that know nothing of ours.

Units become commodities, whose amounts are whole minutes; accounts are named by what they are for and their
identifiers. No name of a person is in it. Transfers stand on the day whose rules decided, in the order in which
they were made; what checks its own books, as Beancount and hledger do, is told every account's balance as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row

from timebank.services.desk import Bank, local_day
from timebank.services.exporting.beancount import BEANCOUNT
from timebank.services.exporting.hledger import HLEDGER
from timebank.services.exporting.names import account_name, coded, commodity
from timebank.services.exporting.sheet import CSV
from timebank.services.exporting.values import BookAccount, BookFormat, BookLine, BookTransfer
from timebank.storage import export_rows

FORMATS: Mapping[str, BookFormat] = {"beancount": BEANCOUNT, "hledger": HLEDGER, "csv": CSV}


def export_ledger(
    bank: Bank,
    city_code: str,
    form: BookFormat,
    write: Callable[[str], object],
    progress: Callable[[int, int], None] = lambda _done, _many: None,
) -> int:
    """Write a city's ledger, as it is at one instant, part by part; memory does not grow with it.

    Args:
        bank: the bank.
        city_code: the city's code.
        form: one of ``FORMATS``.
        write: takes the text.
        progress: told how many transfers of how many are written.

    Returns:
        How many transfers there are.

    Raises:
        NotFound: no such city.
    """
    today = local_day(bank.city(city_code), bank.clock())
    with bank.snapshot() as connection:
        span = export_rows.span(connection, city_code)
        first, after = span.first or today, (span.last or today) + timedelta(days=1)
        units = [commodity(unit) for unit in export_rows.units(connection, city_code)]
        write(form.begins(city_code, units, first))
        for account in _accounts(connection, city_code):
            write(form.opens(account, first))
        for done, transfer in enumerate(_transfers(connection, city_code), start=1):
            write(form.moves(transfer))
            if done % export_rows.PAGE == 0:
                progress(done, span.many)
        for account in _accounts(connection, city_code):
            write(form.ends(account, after))
    progress(span.many, span.many)
    return int(span.many)


def _accounts(connection: Connection, city: str) -> Iterator[BookAccount]:
    for row in export_rows.every_account(connection, city):
        owner = coded(f"{row.owner_kind}:{row.owner_id}")
        yield BookAccount(account_name(row.kind, row.id), commodity(row.unit), owner, int(row.balance))


def _transfers(connection: Connection, city: str) -> Iterator[BookTransfer]:
    by_transfer = groupby(export_rows.every_posting(connection, city), key=lambda row: row.transfer_id)
    for transfer_id, rows in by_transfer:
        lines = list(rows)
        about = lines[0]
        cause = coded(f"{about.cause_kind}:{about.cause_id}")
        yield BookTransfer(
            transfer_id, about.day, about.kind, cause, about.reverses or "", tuple(map(_line, lines))
        )


def _line(row: Row[Any]) -> BookLine:
    debit, credit = account_name(row.debit_kind, row.debit_id), account_name(row.credit_kind, row.credit_id)
    return BookLine(row.line, debit, credit, commodity(row.unit), row.minutes)
