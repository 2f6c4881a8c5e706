"""What clients say they sent and were answered, kept in files outside the bank: an oracle that no rollback reaches."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SUBMITTED, ACKED, REFUSED = "submitted", "acked", "refused"


class Journal:
    """One writer's file; every entry is a line, complete or not there."""

    def __init__(self, folder: Path, writer: str) -> None:
        self._file = (folder / f"{writer}.jsonl").open("a", encoding="utf-8", buffering=1)

    def note(self, what: str, actor: str, operation: str, answer: Any = None) -> None:
        """Write down that an operation was submitted, acknowledged with an answer, or refused with a code."""
        self._file.write(json.dumps([what, actor, operation, answer], ensure_ascii=False) + "\n")

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def entries(folder: Path) -> Iterator[tuple[str, str, str, Any]]:
    """Yield everything all writers wrote: (what, actor, operation, answer)."""
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            what, actor, operation, answer = json.loads(line)
            yield what, actor, operation, answer


def count(folder: Path, what: str) -> int:
    """Return how many entries of a kind there are by now."""
    wanted = f'["{what}"'
    return sum(file.read_text(encoding="utf-8").count(wanted) for file in folder.glob("*.jsonl"))
