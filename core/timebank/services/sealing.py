"""Sealing: committed transfers become leaves of the city's tree, and the tree's head is signed and published.

The order is: leaves and head in one transaction, then the files outside. What a crash leaves between the two is written
by the next run. The folder is therefore never ahead of the database, and where it is, the database went back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from timebank.domain.identity import earlier_id
from timebank.domain.refusal import BadInput, Conflict
from timebank.domain.words import Words
from timebank.evidence.checkpoint import Checkpoint
from timebank.evidence.digest import SIZE
from timebank.evidence.entry import VERSION, commitment_of, leaf_of, new_salt
from timebank.evidence.log import Log
from timebank.evidence.notes import signed
from timebank.evidence.tree import Tree
from timebank.services.desk import Bank
from timebank.services.seal_faults import faults_of_leaf
from timebank.services.sealed_leaves import leaf_at, stretches
from timebank.services.sealed_records import RecordReader
from timebank.storage import leaf_rows
from timebank.storage.engine import WRITES

BATCH, PAGE = 5000, 500
# Ids are made before the commit, in time: whatever commits later than so long after is found by looking everywhere.
LOOK_BACK_MS = 3_600_000
_FIRST_ID = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a run of sealing did.

    Attributes:
        added: how many transfers were sealed.
        size: how many are sealed in all.
        published: how many checkpoints were written to the folder.
    """

    added: int
    size: int
    published: int


def seal(
    bank: Bank,
    city: str,
    log: Log,
    progress: Callable[[int], None] = lambda _done: None,
    *,
    everywhere: bool = False,
) -> Sealed:
    """Seal every committed transfer that is not sealed yet; running it again does no harm.

    Args:
        bank: the bank.
        city: the city's code.
        log: the city's log, with its signer.
        progress: told how many are sealed so far.
        everywhere: look for unsealed transfers among all, not only among those of the last hour and later.

    Raises:
        BadInput: no key, or the folder is not there or cannot be written.
        Conflict: the folder holds what the database does not, or somebody else is sealing.
    """
    bank.city(city)
    log.signing()
    published, added = publish(bank, city, log), 0
    with bank.reading() as connection:
        newest = None if everywhere else leaf_rows.newest_sealed(connection, city)
    after = earlier_id(newest, LOOK_BACK_MS) if newest else _FIRST_ID
    while many := _seal_some(bank, city, log, after):
        added += many
        published += publish(bank, city, log)
        progress(added)
    with bank.reading() as connection:
        last = leaf_rows.last_checkpoint(connection, city)
    return Sealed(added, last.size if last else 0, published)


def publish(bank: Bank, city: str, log: Log) -> int:
    """Write the checkpoints that are in the database and not yet in the folder; return how many.

    Raises:
        BadInput: the folder is not there or cannot be written, or a checkpoint is not signed as it should be.
        Conflict: the folder's newest checkpoint is not the database's: the database went back, or was changed.
    """
    outside = max(log.folder.sizes(), default=0)
    with bank.reading() as connection:
        sizes = leaf_rows.checkpoint_sizes(connection, city)
        known = leaf_rows.checkpoint(connection, city, outside)
    if outside and (known is None or known.note != log.folder.note(outside)):
        raise _went_back(outside, max(sizes, default=0))
    start, missing = outside, [size for size in sizes if size > outside]
    for size in missing:
        with bank.reading() as connection:
            row = leaf_rows.checkpoint(connection, city, size)
            note = row.note if row else ""
            if log.read(note).size != size:
                raise _changed(size)
            hashes = list(leaf_rows.hashes(connection, city, start, size))
        log.folder.publish(size, note, hashes)
        start = size
    return len(missing)


def _seal_some(bank: Bank, city: str, log: Log, after: str) -> int:
    """Seal one batch under one checkpoint; return how many."""
    with bank.reading() as connection:
        tree = grown_tree(connection, city, log)
        ids = leaf_rows.unsealed(connection, city, after, BATCH)
        rows = list(_leaves(connection, city, log, tree, ids))
    if not rows:
        return 0
    head = Checkpoint(log.origin, tree.size, tree.root())
    note = signed(head.text(), log.signing())
    checkpoint = {"city": city, "size": tree.size, "note": note, "edge": b"".join(tree.edge)}
    try:
        with bank.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            leaf_rows.add(connection, rows, checkpoint)
    except IntegrityError as error:
        zh, en = (
            "同时有另一个进程在封存这座城市。稍后再试。",
            "Somebody else is sealing this city just now. Try again later.",
        )
        raise Conflict(Words(zh, en), "sealing_at_once") from error
    return len(rows)


