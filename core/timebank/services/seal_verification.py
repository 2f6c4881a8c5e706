"""Does the ledger still say what was sealed? Every leaf is worked out anew from the business tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from timebank.domain.identity import earlier_id
from timebank.domain.refusal import TimeBankError
from timebank.domain.words import Words
from timebank.evidence.folder import FolderGone
from timebank.evidence.log import Log
from timebank.evidence.tree import Tree
from timebank.services import verification
from timebank.services.desk import Bank
from timebank.services.seal_faults import SealFault, faults_of_leaf, words_of
from timebank.services.sealed_leaves import Leaf, Stretch, leaves_of, stretches
from timebank.services.sealed_records import RecordReader
from timebank.services.sealing import LOOK_BACK_MS
from timebank.storage import leaf_rows
from timebank.storage.sealed_rows import UNREADABLE, is_unreadable

SHOWN = 20
# What is changed all the time is not sealed, but follows from what is.
FOLLOWS = ("balances", "held", "conservation", "transfers_are_whole", "one_city_and_unit")


@dataclass
class SealCheck:
    """What came of a verification.

    Attributes:
        size: how many leaves were looked at.
        erased: how many of them no longer say anything about people, as signed notes allow.
        unsealed: how many committed transfers wait to be sealed.
        witnessed: up to how many leaves each witness co-signed, by name.
        unpublished: how many checkpoints wait to be written to the folder.
        fault_count: how many faults there are.
        faults: the first of them, in the order of the tree.
    """

    size: int = 0
    erased: int = 0
    unsealed: int = 0
    unpublished: int = 0
    witnessed: dict[str, int] = field(default_factory=dict)
    fault_count: int = 0
    faults: list[SealFault] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Say whether nothing is wrong."""
        return self.fault_count == 0

    def note(self, fault: SealFault) -> None:
        """Count a fault, and keep it where it is among the first."""
        self.fault_count += 1
        if len(self.faults) < SHOWN:
            self.faults.append(fault)

    def plain(self) -> dict[str, Any]:
        """Return it as plain values."""
        figures = {"size": self.size, "erased": self.erased, "unsealed": self.unsealed}
        shown = [fault.plain() for fault in self.faults]
        figures |= {"unpublished": self.unpublished, "fault_count": self.fault_count}
        return {**figures, "witnessed": self.witnessed, "faults": shown}


def verify(
    bank: Bank, city: str, log: Log, progress: Callable[[int], None] = lambda _done: None
) -> SealCheck:
    """Verify all that was sealed of a city, from its first leaf to its last; nothing is changed or locked.

    Args:
        bank: the bank.
        city: the city's code.
        log: the city's log; its folder and keys are trusted, the database is not.
        progress: told how many leaves are done.

    Raises:
        NotFound: no such city.
    """
    bank.city(city)
    check = SealCheck()
    try:
        for fault in _faults(bank, city, log, check, progress):
            check.note(fault)
    except UNREADABLE as error:
        if not is_unreadable(error):
            raise
        why = getattr(error, "orig", error)
        check.note(SealFault("unreadable_table", words_of("unreadable_table", why)))
    return check


def _faults(
    bank: Bank, city: str, log: Log, check: SealCheck, progress: Callable[[int], None]
) -> Iterator[SealFault]:
    try:
        log.folder.must_exist()
        erased = log.erased()
    except FolderGone as error:
        yield SealFault(error.code, error.words)
        return
    except TimeBankError as error:
        erased = set()
        yield SealFault("erasure", error.words)
    tree, reader, newest = Tree(log.digest), RecordReader(city), 0
    roots: dict[int, bytes] = {}
    for stretch in stretches(bank, city, log):
        newest = stretch.start if stretch.end > stretch.start else newest
        check.unpublished += not stretch.published
        for leaf in leaves_of(bank, reader, log.digest, stretch):
            sealed = stretch.leaves[leaf.index - stretch.start] if stretch.leaves else None
            faults = list(faults_of_leaf(leaf, sealed, erased))
            if [fault.code for fault in faults] == ["no_salt"]:  # erased since the notes were read?
                erased |= _erased_by_now(log)
                faults = list(faults_of_leaf(leaf, sealed, erased))
            yield from faults
            check.erased += leaf.index in erased and leaf.row is not None and leaf.row.salt is None
            tree.add(sealed or leaf.hashed or _stored(leaf))
            check.size = leaf.index + 1
        progress(check.size)
        yield from _faults_of_head(stretch, tree)
        roots[tree.size] = tree.root()
    yield from _witnesses(log, check, roots)
    yield from _beyond(bank, city, log, check.size)
    yield from _unsealed(bank, city, check, newest)
    yield from _follows(bank, city)


