"""What can be wrong with a sealed leaf, and the sentences for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from timebank.domain.words import Words
from timebank.services.sealed_leaves import Leaf

_SENTENCES: Mapping[str, Words] = {
    "leaf_gone": Words("第 {} 叶的封存行不见了。", "The row of leaf {} is gone."),
    "unreadable": Words(
        "第 {} 叶（转账 {}）：行里有读不出的内容，不是账本写的。",
        "Leaf {} (transfer {}): its rows hold what cannot be read, and the ledger never wrote.",
    ),
    "unreadable_table": Words(
        "封存所及的表里有读不出的内容，不是账本写的：{}",
        "The tables hold what cannot be read, and the ledger never wrote: {}",
    ),
    "gone": Words("第 {} 叶（转账 {}）：转账不见了。", "Leaf {} (transfer {}): the transfer is gone."),
    "books": Words(
        "第 {} 叶（转账 {}）：转账、分录、账户或预扣与封存时不同。",
        "Leaf {} (transfer {}): transfer, postings, accounts or holds are not what was sealed.",
    ),
    "people": Words(
        "第 {} 叶（转账 {}）：决定、经办人、户主、操作或盐与封存时不同。",
        "Leaf {} (transfer {}): decision, actor, owners, command or salt are not what was sealed.",
    ),
    "version": Words("第 {} 叶（转账 {}）：编码版本不对。", "Leaf {} (transfer {}): its version is unknown."),
    "no_salt": Words(
        "第 {} 叶（转账 {}）：盐不见了，却没有签名的抹除记录。",
        "Leaf {} (transfer {}): its salt is gone, and no signed note says that it was erased.",
    ),
    "leaf_row": Words(
        "第 {} 叶（转账 {}）：存下的叶与业务数据不符，业务数据与封存时相同。",
        "Leaf {} (transfer {}): the stored leaf was changed; the business rows are what was sealed.",
    ),
    "rule_file": Words(
        "第 {} 叶（转账 {}）：它所依据的规则文件全文被改过。",
        "Leaf {} (transfer {}): the text of a rule file it rests on was changed.",
    ),
    "signature": Words("第 {} 叶处的检查点不可信：{}", "The checkpoint at leaf {} is not to be trusted: {}"),
    "root": Words(
        "第 {} 叶与签名的检查点不符：有改动、增删或重排。",
        "Leaves {} do not give the root that was signed: something was changed, added, taken away or moved.",
    ),
    "leaves_file": Words(
        "文件夹里 {} 叶处的 .leaves 文件缺失或损坏；从备份找回它。",
        "The .leaves file at {} in the folder is missing or broken; bring it back from a copy.",
    ),
    "checkpoint_gone": Words(
        "数据库里没有 {} 叶处的检查点，文件夹里有：数据库退回过旧备份，或被删。",
        "The folder has a checkpoint of {} leaves, the database has not: it went back to an old backup, or was cut.",
    ),
    "checkpoint_row": Words(
        "数据库里 {} 叶处的检查点与文件夹里的不同，或被改过。",
        "The checkpoint of {} leaves in the database is not the folder's, or was changed.",
    ),
    "cosigned": Words(
        "见证人加签过 {} 叶时的检查点，账本里却没有它或与它不同：历史被改写，或给见证人看的是另一份。",
        "Witnesses signed a checkpoint of {} leaves that is not this log's: history was rewritten, or forked.",
    ),
    "witnesses": Words("要求 {1} 个见证人加签，只有 {0} 个。", "{1} witnesses have to co-sign, and {0} did."),
    "unsigned": Words("第 {} 叶起没有签名的检查点。", "No signed checkpoint covers the leaves from {} on."),
    "misplaced": Words(
        "叶表里有序号为 {} 的一行（转账 {}）：序号从 0 起、各只一次，封存从不这样写。",
        "A row of leaves has the index {} (transfer {}): they begin at 0 and each comes once; sealing never wrote it.",
    ),
    "left_out": Words(
        "转账 {} 早该封存却没有：时钟不准（请运行 evidence seal --everywhere），或是事后插入的。",
        "Transfer {} should have been sealed long ago: a clock was wrong (run evidence seal --everywhere), "
        "or it was put in afterwards.",
    ),
}


@dataclass(frozen=True, slots=True)
class SealFault:
    """One thing that does not agree.

    Attributes:
        code: a stable word.
        words: the sentence.
        leaf: index of the leaf, where it is about one; the first, where about several.
        transfer_id: the transfer, where it is known.
    """

    code: str
    words: Words
    leaf: int | None = None
    transfer_id: str | None = None

    def plain(self) -> dict[str, Any]:
        """Return it as plain values."""
        told = {"zh": self.words.zh, "en": self.words.en}
        return {"code": self.code, "leaf": self.leaf, "transfer_id": self.transfer_id, **told}


def words_of(code: str, *what: object) -> Words:
    """Return the sentence of a fault; words among what is told are put in in their language."""
    zh, en = ([w.in_language(lang) if isinstance(w, Words) else w for w in what] for lang in ("zh", "en"))
    return Words(_SENTENCES[code].zh.format(*zh), _SENTENCES[code].en.format(*en))


def faults_of_leaf(leaf: Leaf, sealed: bytes | None, erased: set[int]) -> Iterator[SealFault]:
    """Yield what is wrong with a leaf.

    Args:
        leaf: the leaf.
        sealed: what the folder says was sealed, where it is proved; else what the database stored is taken.
        erased: leaves whose people were erased.
    """
    code = _fault_of(leaf, sealed, erased)
    if code is not None:
        transfer_id = leaf.row.transfer_id if leaf.row is not None else leaf.unreadable
        yield SealFault(code, words_of(code, leaf.index, transfer_id), leaf.index, transfer_id)


def _fault_of(leaf: Leaf, sealed: bytes | None, erased: set[int]) -> str | None:
    row = leaf.row
    if row is None:
        return "leaf_gone" if leaf.unreadable is None else "unreadable"
    if leaf.record is None:
        return "gone"
    if row.salt is None and leaf.index not in erased:
        return "no_salt"
    if leaf.commitment != row.commitment:
        return "people"
    if leaf.hashed is None:
        return "version"
    if leaf.hashed != (row.leaf_hash if sealed is None else sealed):
        return "books"
    if leaf.hashed != row.leaf_hash:
        return "leaf_row"
    return "rule_file" if leaf.rules_broken else None
