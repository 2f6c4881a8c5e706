"""A ledger as CSV, a row for each posting: for spreadsheets, and for whoever reads it with a program of his own."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from timebank.services.exporting.values import BookAccount, BookFormat, BookTransfer

COLUMNS = (
    "transfer",
    "line",
    "day",
    "kind",
    "cause",
    "reverses",
    "debit_account",
    "credit_account",
    "unit",
    "minutes",
)


def _written(rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _begins(_city: str, _commodities: Sequence[str], _first: date) -> str:
    return _written([COLUMNS])


def _moves(transfer: BookTransfer) -> str:
    about = (transfer.day, transfer.kind, transfer.cause, transfer.reverses)
    return _written(
        (transfer.id, line.number, *about, line.debit, line.credit, line.commodity, line.minutes)
        for line in transfer.lines
    )


def _nothing(_account: BookAccount, _day: date) -> str:
    return ""


CSV = BookFormat(_begins, _nothing, _moves, _nothing)
