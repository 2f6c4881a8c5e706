"""A member's statement: balances, what moved, and what is held, in minutes and in the city's units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, select

from timebank.domain.account import Account, AccountKey, OwnerKind
from timebank.domain.identity import first_id
from timebank.domain.refusal import missing
from timebank.domain.words import Words
from timebank.services.amounts import in_units
from timebank.services.desk import Bank, local_day
from timebank.services.facts import facts_of
from timebank.services.honours import honour_reached
from timebank.storage import account_rows, statement_rows
from timebank.storage.people import members

PAGE = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One movement on one account.

    Attributes:
        minutes: with sign: what came is positive.
        balance: of that account afterwards, or None where no balance is kept.
        cursor: where the next page begins.
    """

    transfer_id: str
    kind: str
    day: date
    account: str
    unit: str
    minutes: int
    balance: int | None
    cursor: tuple[str, int]


@dataclass(frozen=True, slots=True)
class Statement:
    """What a member holds and how it came.

    Attributes:
        balances: one for each account: the account and its available minutes in words.
        lines: a page of movements, oldest first.
        more: where the next page begins, or None.
        held: minutes reserved by open orders, (order id, minutes, day).
        served_minutes: all that was served and settled so far.
        honour: what that reached, as the city calls it, or None.
    """

    reference: str
    name: str
    balances: tuple[tuple[Account, Words], ...]
    lines: tuple[Line, ...]
    more: tuple[str, int] | None
    held: tuple[tuple[str, int, date], ...]
    served_minutes: int
    honour: Words | None


def statement(
    bank: Bank, city_code: str, reference: str, after: tuple[str, int] = ("", 0), many: int = PAGE
) -> Statement:
    """Return a page of the statement of the member with a reference."""
    city = bank.city(city_code)
    today = local_day(city, bank.clock())
    rules = city.rules_on(today)
    with bank.reading() as connection:
        member = _member(connection, city_code, reference)
        served = facts_of(connection, city_code, member.id, today).served_minutes
        owned = account_rows.of_owner(connection, city_code, OwnerKind.MEMBER, member.id)
        ids = [account.id for account in owned]
        moved = statement_rows.movements(connection, city_code, ids, after, many + 1) if ids else []
        held = statement_rows.open_holds(connection, city_code, ids) if ids else []
    lines = _lines(moved[:many], {account.id: account for account in owned})
    honour = honour_reached(rules, served)
    return Statement(
        reference,
        member.name,
        tuple((account, in_units(account.available, account.key.unit, rules)) for account in owned),
        lines,
        lines[-1].cursor if len(moved) > many else None,
        tuple((row.order_id, row.minutes, row.placed_on) for row in held),
        served,
        rules.words(f"honours.{honour}.label") if honour is not None else None,
    )


def balances_on(bank: Bank, city_code: str, reference: str, day: date) -> dict[AccountKey, int]:
    """Return what each account of a member held, by the books, when a local day ended; the way is as short for any day.

    What was recorded later does not count, whatever day it was for.

    Returns:
        Posted minutes by account; 0 where nothing had moved yet.
    """
    city = bank.city(city_code)
    ended = datetime.combine(day + timedelta(days=1), time(), city.book.timezone)
    with bank.reading() as connection:
        member = _member(connection, city_code, reference)
        owned = account_rows.of_owner(connection, city_code, OwnerKind.MEMBER, member.id)
        ids = [account.id for account in owned]
        found = statement_rows.balances_before(connection, city_code, ids, first_id(ended)) if ids else {}
    return {account.key: found.get(account.id, 0) for account in owned}


def _member(connection: Connection, city: str, reference: str) -> Any:
    found = connection.execute(
        select(members.c.id, members.c.name).where(members.c.city == city, members.c.reference == reference)
    ).one_or_none()
    if found is None:
        raise missing(Words("成员编号", "member"), reference)
    return found


def _lines(moved: Sequence[Any], owned: dict[str, Account]) -> tuple[Line, ...]:
    return tuple(
        Line(
            row.transfer_id,
            row.kind,
            row.day,
            owned[row.account_id].key.kind.value,
            owned[row.account_id].key.unit,
            row.minutes,
            row.balance,
            (row.transfer_id, row.line),
        )
        for row in moved
    )
