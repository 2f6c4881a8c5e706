"""The laws of transfers, holds and reversals as queries, each of which must return no row.

Nothing of the engine is used here; see ``ledger_checks`` for those of accounts and postings.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, not_, or_, select, union_all

from timebank.storage.books import accounts, holds, postings, transfers
from timebank.storage.envelope import commands, rule_files
from timebank.storage.ledger_checks import UNCOUNTED, dashed, finding

# What each kind of transfer is written for; no other pair exists.
CAUSES = (
    ("settlement", "visit"),
    ("grant", "grant_plan"),
    ("gift", "member"),
    ("donation", "member"),
    ("donation", "organisation"),
    ("redemption", "member"),
    ("reversal", "transfer"),
    ("import", "import"),
)


def kinds_fit_their_causes(city: str) -> Select[Any]:
    """I-04: a transfer is of a kind that is written for causes of its kind."""
    fits = [and_(transfers.c.kind == kind, transfers.c.cause_kind == cause) for kind, cause in CAUSES]
    return finding(transfers.c.id, transfers.c.kind, transfers.c.cause_kind).where(
        transfers.c.city == city, not_(or_(*fits))
    )


def transfers_have_a_command(city: str) -> Select[Any]:
    """I-10, I-11: every transfer was asked for by a stored command that answers with it, and so with no second one."""
    asked = (
        select(literal(1))
        .where(
            commands.c.city == transfers.c.city,
            commands.c.actor_id == transfers.c.actor_id,
            commands.c.operation_id == transfers.c.operation_id,
            commands.c.answer["transfer_id"].as_string() == dashed(transfers.c.id),
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


def decisions_name_a_rule_file(city: str) -> Select[Any]:
    """I-22: the rule file that a transfer was decided by is kept; asked where the bank keeps its rule files."""
    digest = transfers.c.decision["rules"].as_string()
    kept = select(rule_files.c.digest).where(rule_files.c.city == city)
    return finding(transfers.c.id, digest).where(
        transfers.c.city == city, kept.exists(), or_(digest.is_(None), digest.not_in(kept))
    )
