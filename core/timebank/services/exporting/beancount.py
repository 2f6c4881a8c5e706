"""A ledger as a file for Beancount, which checks by itself that every account comes to our balance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from timebank.services.exporting.values import BookAccount, BookFormat, BookTransfer


def _begins(city: str, commodities: Sequence[str], first: date) -> str:
    units = "".join(f'{first} commodity {name}\n  amounts: "minutes"\n' for name in commodities)
    return f'option "title" "timebank {city}"\n{units}'


def _opens(account: BookAccount, first: date) -> str:
    return f'{first} open {account.name} {account.commodity}\n  owner: "{account.owner}"\n'


def _moves(transfer: BookTransfer) -> str:
    return "".join(_transaction(transfer))


def _transaction(transfer: BookTransfer) -> Iterator[str]:
    yield f'{transfer.day} * "{transfer.kind}"\n  transfer: "{transfer.id}"\n  cause: "{transfer.cause}"\n'
    if transfer.reverses:
        yield f'  reverses: "{transfer.reverses}"\n'
    for line in transfer.lines:
        yield f"  {line.credit} {line.minutes} {line.commodity}\n"
        yield f"  {line.debit} {-line.minutes} {line.commodity}\n"


def _ends(account: BookAccount, day: date) -> str:
    return f"{day} balance {account.name} {account.balance} {account.commodity}\n"


BEANCOUNT = BookFormat(_begins, _opens, _moves, _ends)
