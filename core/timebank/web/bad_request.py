"""A request that breaks the contract."""

from __future__ import annotations

from collections.abc import Sequence

from timebank.domain.words import Words

Fault = tuple[str, Words]


class BadRequest(Exception):
    """The request breaks the contract: where and why, all of it.

    Attributes:
        words: the sentence.
        status: 400, 413 or 415.
        faults: (where, what is wrong).
    """

    def __init__(self, words: Words, faults: Sequence[Fault] = (), status: int = 400) -> None:
        super().__init__(words.en)
        self.words = words
        self.faults = tuple(faults)
        self.status = status