def _stored(leaf: Leaf) -> bytes:
    return bytes(leaf.row.leaf_hash) if leaf.row is not None else b""


def _faults_of_head(stretch: Stretch, tree: Tree) -> Iterator[SealFault]:
    """Yield what is wrong with a checkpoint, whose leaves are all in the tree now."""
    last = stretch.size - 1
    if stretch.head is None:
        yield SealFault("signature", words_of("signature", last, stretch.trouble or Words("", "")), last)
    elif (stretch.head.size, stretch.head.root) != (stretch.size, tree.root()):
        yield SealFault("root", words_of("root", f"{stretch.start}–{last}"), stretch.start)
    elif stretch.published and stretch.leaves is None:
        yield SealFault("leaves_file", words_of("leaves_file", stretch.size), stretch.start)
    if stretch.row is None:
        yield SealFault("checkpoint_gone", words_of("checkpoint_gone", stretch.size), last)
    elif stretch.row.note != stretch.note or stretch.row.edge != b"".join(tree.edge):
        yield SealFault("checkpoint_row", words_of("checkpoint_row", stretch.size), last)


def _witnesses(log: Log, check: SealCheck, roots: Mapping[int, bytes]) -> Iterator[SealFault]:
    """Note who co-signed up to where; yield what they signed that is not this log's, and too few of them."""
    try:
        for head, names in log.cosigned():
            if roots.get(head.size) != head.root:
                yield SealFault("cosigned", words_of("cosigned", head.size), head.size - 1)
                continue
            for name in names:
                check.witnessed[name] = max(head.size, check.witnessed.get(name, 0))
    except TimeBankError as error:
        yield SealFault("cosigned", error.words)
    if len(check.witnessed) < log.witnesses_needed:
        yield SealFault("witnesses", words_of("witnesses", len(check.witnessed), log.witnesses_needed))


def _beyond(bank: Bank, city: str, log: Log, size: int) -> Iterator[SealFault]:
    """Yield rows of leaves that no signed head covers: neither those looked at nor one that was signed meanwhile."""
    with bank.snapshot() as connection:
        last = leaf_rows.last_checkpoint(connection, city)
        covered = max(size, _signed_size(log, last.note) if last is not None else 0)
        first = leaf_rows.beyond(connection, city, covered)
        misplaced = list(leaf_rows.misplaced(connection, city))
    if first is not None:
        yield SealFault("unsigned", words_of("unsigned", covered), covered, first.transfer_id)
    for row in misplaced:
        told = words_of("misplaced", row.leaf_index, row.transfer_id)
        yield SealFault("misplaced", told, row.leaf_index, row.transfer_id)


def _signed_size(log: Log, note: str) -> int:
    try:
        return log.read(note).size
    except TimeBankError:
        return 0


def _erased_by_now(log: Log) -> set[int]:
    try:
        return log.erased()
    except TimeBankError:  # told already
        return set()


def _unsealed(bank: Bank, city: str, check: SealCheck, start: int) -> Iterator[SealFault]:
    """Count what waits to be sealed, and yield what should have been sealed long ago."""
    with bank.reading() as connection:
        newest = leaf_rows.newest_sealed(connection, city)
        recorded = leaf_rows.newest_recorded(connection, city, start, check.size)
        for row in leaf_rows.all_unsealed(connection, city):
            check.unsealed += 1
            if newest is None or recorded is None:
                continue
            late = recorded - timedelta(milliseconds=LOOK_BACK_MS)
            if row.id < earlier_id(newest, LOOK_BACK_MS) or row.recorded_at < late:
                yield SealFault("left_out", words_of("left_out", row.id), None, row.id)


def _follows(bank: Bank, city: str) -> Iterator[SealFault]:
    """Yield balances that do not follow from the postings, which are sealed."""
    for code in FOLLOWS:
        with bank.snapshot() as connection:
            result = verification.ask(connection, bank.city(city), code)
        if not result.ok:
            shown = "; ".join(result.shown)
            words = Words(f"{result.words.zh}：不符：{shown}", f"{result.words.en}: broken: {shown}")
            yield SealFault(code, words)
