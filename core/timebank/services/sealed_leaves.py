"""The sealed leaves of a city beside what the business tables say of them now, checkpoint by checkpoint."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from timebank.domain.refusal import TimeBankError
from timebank.domain.words import Words
from timebank.evidence.checkpoint import Checkpoint
from timebank.evidence.digest import Digest
from timebank.evidence.entry import BOOKS, VERSION, Record, commitment_of, leaf_of
from timebank.evidence.log import Log
from timebank.evidence.tree import Tree
from timebank.services.desk import Bank
from timebank.services.sealed_records import RecordReader
from timebank.storage import leaf_rows
from timebank.storage.sealed_rows import UNREADABLE, is_unreadable

PAGE = 500
_RULE_FILES = list(BOOKS).index("rule_files")


@dataclass(frozen=True, slots=True)
class Stretch:
    """The leaves that one checkpoint added.

    Attributes:
        start: index of the first of them.
        size: how many leaves there are with them.
        note: the signed head: that of the folder outside, or the database's where it was not published yet.
        published: whether the folder has it.
        head: what the note says, or None where it is not to be trusted.
        trouble: why it is not.
        leaves: the hashes sealed, as the folder keeps them and the head proves them; None where it does not.
        row: the database's own row of the checkpoint, or None.
    """

    start: int
    size: int
    note: str
    published: bool
    head: Checkpoint | None
    trouble: Words | None
    leaves: list[bytes] | None
    row: Any | None

    @property
    def end(self) -> int:
        """Return where its leaves end. A head that is not to be trusted, or of another size, says nothing of leaves."""
        return self.size if self.head is not None and self.head.size == self.size else self.start


@dataclass(slots=True)
class Leaf:
    """One leaf: what was sealed, and what stands in the tables now.

    Attributes:
        index: its place in the tree.
        row: the database's row of the leaf, or None where it is gone.
        record: what the business tables say, or None where the transfer is gone.
        commitment: to its people: worked out with its salt, as stored without one; None without a record.
        hashed: the hash that the business tables give, or None where they cannot give one.
        rules_broken: whether a rule file it names was changed.
        unreadable: whether the rows hold what cannot be read, such as bytes that are no text; the transfer's id then, if
            that can.
    """

    index: int
    row: Any | None
    record: Record | None = None
    commitment: bytes | None = None
    hashed: bytes | None = None
    rules_broken: bool = False
    unreadable: str | None = None


def stretches(bank: Bank, city: str, log: Log) -> Iterator[Stretch]:
    """Yield what each checkpoint added, oldest first: those of the folder, then those not published yet.

    Raises:
        BadInput: the folder is not there.
    """
    outside = log.folder.sizes()
    newest = outside[-1] if outside else 0
    with bank.reading() as connection:
        inside = leaf_rows.checkpoint_sizes(connection, city)
    tree = Tree(log.digest)
    for size in [*outside, *(size for size in inside if size > newest)]:
        with bank.reading() as connection:
            row = leaf_rows.checkpoint(connection, city, size)
        stretch = _stretch(log, tree, size, row, published=size <= newest)
        yield stretch
        for leaf in stretch.leaves or _stored(bank, city, stretch):
            tree.add(leaf)
        if tree.size != stretch.end:
            tree = Tree(log.digest, stretch.end, [b""] * stretch.end.bit_count())


def _stretch(log: Log, tree: Tree, size: int, row: Any, *, published: bool) -> Stretch:
    note, head, trouble = "", None, None
    try:
        note = log.folder.note(size) if published else row.note
        head = log.read(note)
    except TimeBankError as error:
        trouble = error.words
    leaves = log.folder.leaves(size) if published else None
    proved = head is not None and leaves is not None and _gives(tree.copy(), leaves, head)
    return Stretch(tree.size, size, note, published, head, trouble, leaves if proved else None, row)


def _gives(tree: Tree, leaves: list[bytes], head: Checkpoint) -> bool:
    for leaf in leaves:
        tree.add(leaf)
    return (tree.size, tree.root()) == (head.size, head.root)


def _stored(bank: Bank, city: str, stretch: Stretch) -> list[bytes]:
    with bank.reading() as connection:
        return list(leaf_rows.hashes(connection, city, stretch.start, stretch.end))


def leaves_of(bank: Bank, reader: RecordReader, digest: Digest, stretch: Stretch) -> Iterator[Leaf]:
    """Yield the leaves of a stretch, a page at a time, each index once."""
    for start in range(stretch.start, stretch.end, PAGE):
        end = min(start + PAGE, stretch.end)
        try:
            found = _page(bank, reader, digest, start, end)
        except UNREADABLE as error:
            if not is_unreadable(error):
                raise
            found = [leaf_at(bank, reader, digest, index) for index in range(start, end)]
        yield from found


def _page(bank: Bank, reader: RecordReader, digest: Digest, start: int, end: int) -> list[Leaf]:
    with bank.reading() as connection:
        rows = {row.leaf_index: row for row in leaf_rows.page(connection, reader.city, start, end)}
        records = reader.read(connection, [row.transfer_id for row in rows.values()])
    leaves = []
    for index in range(start, end):
        row = rows.get(index)
        record = records.get(row.transfer_id) if row is not None else None
        leaves.append(worked_out(reader, digest, index, row, record))
    return leaves


def leaf_at(bank: Bank, reader: RecordReader, digest: Digest, index: int) -> Leaf:
    """Return one leaf, by itself: of a page that cannot be read it is so told which leaf stands in the way."""
    try:
        return _page(bank, reader, digest, index, index + 1)[0]
    except UNREADABLE as error:
        if not is_unreadable(error):
            raise
    with bank.reading() as connection:
        return Leaf(index, None, unreadable=leaf_rows.transfer_at(connection, reader.city, index) or "—")


def worked_out(reader: RecordReader, digest: Digest, index: int, row: Any, record: Record | None) -> Leaf:
    """Return a leaf with what the business tables give for it."""
    if row is None or record is None:
        return Leaf(index, row)
    commitment = bytes(memoryview(row.commitment))
    if row.salt is not None:
        commitment = commitment_of(digest, bytes(memoryview(row.salt)), record.people)
    hashed = leaf_of(digest, record.books, commitment) if row.version == VERSION else None
    broken = bool(reader.broken) and any(rule[0] in reader.broken for rule in record.books[_RULE_FILES])
    return Leaf(index, row, record, commitment, hashed, broken)
