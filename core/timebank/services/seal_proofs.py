"""What is handed to those who do not trust the bank: proofs, and exports that an outsider verifies alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from timebank.domain.refusal import BadInput, Conflict, missing
from timebank.domain.words import Words
from timebank.evidence.entry import BOOKS, PEOPLE, VERSION
from timebank.evidence.log import Log
from timebank.evidence.tree import (
    consistency_proof,
    inclusion_proof,
    proves_consistency,
    proves_inclusion,
    root_of,
)
from timebank.services.desk import Bank
from timebank.services.sealed_leaves import Leaf, leaves_of, stretches, worked_out
from timebank.services.sealed_records import RecordReader
from timebank.storage import leaf_rows, verification_rows

EXPORT, PROOF = "timebank-evidence/1", "timebank-proof/1"


def prove_transfer(bank: Bank, city: str, log: Log, transfer_id: str) -> dict[str, Any]:
    """Return the proof that a transfer stands in the newest checkpoint, with all that was sealed of it.

    Raises:
        NotFound: it is not sealed.
        Conflict: the database no longer gives the signed head.
    """
    with bank.reading() as connection:
        found = leaf_rows.of_transfers(connection, city, [transfer_id])
        if not found:
            raise missing(Words("封存过的转账", "sealed transfer"), transfer_id)
        (row,) = found
        last = leaf_rows.last_checkpoint(connection, city)
        reader = RecordReader(city)
        record = reader.read(connection, [transfer_id]).get(transfer_id)
        head = log.read(last.note if last else "")

        def hashes(start: int, end: int) -> Iterator[bytes]:
            return leaf_rows.hashes(connection, city, start, end)

        path = inclusion_proof(log.digest, hashes, row.leaf_index, head.size)
    leaf = worked_out(reader, log.digest, row.leaf_index, row, record)
    hashed = leaf.hashed or b""
    if not proves_inclusion(log.digest, hashed, leaf.index, head.size, path, head.root):
        raise _broken()
    return {**_proof(log, last.note if last else "", path), "leaf": _exported(leaf, hashed)}


def prove_growth(bank: Bank, city: str, log: Log, old: int) -> dict[str, Any]:
    """Return the proof that the newest checkpoint begins with the first ``old`` leaves, as a witness needs it.

    Raises:
        BadInput: so many leaves were never sealed.
        Conflict: the database no longer gives the signed head.
    """
    with bank.reading() as connection:
        last = leaf_rows.last_checkpoint(connection, city)
        size = last.size if last else 0
        if last is None or not 0 <= old <= size:
            zh, en = (
                f"封存了 {size} 叶，没有 {old} 叶的时候。",
                f"{size} leaves are sealed; there was no time of {old}.",
            )
            raise BadInput(Words(zh, en), "no_such_size")
        head = log.read(last.note)
        if head.size != size:
            raise _broken()

        def hashes(start: int, end: int) -> Iterator[bytes]:
            return leaf_rows.hashes(connection, city, start, end)

        root = root_of(log.digest, hashes(0, old))
        path = consistency_proof(log.digest, hashes, old, size)
    if not proves_consistency(log.digest, old, size, root, head.root, path):
        raise _broken()
    return {**_proof(log, last.note, path), "old": {"size": old, "root": root.hex()}}


def export(bank: Bank, city: str, log: Log) -> Iterator[dict[str, Any]]:
    """Yield the lines of an export: everything sealed, as the tables say it now, with salts and signed heads.

    It is not for the public: with its salts it holds all that was sealed about people.

    Raises:
        BadInput: the folder is not there.
    """
    columns = {"books": dict(BOOKS), "people": dict(PEOPLE)}
    yield {"format": EXPORT, "origin": log.origin, "columns": columns}
    for note in log.folder.erasures():
        yield {"erasure": note}
    with bank.reading() as connection:
        for rule_file in verification_rows.rule_file_texts(connection, city):
            yield {"rule_file": rule_file.digest, "text": rule_file.text}
    reader, size = RecordReader(city), 0
    for stretch in stretches(bank, city, log):
        for leaf in leaves_of(bank, reader, log.digest, stretch):
            stored = bytes(leaf.row.leaf_hash) if leaf.row is not None else b""
            yield _exported(leaf, stretch.leaves[leaf.index - stretch.start] if stretch.leaves else stored)
        yield {"checkpoint": stretch.note}
        size = stretch.end
    yield {"end": size}


def _proof(log: Log, note: str, path: list[bytes]) -> dict[str, Any]:
    parts = [part.hex() for part in path]
    return {"format": PROOF, "origin": log.origin, "checkpoint": note, "path": parts}


def _exported(leaf: Leaf, sealed: bytes) -> dict[str, Any]:
    row, record = leaf.row, leaf.record
    salt = row.salt.hex() if row is not None and row.salt is not None else None
    return {
        "leaf": leaf.index,
        "transfer": row.transfer_id if row is not None else None,
        "version": row.version if row is not None else VERSION,
        "salt": salt,
        "commitment": row.commitment.hex() if row is not None else "",
        "sealed": sealed.hex(),
        "books": [[list(line) for line in rows] for rows in record.books] if record else None,
        "people": [[list(line) for line in rows] for rows in record.people] if record and salt else None,
    }


def _broken() -> Conflict:
    zh = "数据库里的叶已给不出签名的检查点，证明不了什么。请运行 timebank evidence verify。"
    en = "The leaves in the database no longer give the signed head; nothing can be proved. Run evidence verify."
    return Conflict(Words(zh, en), "evidence_broken")
