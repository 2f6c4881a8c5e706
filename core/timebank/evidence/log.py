"""One city's log: its name, its hash function, where its checkpoints lie, whose signatures count, who signs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from timebank.domain.refusal import BadInput
from timebank.domain.words import Words
from timebank.evidence.checkpoint import Checkpoint
from timebank.evidence.digest import Digest
from timebank.evidence.folder import CheckpointFolder
from timebank.evidence.notes import VerifierKey, key_of, opened
from timebank.evidence.signer import Signer

ERASURE = "erasure"


@dataclass(frozen=True)
class Log:
    """One city's log.

    Attributes:
        origin: its name, in every checkpoint.
        digest: what it hashes with, for ever.
        folder: where its checkpoints lie.
        keys: the public keys that are trusted; kept outside the database.
        signer: who signs; None where checkpoints are only read.
        witnesses: the public keys of the witnesses.
        witnesses_needed: how many of them have to have co-signed.
    """

    origin: str
    digest: Digest
    folder: CheckpointFolder
    keys: tuple[VerifierKey, ...]
    signer: Signer | None = None
    witnesses: tuple[VerifierKey, ...] = ()
    witnesses_needed: int = 0

    def read(self, note: str) -> Checkpoint:
        """Return the checkpoint of a note.

        Raises:
            BadInput: it is none, not signed by a trusted key, or another log's.
        """
        head = Checkpoint.read(note, self.keys)
        if head.origin != self.origin:
            raise _foreign(head.origin, self.origin)
        return head

    def cosigned(self) -> Iterator[tuple[Checkpoint, list[str]]]:
        """Yield every checkpoint in the folder that witnesses co-signed, and the names of those whose keys are known.

        Raises:
            BadInput: one is none of this log's, or a signature on it is wrong.
        """
        for note in self.folder.cosigned():
            head = self.read(note)
            _, names = opened(note, (*self.keys, *self.witnesses))
            banks = [key.name for key in self.keys]
            yield head, [name for name in names if name not in banks]

    def signing(self) -> Signer:
        """Return who signs.

        Raises:
            BadInput: nobody does here, or with a key that is not trusted.
        """
        if self.signer is None:
            zh = "没有签名钥匙：请在配置 evidence.key 写明钥匙文件，或设环境变量 TIMEBANK_EVIDENCE_KEY。"
            en = "No signing key: name its file in evidence.key of the configuration or by TIMEBANK_EVIDENCE_KEY."
            raise BadInput(Words(zh, en), "no_key")
        if key_of(self.signer) not in self.keys:
            zh = f"签名钥匙 {self.signer.name} 不在配置 evidence.keys 之中：可能被换过。未签名。"
            en = f"The signing key {self.signer.name} is not among evidence.keys; it may have been swapped."
            raise BadInput(Words(zh, en), "untrusted_key")
        return self.signer

    def erasure(self, indexes: list[int]) -> str:
        """Return the text of a note saying that the people of some leaves may no longer be shown."""
        return "\n".join([f"{self.origin} {ERASURE}", *map(str, sorted(indexes))]) + "\n"

    def erased(self) -> set[int]:
        """Return the leaves whose people were erased, by the signed notes in the folder.

        Raises:
            BadInput: a note is not signed as it should be.
        """
        found: set[int] = set()
        for note in self.folder.erasures():
            text, _ = opened(note, self.keys)
            first, *indexes = text.splitlines()
            if first != f"{self.origin} {ERASURE}":
                raise _foreign(first, self.origin)
            found.update(map(int, indexes))
        return found


def _foreign(found: str, expected: str) -> BadInput:
    zh = f"这是另一个账本的（{found}），不是 {expected} 的。算法或名称改过？一个账本的名称与算法永不改变。"
    en = f"This belongs to another log ({found}), not to {expected}. A log's name and digest never change."
    return BadInput(Words(zh, en), "other_log")
