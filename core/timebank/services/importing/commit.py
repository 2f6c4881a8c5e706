"""The second phase of an import: write the sound rows in batches, each row with its command."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.exc import IntegrityError

from timebank.domain.refusal import Conflict
from timebank.domain.words import Words
from timebank.services.desk import Bank
from timebank.services.importing.checking import Checked, check
from timebank.services.importing.drafts import (
    KIND,
    Draft,
    MemberDraft,
    OrganisationDraft,
    command_of,
    digest_of,
    kind_of,
)
from timebank.services.importing.report import Report
from timebank.services.importing.rows import Into, member_rows, organisation_rows, service_rows
from timebank.storage import bulk_rows, command_rows, planning
from timebank.storage.engine import WRITES
from timebank.storage.envelope import commands
from timebank.storage.people import (
    admissions,
    members,
    memberships,
    organisations,
    placements,
    recorded_traits,
)
from timebank.storage.work import attendances, claims, orders, visits

BATCH = 5000
# In the order in which rows refer to each other.
TABLES: tuple[Table, ...] = (
    organisations,
    placements,
    members,
    recorded_traits,
    memberships,
    admissions,
    orders,
    visits,
    attendances,
    claims,
)


def quietly(_done: int) -> None:
    """Tell nobody how far it is."""


def commit_folder(
    bank: Bank, city_code: str, folder: Path, progress: Callable[[int], None] = quietly
) -> Report:
    """Check a folder and, where it has no fault, write what is new.

    Batches are whole: after a crash the same command goes on where it stopped. Nothing is written while one
    row of any file has a fault.

    Args:
        bank: the bank.
        city_code: the city whose history it is.
        folder: holds the CSV files.
        progress: told how many rows have been written so far.

    Raises:
        Conflict: somebody else imported or registered the same at the same moment; run it again.
        NotFound, BadInput: as ``check_folder``.
    """
    checked = check(bank, city_code, folder)
    if not checked.report.ok:
        return checked.report
    city = bank.city(city_code)
    into = Into(city.code, city.book.timezone, bank.clock(), checked.rules, checked.people)
    done = 0
    made = (_made(into, batch) for batch in _batches(_in_order(checked)))
    for many in _written(bank, made):
        done += many
        progress(done)
    if done:
        with bank.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            planning.count_anew(connection)
    checked.report.committed = True
    return checked.report


def _in_order(checked: Checked) -> Iterator[Draft]:
    """Yield organisations from the top down, then members, then services."""
    by_id = {draft.id: draft for draft in checked.organisations}
    depth: dict[str, int] = {}

    def below_top(draft: OrganisationDraft) -> int:
        if draft.id not in depth:
            parent = by_id.get(draft.parent_id or "")
            depth[draft.id] = 0 if parent is None else 1 + below_top(parent)
        return depth[draft.id]

    yield from sorted(checked.organisations, key=lambda draft: (below_top(draft), draft.id))
    yield from checked.members
    yield from checked.services


def _batches(drafts: Iterator[Draft]) -> Iterator[list[Draft]]:
    while batch := list(islice(drafts, BATCH)):
        yield batch


@dataclass(frozen=True)
class _Made:
    """The rows of a batch, by table.

    Attributes:
        drafts: of how many rows of the files they are made.
    """

    drafts: int
    rows: dict[str, list[dict[str, Any]]]


def _made(into: Into, batch: Sequence[Draft]) -> _Made:
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for draft in batch:
        for table, some in _rows(into, draft).items():
            rows[table].extend(some)
        command = command_of(into.city, draft)
        kind, digest = KIND[kind_of(draft)], digest_of(draft, command)
        rows["commands"].append(command_rows.row(command, kind, digest, {"key": draft.key}, into.now))
    return _Made(len(batch), rows)


def _written(bank: Bank, batches: Iterable[_Made]) -> Iterator[int]:
    """Write the batches one after another, each while the rows of the next are made; yield how many drafts it had."""
    with ThreadPoolExecutor(max_workers=1) as writer:
        at_work: Future[int] | None = None
        for batch in batches:
            if at_work is not None:
                yield at_work.result()
            at_work = writer.submit(_write, bank, batch)
        if at_work is not None:
            yield at_work.result()


def _write(bank: Bank, batch: _Made) -> int:
    try:
        with bank.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            _insert(connection, batch.rows)
    except IntegrityError as error:
        words = Words(
            "导入时别处写入了相同的编号，这一批没有写入。请再运行一次导入，已写入的不会重复。",
            "Something of the same number was written meanwhile, so this batch was not. "
            "Run the import again: what is in is not taken twice.",
        )
        raise Conflict(words, "import_overtaken") from error
    return batch.drafts


def _rows(into: Into, draft: Draft) -> dict[str, list[dict[str, Any]]]:
    if isinstance(draft, OrganisationDraft):
        return organisation_rows(into, draft)
    if isinstance(draft, MemberDraft):
        return member_rows(into, draft)
    return service_rows(into, draft)


def _insert(connection: Connection, rows: dict[str, list[dict[str, Any]]]) -> None:
    for table in TABLES:
        bulk_rows.add(connection, table, rows[table.name])
    bulk_rows.add(connection, commands, rows["commands"])
