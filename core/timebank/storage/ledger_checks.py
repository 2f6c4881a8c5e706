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

from timebank.storage.books import accounts, holds, postings, transfers
from timebank.storage.envelope import commands, rule_files

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
        select(moves.c.city, moves.c.account_id, total)
        .group_by(moves.c.city, moves.c.account_id)
        .cte("sums")
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


def transfers_have_a_command(city: str) -> Select[Any]:
    """I-10, I-11: every transfer was asked for by a stored command."""
    asked = (
        select(literal(1))
        .where(
            commands.c.city == transfers.c.city,
            commands.c.actor_id == transfers.c.actor_id,
            commands.c.operation_id == transfers.c.operation_id,
        )
        .exists()
    )
    return finding(transfers.c.id, transfers.c.actor_id, transfers.c.operation_id).where(
        transfers.c.city == city, ~asked
    )


def holds_resolved_once(city: str) -> Select[Any]:
    """I-12: a hold is open, or posted up to its amount by a transfer, or let go with nothing posted."""
    posted = func.coalesce(holds.c.posted_minutes, 0)
    let_go = holds.c.state.in_(("voided", "expired"))
    return finding(holds.c.id, holds.c.minutes, posted).where(
        holds.c.city == city,
        or_(
            holds.c.state.not_in(("open", "posted", "voided", "expired")),
            posted > holds.c.minutes,
            and_(holds.c.state == "open", or_(holds.c.resolved_at.is_not(None), posted != 0)),
            and_(holds.c.state != "open", holds.c.resolved_at.is_(None)),
            and_(holds.c.state == "posted", or_(holds.c.transfer_id.is_(None), posted == 0)),
            and_(let_go, or_(holds.c.transfer_id.is_not(None), posted != 0)),
        ),
    )


def holds_pay_what_was_posted(city: str) -> Select[Any]:
    """I-12: what a transfer took from an account by way of its holds is what those holds say they gave."""
    given = (
        select(
            holds.c.city,
            holds.c.transfer_id,
            holds.c.account_id,
            func.sum(holds.c.posted_minutes).label("minutes"),
        )
        .where(holds.c.city == city, holds.c.state == "posted")
        .group_by(holds.c.city, holds.c.transfer_id, holds.c.account_id)
        .cte("given")
    )
    redemption = accounts.alias("redemption")
    taken = (
        select(
            postings.c.city,
            postings.c.transfer_id,
            postings.c.debit_id,
            func.sum(postings.c.minutes).label("minutes"),
        )
        .join(redemption, and_(redemption.c.city == postings.c.city, redemption.c.id == postings.c.credit_id))
        .where(postings.c.city == city, redemption.c.kind == "redemption")
        .group_by(postings.c.city, postings.c.transfer_id, postings.c.debit_id)
        .cte("taken")
    )
    same = and_(
        taken.c.city == given.c.city,
        taken.c.transfer_id == given.c.transfer_id,
        taken.c.debit_id == given.c.account_id,
    )
    posted = func.coalesce(taken.c.minutes, 0)
    return (
        finding(given.c.transfer_id, given.c.minutes, posted)
        .select_from(given.outerjoin(taken, same))
        .where(given.c.minutes != posted)
    )


def reversals_undo_once(city: str) -> Select[Any]:
    """I-13: a reversal undoes one transfer that is no reversal itself, and no other does so again."""
    original, second = transfers.alias("original"), transfers.alias("second")
    twice = (
        select(literal(1))
        .where(
            second.c.city == transfers.c.city,
            second.c.reverses == transfers.c.reverses,
            second.c.id != transfers.c.id,
        )
        .exists()
    )
    here = and_(original.c.city == transfers.c.city, original.c.id == transfers.c.reverses)
    return (
        finding(transfers.c.id, transfers.c.reverses)
        .outerjoin(original, here)
        .where(
            transfers.c.city == city,
            or_(
                and_(transfers.c.kind == "reversal", original.c.id.is_(None)),
                and_(transfers.c.kind != "reversal", transfers.c.reverses.is_not(None)),
                original.c.reverses.is_not(None),
                twice,
            ),
        )
    )


def reversals_give_back_all(city: str) -> Select[Any]:
    """I-13: what a transfer took from issuance, redemption or expiry, or gave to it, its reversal undoes whole."""
    one = func.coalesce(transfers.c.reverses, transfers.c.id).label("one")
    signed = []
    for side, sign in ((postings.c.credit_id, 1), (postings.c.debit_id, -1)):
        signed.append(
            select(one, accounts.c.id.label("account_id"), (postings.c.minutes * sign).label("minutes"))
            .select_from(transfers)
            .join(
                postings, and_(postings.c.city == transfers.c.city, postings.c.transfer_id == transfers.c.id)
            )
            .join(accounts, and_(accounts.c.city == postings.c.city, accounts.c.id == side))
            .where(transfers.c.city == city, accounts.c.kind.in_(UNCOUNTED), _reversed_or_reversal(city))
        )
    both = union_all(*signed).cte("both_sides")
    total = func.sum(both.c.minutes)
    return finding(both.c.one, total).group_by(both.c.one, both.c.account_id).having(total != 0)


def _reversed_or_reversal(city: str) -> ColumnElement[bool]:
    again = transfers.alias("again")
    undone = select(again.c.reverses).where(again.c.city == city, again.c.reverses.is_not(None))
    return or_(transfers.c.reverses.is_not(None), transfers.c.id.in_(undone))


def transfers_are_whole(city: str) -> Select[Any]:
    """I-16: a transfer has as many lines as it says, numbered from one without a gap."""
    here = and_(postings.c.city == transfers.c.city, postings.c.transfer_id == transfers.c.id)
    counted = func.count(postings.c.line)
    return (
        finding(transfers.c.id, transfers.c.line_count, counted)
        .outerjoin(postings, here)
        .where(transfers.c.city == city)
        .group_by(transfers.c.id, transfers.c.line_count)
        .having(
            or_(
                counted != transfers.c.line_count,
                func.min(postings.c.line) != 1,
                func.max(postings.c.line) != transfers.c.line_count,
            )
        )
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


def decisions_name_a_rule_file(city: str) -> Select[Any]:
    """I-22: the rule file that a transfer was decided by is kept; asked where the bank keeps its rule files."""
    digest = transfers.c.decision["rules"].as_string()
    kept = select(rule_files.c.digest).where(rule_files.c.city == city)
    return finding(transfers.c.id, digest).where(
        transfers.c.city == city, kept.exists(), or_(digest.is_(None), digest.not_in(kept))
    )


def dashed(identifier: ColumnElement[Any]) -> ColumnElement[str]:
    """Return an identifier as text with its dashes, as a cause names it; SQLite keeps the digits alone."""
    digits = func.replace(func.lower(cast(identifier, String)), "-", "")
    parts = [
        func.substr(digits, first, length) for first, length in ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
    ]
    text: ColumnElement[str] = parts[0]
    for part in parts[1:]:
        text = text.concat("-").concat(part)
    return text
