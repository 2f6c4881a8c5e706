"""A checkpoint: the head of a log at one size, in three lines (C2SP tlog-checkpoint)."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass

from timebank.domain.refusal import BadInput
from timebank.domain.words import Words
from timebank.evidence.digest import SIZE, Digest
from timebank.evidence.notes import VerifierKey, opened

_LINES = 3
_SM3 = "/sm3"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log.

    Attributes:
        origin: which log: a name of the bank, and the city; ``/sm3`` at the end where SM3 takes SHA-256's place.
        size: how many leaves.
        root: the root over them, 32 bytes.
    """

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return the three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def read(cls, note: str, keys: Iterable[VerifierKey]) -> Checkpoint:
        """Return the checkpoint of a note that one of the keys signed.

        Raises:
            BadInput: it is none, or not signed as it should be.
        """
        text, _ = opened(note, keys)
        origin, size, root = [*text.split("\n"), "", ""][:_LINES]
        try:
            found = cls(origin, int(size), base64.b64decode(root, validate=True))
        except ValueError:
            found = cls("", 0, b"")
        if found.text() != text or len(found.root) != SIZE or found.size < 0:
            zh = "签名的文字不是检查点：应为三行，来源、叶数、根。"
            en = "The signed text is no checkpoint: three lines are needed, origin, size and root."
            raise BadInput(Words(zh, en), "no_checkpoint")
        return found


def origin_of(bank: str, city: str, digest: Digest) -> str:
    """Return the name of a city's log."""
    return f"{bank}/{city}{_SM3 if digest.name == 'sm3' else ''}"


def digest_of(origin: str) -> Digest:
    """Return the hash function of a log, which its name tells."""
    return Digest("sm3" if origin.endswith(_SM3) else "sha256")
