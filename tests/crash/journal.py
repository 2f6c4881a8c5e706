"""What a client saw, on its own disk: what it asked for, and what it was answered. No killed program writes here."""

import json
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SUBMITTED, ACKED, REFUSED, BROKEN = "submitted", "acked", "refused", "broken"


class Journal:
    """One client's file; what is written is on the disk before the client goes on."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("a", encoding="utf-8")

    def write(self, what: str, operation: str, actor: str, **more: Any) -> None:
        """Write a line and flush it to the disk."""
        line = {"what": what, "operation": operation, "actor": actor, "at": time.time(), **more}
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()


@dataclass
class Told:
    """What became of one operation, as its client was told.

    Attributes:
        submitted_at: when it was first sent, seconds since 1970.
        acked_at: when it was first answered, or 0.
        answers: every answer it was given; more than one where it was sent twice at once.
        refused: whether the last word was a refusal.
        doubtful: whether an attempt was lost before that refusal, so that it may have taken effect all the same.
        broken: what no client should ever be told.
    """

    submitted_at: float
    acked_at: float = 0
    answers: list[dict[str, Any]] = field(default_factory=list)
    refused: bool = False
    doubtful: bool = False
    broken: list[str] = field(default_factory=list)


def read(files: Iterable[Path]) -> dict[tuple[str, str], Told]:
    """Return what became of every operation, by actor and operation id."""
    told: dict[tuple[str, str], Told] = {}
    for file in files:
        for line in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
            one = told.setdefault((line["actor"], line["operation"]), Told(line["at"]))
            if line["what"] == ACKED:
                one.acked_at = one.acked_at or line["at"]
                one.answers.append(line["answer"])
            elif line["what"] == REFUSED:
                one.refused, one.doubtful = True, line["doubtful"]
            elif line["what"] == BROKEN:
                one.broken.append(line["why"])
    return told
