"""The laws of what is recorded beside the ledger: commands, events, rule files, grants, members who have left.

Nothing of the engine is used here; see ``ledger_checks``. Each query must return no row.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import FromClause, Select, and_, func, literal, select, union_all

from timebank.storage.books import accounts, postings, transfers
from timebank.storage.envelope import commands, outbox, publishing_steps, rule_files
from timebank.storage.ledger_checks import dashed, finding
from timebank.storage.people import members

LEFT_ALONE = ("settlement", "grant", "gift", "donation", "redemption")


def operations_are_unique(city: str) -> Select[Any]:
    """I-10: an actor's operation id was carried out once for ever."""
    return (
        finding(commands.c.operation_id, commands.c.actor_id, func.count())
        .where(commands.c.city == city)
        .group_by(commands.c.actor_id, commands.c.operation_id)
        .having(func.count() > 1)
    )


def events_have_a_cause(city: str) -> Select[Any]:
    """I-31: what leaves for the outside was written down with a command, in the same instant."""
    instants = (
        select(commands.c.city, commands.c.recorded_at.label("instant"))
        .where(commands.c.city == city)
        .distinct()
        .cte("instants")
    )
    return (
        finding(outbox.c.id, outbox.c.kind)
        .outerjoin(
            instants, and_(instants.c.city == outbox.c.city, instants.c.instant == outbox.c.created_at)
        )
        .where(outbox.c.city == city, instants.c.instant.is_(None))
    )


def one_grant_a_period(city: str) -> Select[Any]:
    """I-08: a plan grants a member once a period: no two grants for one cause stand."""
    undone = transfers.alias("undone")
    stands = (
        ~select(literal(1))
        .where(undone.c.city == transfers.c.city, undone.c.reverses == transfers.c.id)
        .exists()
    )
    return (
        finding(transfers.c.cause_id, func.count())
        .where(transfers.c.city == city, transfers.c.kind == "grant", stands)
        .group_by(transfers.c.cause_id)
        .having(func.count() > 1)
    )


def rule_files_are_not_edited(city: str) -> Select[Any]:
    """I-24: no two contents of one rule file have decided; a file in force is never edited, a new one corrects it."""
    other = rule_files.alias("other")
    twins = select(rule_files.c.digest).where(
        rule_files.c.city == city,
        select(literal(1))
        .where(
            other.c.city == rule_files.c.city,
            other.c.file == rule_files.c.file,
            other.c.digest != rule_files.c.digest,
        )
        .exists(),
    )
    digest = transfers.c.decision["rules"].as_string()
    decided = (
        select(transfers.c.city, digest.label("digest"))
        .where(transfers.c.city == city, twins.exists(), digest.in_(twins))
        .distinct()
        .cte("decided")
    )
    return (
        finding(rule_files.c.file, func.count())
        .join(decided, and_(decided.c.city == rule_files.c.city, decided.c.digest == rule_files.c.digest))
        .where(rule_files.c.city == city)
        .group_by(rule_files.c.file)
        .having(func.count() > 1)
    )


def no_rules_for_the_past(city: str) -> Select[Any]:
    """I-24: a rule file begins on no day that older rules had already decided; only a correction may look back."""
    here = and_(
        transfers.c.city == rule_files.c.city,
        transfers.c.recorded_at < rule_files.c.recorded_at,
        transfers.c.day >= rule_files.c.effective_from,
    )
    older = transfers.c.decision["effective"].as_string() < func.substr(rule_files.c.file, 1, 10)
    return (
        finding(rule_files.c.file, transfers.c.id, transfers.c.day)
        .join(transfers, here)
        .where(rule_files.c.city == city, rule_files.c.file.not_like("%.c%"), older)
    )


def rule_files_have_two_people(city: str) -> Select[Any]:
    """I-24: what one person published, another had proposed, to the letter."""
    proposed = publishing_steps.alias("proposed")
    by_another = (
        select(literal(1))
        .where(
            proposed.c.city == publishing_steps.c.city,
            proposed.c.digest == publishing_steps.c.digest,
            proposed.c.step == "proposed",
            proposed.c.person != publishing_steps.c.person,
        )
        .exists()
    )
    return finding(publishing_steps.c.file, publishing_steps.c.person).where(
        publishing_steps.c.city == city, publishing_steps.c.step == "published", ~by_another
    )


def closed_members_are_left_alone(city: str) -> Select[Any]:
    """I-32: once a member was closed, nothing but a reversal moves on their accounts for days after their last."""
    closed = _accounts_of_closed_members(city)
    sides = [
        select(closed, postings.c.transfer_id)
        .select_from(closed)
        .join(postings, and_(postings.c.city == closed.c.city, side == closed.c.account_id))
        for side in (postings.c.debit_id, postings.c.credit_id)
    ]
    moved = union_all(*sides).cte("moved")
    here = and_(transfers.c.city == moved.c.city, transfers.c.id == moved.c.transfer_id)
    return (
        finding(moved.c.member, transfers.c.id, transfers.c.kind, transfers.c.day)
        .join(transfers, here)
        .where(
            transfers.c.kind.in_(LEFT_ALONE),
            transfers.c.day > moved.c.last_day,
            transfers.c.recorded_at > moved.c.closed_at,
        )
    )


def _accounts_of_closed_members(city: str) -> FromClause:
    """Return (city, account_id, member, last_day, closed_at): closed_at is when the last day was written down.

    A death may be recorded of who had left, or was to: then the later recording counts, for it says the day anew.
    """
    gone = (
        select(members.c.city, dashed(members.c.id).label("member"), members.c.closed_on.label("last_day"))
        .where(members.c.city == city, members.c.closed_on.is_not(None))
        .cte("gone")
    )
    member = commands.c.answer["member_id"].as_string()
    closings = (
        select(commands.c.city, member.label("member"), func.max(commands.c.recorded_at).label("closed_at"))
        .where(commands.c.city == city, commands.c.kind == "members.close")
        .group_by(commands.c.city, member)
        .cte("closings")
    )
    same = and_(closings.c.city == gone.c.city, closings.c.member == gone.c.member)
    theirs = and_(accounts.c.city == gone.c.city, accounts.c.owner_id == gone.c.member)
    return (
        select(
            gone.c.city,
            accounts.c.id.label("account_id"),
            gone.c.member,
            gone.c.last_day,
            closings.c.closed_at,
        )
        .join(closings, same)
        .join(accounts, theirs)
        .where(accounts.c.owner_kind == "member")
        .cte("closed")
    )
