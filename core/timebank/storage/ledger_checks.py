"""The laws of the ledger as queries, each of which must return no row.

Nothing of the engine is used here, not even its words for states: whoever doubts the engine can read these
statements against the tables alone. Every query names what is wrong in ``subject`` and shows figures beside it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from timebank.storage.books import accounts, holds, postings, transfers

UNCOUNTED = ("issuance", "redemption", "expiry")
BELOW_ZERO = (*UNCOUNTED, "owed", "clearing")
ISSUING = ("settlement", "grant", "import", "correction")


def finding(subject: ColumnElement[Any], *details: ColumnElement[Any]) -> Select[Any]:
    """Begin a query: what is wrong, and figures that show it."""
    return select(subject.label("subject"), *[part.label(f"detail_{n}") for n, part in enumerate(details)])


def _sums(city: str) -> FromClause:
    """Return (city, account_id, minutes): the sum of all postings of every account that has any."""
    moves = union_all(
        select(
            postings.c.city, postings.c.credit_id.label("account_id"), postings.c.minutes.label("minutes")
        ).where(postings.c.city == city),
        select(postings.c.city, postings.c.debit_id, -postings.c.minutes).where(postings.c.city == city),
    ).cte("moves")
    total = cast(func.sum(moves.c.minutes), BigInteger).label("minutes")
    return (
        select(moves.c.city, moves.c.account_id, total).group_by(moves.c.city, moves.c.account_id).cte("sums")
    )


def posting_amounts(city: str) -> Select[Any]:
    """I-01, I-05: a posting moves a whole, positive number of minutes between two accounts."""
    return finding(postings.c.transfer_id, postings.c.line, postings.c.minutes).where(
        postings.c.city == city,
        or_(
            postings.c.minutes <= 0,
            postings.c.debit_id == postings.c.credit_id,
            postings.c.minutes != cast(postings.c.minutes, BigInteger),
        ),
    )


def conservation(city: str) -> Select[Any]:
    """I-02: all balances of a unit are nothing together, those that are kept and those that are sums of postings."""
    sums = _sums(city)
    here = and_(sums.c.city == accounts.c.city, sums.c.account_id == accounts.c.id)
    balance = case(
        (accounts.c.kind.in_(UNCOUNTED), func.coalesce(sums.c.minutes, 0)), else_=accounts.c.posted
    )
    total = func.sum(balance)
    return (
        finding(accounts.c.unit, total)
        .select_from(accounts.outerjoin(sums, here))
        .where(accounts.c.city == city)
        .group_by(accounts.c.unit)
        .having(total != 0)
    )


def balances(city: str) -> Select[Any]:
    """I-03: the balance an account keeps is the sum of its postings; where none is kept it stays nothing."""
    sums = _sums(city)
    here = and_(sums.c.city == accounts.c.city, sums.c.account_id == accounts.c.id)
    total = func.coalesce(sums.c.minutes, 0)
    expected = case((accounts.c.kind.in_(UNCOUNTED), 0), else_=total)
    return (
        finding(accounts.c.id, accounts.c.posted, expected)
        .select_from(accounts.outerjoin(sums, here))
        .where(accounts.c.city == city, accounts.c.posted != expected)
    )


def balances_follow_each_other(city: str) -> Select[Any]:
    """I-03: every balance before a posting is the balance after another, from nothing to what the account keeps.

    No order of the postings is needed: whatever the order, each balance is reached as often as it is left, but
    that an account begins with nothing and ends with its balance.
    """
    sides = (
        (postings.c.debit_id, postings.c.debit_after, 1),
        (postings.c.credit_id, postings.c.credit_after, -1),
    )
    steps = []
    for account_id, after, back in sides:
        kept = (postings.c.city == city, after.is_not(None))
        before = after + back * postings.c.minutes
        steps.append(
            select(account_id.label("account_id"), before.label("balance"), literal(1).label("n")).where(
                *kept
            )
        )
        steps.append(select(account_id, after, literal(-1)).where(*kept))
    mine = (accounts.c.city == city, accounts.c.kind.not_in(UNCOUNTED))
    steps.append(select(accounts.c.id, literal(0), literal(-1)).where(*mine))
    steps.append(select(accounts.c.id, accounts.c.posted, literal(1)).where(*mine))
    step = union_all(*steps).cte("steps")
    left = func.sum(step.c.n)
    return (
        finding(step.c.account_id, step.c.balance, left)
        .group_by(step.c.account_id, step.c.balance)
        .having(left != 0)
    )


def held(city: str) -> Select[Any]:
    """I-03: what an account says is held is the sum of its open holds."""
    open_holds = (
        select(holds.c.city, holds.c.account_id, func.sum(holds.c.minutes).label("minutes"))
        .where(holds.c.city == city, holds.c.state == "open")
        .group_by(holds.c.city, holds.c.account_id)
        .cte("open_holds")
    )
    here = and_(open_holds.c.city == accounts.c.city, open_holds.c.account_id == accounts.c.id)
    total = func.coalesce(open_holds.c.minutes, 0)
    return (
        finding(accounts.c.id, accounts.c.held, total)
        .select_from(accounts.outerjoin(open_holds, here))
        .where(accounts.c.city == city, accounts.c.held != total)
    )


def issued_for_a_cause(city: str) -> Select[Any]:
    """I-04: minutes are born only by settlement, grant, import or correction, each with its cause."""
    return (
        finding(transfers.c.id, transfers.c.kind, transfers.c.cause_kind)
        .join(postings, and_(postings.c.city == transfers.c.city, postings.c.transfer_id == transfers.c.id))
        .join(accounts, and_(accounts.c.city == postings.c.city, accounts.c.id == postings.c.debit_id))
        .where(
            transfers.c.city == city,
            accounts.c.kind == "issuance",
            or_(transfers.c.kind.not_in(ISSUING), transfers.c.cause_id == ""),
        )
    )


def floors(city: str) -> Select[Any]:
    """I-06, I-07: no account gives what it has not; only those meant to may stand below nothing."""
    return finding(accounts.c.id, accounts.c.posted, accounts.c.held).where(
        accounts.c.city == city,
        or_(
            and_(accounts.c.kind.not_in(BELOW_ZERO), func.coalesce(accounts.c.floor, -1) < 0),
            accounts.c.posted - accounts.c.held < accounts.c.floor,
            accounts.c.held < 0,
            and_(accounts.c.kind == "owed", accounts.c.posted > 0),
        ),
    )


def carried(city: str) -> Select[Any]:
    """Minutes wait for the next settlement only where service is credited, and are never below nothing."""
    return finding(accounts.c.id, accounts.c.carried).where(
        accounts.c.city == city,
        or_(
            accounts.c.carried < 0,
            and_(accounts.c.carried > 0, accounts.c.kind.not_in(("savings", "granted", "donation_only"))),
        ),
    )


def postings_carry_balances(city: str) -> Select[Any]:
    """Every posting says what the balance was after it, just where one is kept, and none was below nothing."""
    debit, credit = accounts.alias("debit"), accounts.alias("credit")

    def wrong(account: FromClause, after: ColumnElement[Any]) -> ColumnElement[bool]:
        return or_(
            and_(account.c.kind.in_(UNCOUNTED), after.is_not(None)),
            and_(account.c.kind.not_in(UNCOUNTED), after.is_(None)),
            and_(account.c.kind.not_in(BELOW_ZERO), after < 0),
        )

    return (
        finding(postings.c.transfer_id, postings.c.line, postings.c.debit_after, postings.c.credit_after)
        .join(debit, and_(debit.c.city == postings.c.city, debit.c.id == postings.c.debit_id))
        .join(credit, and_(credit.c.city == postings.c.city, credit.c.id == postings.c.credit_id))
        .where(
            postings.c.city == city,
            or_(wrong(debit, postings.c.debit_after), wrong(credit, postings.c.credit_after)),
        )
    )


def one_city_and_unit(city: str) -> Select[Any]:
    """I-26: a posting stays within its city and its unit, and belongs to a transfer."""
    apart = []
    for side in (postings.c.debit_id, postings.c.credit_id):
        same = (
            select(literal(1))
            .where(
                accounts.c.city == postings.c.city, accounts.c.id == side, accounts.c.unit == postings.c.unit
            )
            .exists()
        )
        apart.append(~same)
    whole = (
        select(literal(1))
        .where(transfers.c.city == postings.c.city, transfers.c.id == postings.c.transfer_id)
        .exists()
    )
    return finding(postings.c.transfer_id, postings.c.line).where(
        postings.c.city == city, or_(*apart, ~whole)
    )


class dashed(FunctionElement[str]):  # noqa: N801 - it stands in a statement as a function does
    """An identifier as text with its dashes, as a cause names it; SQLite keeps the digits alone."""

    type = String()
    inherit_cache = True


@compiles(dashed)
def _as_text(element: dashed, compiler: SQLCompiler, **how: Any) -> str:
    return compiler.process(cast(next(iter(element.clauses)), String), **how)


@compiles(dashed, "sqlite")
def _with_dashes(element: dashed, compiler: SQLCompiler, **how: Any) -> str:
    digits = compiler.process(next(iter(element.clauses)), **how)
    groups = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
    return " || '-' || ".join(f"substr({digits}, {first}, {length})" for first, length in groups)
