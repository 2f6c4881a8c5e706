"""What is due for visits: each piece a command of its own, which a timer lets happen once."""

from __future__ import annotations

from collections.abc import Iterable

from timebank.domain.identity import derived_id
from timebank.services import visit_clock, visits
from timebank.services.desk import Bank, UseCase
from timebank.services.jobs import as_job
from timebank.storage import visit_rows


def close_late_due(bank: Bank, city: str) -> int:
    """Close every visit whose check-out is overdue; return how many."""
    with bank.reading() as connection:
        rows = visit_rows.checked_in_since(connection, city, bank.clock())
    due = [row.id for row in rows if visit_clock.is_late(bank, city, row)]
    return _each_once(bank, city, visits.close_late, "close_late", due)


def confirm_overdue(bank: Bank, city: str) -> int:
    """Tell staff of every visit whose confirmation is overdue; return how many were told of.

    Nothing is credited by itself: silence is no confirmation, and minutes are born only from somebody's word that
    the service took place. Whoever may confirm still may.
    """
    with bank.reading() as connection:
        rows = visit_rows.unconfirmed_since(connection, city, bank.clock())
    due = [row.id for row in rows if visit_clock.is_overdue(bank, city, row)]
    return _each_once(bank, city, visits.remind, "unconfirmed", due)


def unserved_overdue(bank: Bank, city: str) -> int:
    """Tell staff of every planned visit that is over and of which nobody said whether it took place; return how many.

    Nothing is let go by itself, for the volunteer may have come: staff enter the visit from evidence, record the
    no-show, or cancel it.
    """
    with bank.reading() as connection:
        rows = visit_rows.unserved_since(connection, city, bank.clock())
    due = [row.id for row in rows if visit_clock.is_late(bank, city, row)]
    return _each_once(bank, city, visits.remind, "unserved", due)


def _each_once(bank: Bank, city: str, use_case: UseCase, name: str, visit_ids: Iterable[str]) -> int:
    """Do one thing for each visit, once for ever by an operation of that name; return how many were done."""
    done = [as_job(bank, city, use_case, derived_id(name, one), visit_id=one) for one in visit_ids]
    return sum(answer is not None for answer in done)