def grown_tree(connection: Connection, city: str, log: Log) -> Tree:
    """Return the tree as it was last signed, ready to grow.

    Raises:
        Conflict: what the database keeps of it does not give the signed root.
    """
    last = leaf_rows.last_checkpoint(connection, city)
    if last is None:
        return Tree(log.digest)
    edge = [last.edge[start : start + SIZE] for start in range(0, len(last.edge), SIZE)]
    head = log.read(last.note)
    tree = Tree(log.digest, last.size, edge) if len(edge) == last.size.bit_count() else Tree(log.digest)
    if (head.size, head.root) != (tree.size, tree.root()):
        raise _changed(last.size)
    return tree


def _leaves(
    connection: Connection, city: str, log: Log, tree: Tree, ids: Sequence[str]
) -> Iterator[dict[str, Any]]:
    reader = RecordReader(city)
    for start in range(0, len(ids), PAGE):
        page = ids[start : start + PAGE]
        records = reader.read(connection, page)
        for transfer_id in page:
            record, salt = records[transfer_id], new_salt()
            commitment = commitment_of(log.digest, salt, record.people)
            leaf = leaf_of(log.digest, record.books, commitment)
            yield {
                "city": city,
                "leaf_index": tree.size,
                "transfer_id": transfer_id,
                "version": VERSION,
                "salt": salt,
                "commitment": commitment,
                "leaf_hash": leaf,
            }
            tree.add(leaf)


def erase(bank: Bank, city: str, log: Log, transfer_ids: Sequence[str]) -> list[int]:
    """Destroy the salts of sealed transfers, so that nobody can show any more what their leaves say of people.

    The signed note that says so is published first: a leaf without salt and without a note is a fault. It names leaves
    by their index, and so none is named before its transfer, worked out anew, is what was sealed at that index.

    Returns:
        The indexes of the leaves.

    Raises:
        BadInput: one of the transfers is not sealed.
        Conflict: one of them is not what was sealed at the index that the database gives it; nothing is erased.
    """
    signer = log.signing()
    publish(bank, city, log)
    with bank.reading() as connection:
        found = leaf_rows.of_transfers(connection, city, transfer_ids)
    missing = sorted(set(transfer_ids) - {leaf.transfer_id for leaf in found})
    if missing:
        zh, en = (
            f"没有封存过的转账：{'、'.join(missing)}。",
            f"These transfers were never sealed: {', '.join(missing)}.",
        )
        raise BadInput(Words(zh, en), "not_sealed")
    indexes = sorted(leaf.leaf_index for leaf in found)
    strays = sorted(set(indexes) - set(_as_sealed(bank, city, log, indexes)))
    if strays:
        raise _not_as_sealed(strays)
    log.folder.publish_erasure(signed(log.erasure(indexes), signer))
    with bank.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        leaf_rows.destroy_salts(connection, city, indexes)
    return indexes


def _as_sealed(bank: Bank, city: str, log: Log, indexes: Sequence[int]) -> Iterator[int]:
    """Yield those of the indexes whose rows give the leaf that the folder keeps, and a head proves, at that place."""
    reader, erased = RecordReader(city), log.erased()
    for stretch in stretches(bank, city, log):
        for index in indexes:
            if stretch.leaves and stretch.start <= index < stretch.end:
                leaf = leaf_at(bank, reader, log.digest, index)
                if not list(faults_of_leaf(leaf, stretch.leaves[index - stretch.start], erased)):
                    yield index


def _not_as_sealed(indexes: Sequence[int]) -> Conflict:
    which = ", ".join(map(str, indexes))
    zh = f"数据库里第 {which} 叶与文件夹里封存的不符，或缺 .leaves 文件：没有抹除。请运行 timebank evidence verify。"
    en = (
        f"Leaves {which} of the database are not what the folder says was sealed there, or its .leaves files are gone: "
        "nothing was erased. Run evidence verify."
    )
    return Conflict(Words(zh, en), "not_as_sealed")


def _changed(size: int) -> Conflict:
    zh = f"数据库里第 {size} 叶处的检查点被改过，未封存。请运行 timebank evidence verify。"
    en = f"The checkpoint at {size} leaves was changed in the database; nothing was sealed. Run evidence verify."
    return Conflict(Words(zh, en), "checkpoint_changed")


def _went_back(outside: int, inside: int) -> Conflict:
    zh = (
        f"文件夹里的检查点有 {outside} 叶，数据库里是 {inside} 叶或另一个检查点：数据库可能退回了旧备份，或被改过。"
        "未封存。请先查明缺了哪些转账，再决定从哪里继续。"
    )
    en = (
        f"The folder has a checkpoint of {outside} leaves; the database has {inside}, or another one: it may have gone "
        "back to an old backup, or was changed. Nothing was sealed. Find out which transfers are missing first."
    )
    return Conflict(Words(zh, en), "went_back")
