"""What is written into another program's books, and how such a book is made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class BookAccount:
    """An account.

    Attributes:
        name: see ``names.account_name``.
        commodity: the unit it counts in; every amount is whole minutes of it.
        owner: kind and identifier of the owner, coded.
        balance: minutes, with sign.
    """

    name: str
    commodity: str
    owner: str
    balance: int


@dataclass(frozen=True, slots=True)
class BookLine:
    """One posting: whole minutes, positive, from the debit account to the credit account."""

    number: int
    debit: str
    credit: str
    commodity: str
    minutes: int


@dataclass(frozen=True, slots=True)
class BookTransfer:
    """A transfer with its postings.

    Attributes:
        day: the city's local day whose rules decided.
        cause: kind and identifier of what it was for, coded.
        reverses: the transfer it undoes, or nothing.
    """

    id: str
    day: date
    kind: str
    cause: str
    reverses: str
    lines: tuple[BookLine, ...]


@dataclass(frozen=True)
class BookFormat:
    """How one program's book is written, part by part; every part is text that ends its line.

    Attributes:
        begins: the head, given the city and its commodities.
        opens: an account, on the first day of the book.
        moves: a transfer.
        ends: an account's balance, to be checked by the reader on the day after the last.
    """

    begins: Callable[[str, Sequence[str], date], str]
    opens: Callable[[BookAccount, date], str]
    moves: Callable[[BookTransfer], str]
    ends: Callable[[BookAccount, date], str]
