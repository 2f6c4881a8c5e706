"""Telling rows that are new from those taken over before, and from those that somebody else wrote."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection

from timebank.domain.words import Words
from timebank.services.importing.drafts import (
    ACTOR,
    KIND,
    Draft,
    MemberDraft,
    OrganisationDraft,
    ServiceDraft,
    command_of,
    digest_of,
    kind_of,
)
from timebank.services.importing.report import MEMBERS, ORGANISATIONS, SERVICES, Report
from timebank.services.importing.sheets import Sheet
from timebank.storage import bulk_rows

DraftT = TypeVar("DraftT", OrganisationDraft, MemberDraft, ServiceDraft)


class Standing(enum.Enum):
    """How a row of a file stands to what is in the bank."""

    NEW = enum.auto()
    SAME = enum.auto()
    CHANGED = enum.auto()
    FOREIGN = enum.auto()


_CONFLICTS = {
    Standing.FOREIGN: Words(
        "已在本系统中，不是由导入写入的，不会被覆盖。请核对编号。",
        "is in the bank already, not by an import; it is not overwritten. Check it.",
    ),
    Standing.CHANGED: Words(
        "此前已导入，内容与这一行不同，不会被覆盖。请恢复原来的内容，或在系统中办理更正。",
        "was imported before with other content; it is not overwritten. "
        "Restore the row, or correct the record in the bank.",
    ),
}


@dataclass(frozen=True, slots=True)
class Served:
    """When a member served, by the clock, or by the plan where there is none.

    Attributes:
        reference: the number in the old system of what was imported.
    """

    volunteer_id: str
    reference: str | None
    since: datetime
    until: datetime


class InBank:
    """What of an import is in the bank.

    Args:
        connection: reads it.
        city: the city's code.
        there: the keys that are taken, whoever wrote them, by file.
    """

    def __init__(self, connection: Connection, city: str, there: Mapping[str, Iterable[str]]) -> None:
        self._connection = connection
        self._city = city
        self._there = {file: set(keys) for file, keys in there.items()}
        self._digests: dict[str, dict[str, str]] = {}
        self._found: dict[tuple[str, str], Standing] = {}

    def has(self, draft: Draft) -> bool:
        """Say whether a row was taken over before with the same content; it is not judged again."""
        return self._standing(draft) is Standing.SAME

    def served(self, volunteer_ids: Iterable[str]) -> Iterator[Served]:
        """Yield what members served by the bank's own visits, imported or not."""
        for row in bulk_rows.served_by(self._connection, self._city, volunteer_ids):
            if row.checked_in_at is not None and row.checked_out_at is not None:
                yield Served(row.volunteer_id, row.reference, row.checked_in_at, row.checked_out_at)
            else:
                end = row.planned_start + timedelta(minutes=row.planned_minutes)
                yield Served(row.volunteer_id, row.reference, row.planned_start, end)

    def new(self, sheet: Sheet, drafts: Mapping[int, DraftT], report: Report) -> list[DraftT]:
        """Return the rows to write; count what is new and what is known, and note conflicts."""
        counted = Counter(self._standing(draft) for draft in drafts.values())
        for number, draft in drafts.items():
            words = _CONFLICTS.get(self._standing(draft))
            if words is not None:
                said = Words(f"“{draft.key}”{words.zh}", f"“{draft.key}” {words.en}")
                sheet.fault(number, "", "conflict", said)
        if sheet.rows:
            report.new[sheet.file], report.known[sheet.file] = counted[Standing.NEW], counted[Standing.SAME]
        return [draft for draft in drafts.values() if self._standing(draft) is Standing.NEW]

    def _standing(self, draft: Draft) -> Standing:
        kind = kind_of(draft)
        found = self._found.get((kind, draft.key))
        if found is None:
            found = self._found[kind, draft.key] = self._look_up(draft, kind)
        return found

    def _look_up(self, draft: Draft, kind: str) -> Standing:
        command = command_of(self._city, draft)
        digest = self._stored(kind).get(command.operation_id)
        if digest is None:
            return Standing.FOREIGN if draft.key in self._there[f"{kind}.csv"] else Standing.NEW
        return Standing.SAME if digest == digest_of(draft, command) else Standing.CHANGED

    def _stored(self, kind: str) -> dict[str, str]:
        if kind not in self._digests:
            found = bulk_rows.digests(self._connection, self._city, ACTOR.id, KIND[kind])
            self._digests[kind] = found
        return self._digests[kind]


def keys_there(
    connection: Connection,
    city: str,
    organisations: Iterable[str],
    people: Iterable[str],
    orders: Iterable[str],
) -> dict[str, set[str]]:
    """Return by file the keys that are taken.

    Args:
        connection: reads it.
        city: the city's code.
        organisations: those of the bank.
        people: references of those members of the bank whom the files name.
        orders: references that the file of services gives.
    """
    taken = bulk_rows.order_references(connection, city, orders)
    return {ORGANISATIONS: set(organisations), MEMBERS: set(people), SERVICES: taken}
