"""A ledger as a journal for hledger, which checks by itself that every account comes to our balance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from timebank.services.exporting.values import BookAccount, BookFormat, BookTransfer


def _begins(city: str, commodities: Sequence[str], _first: date) -> str:
    units = "".join(f'commodity 1000. "{name}"  ; amounts:minutes\n' for name in commodities)
    return f"; timebank {city}\n{units}"


def _opens(account: BookAccount, _first: date) -> str:
    return f"account {account.name}  ; owner:{account.owner}\n"


def _moves(transfer: BookTransfer) -> str:
    return "".join(_transaction(transfer))


def _transaction(transfer: BookTransfer) -> Iterator[str]:
    undone = f", reverses:{transfer.reverses}" if transfer.reverses else ""
    yield f"{transfer.day} * {transfer.kind}  ; transfer:{transfer.id}, cause:{transfer.cause}{undone}\n"
    for line in transfer.lines:
        yield f'    {line.credit}  {line.minutes} "{line.commodity}"\n'
        yield f'    {line.debit}  {-line.minutes} "{line.commodity}"\n'


def _ends(account: BookAccount, day: date) -> str:
    unit = f'"{account.commodity}"'
    return f"{day} * balance\n    {account.name}  0 {unit} = {account.balance} {unit}\n"


HLEDGER = BookFormat(_begins, _opens, _moves, _ends)
