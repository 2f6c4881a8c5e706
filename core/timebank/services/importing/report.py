"""What an import found: every fault at its file, row and column, and what is new, known and left out."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

from timebank.domain.words import Words

ORGANISATIONS, MEMBERS, SERVICES = FILES = ("organisations.csv", "members.csv", "services.csv")

GATES_SKIPPED = Words(
    "导入的是历史数据：加入资格与接单资格不再审核，每条加入记录都注明“由原系统导入”。",
    "These are records of an earlier system: gates of joining and accepting are not asked again, "
    "and every admission says that it was imported.",
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of one cell, row or file.

    Attributes:
        file: name of the file.
        row: number of the row as a spreadsheet counts, the header being 1; 0 for the file as a whole.
        column: name of the column; empty for the row as a whole.
        code: stable word for programs.
        words: what is wrong and what to do.
    """

    file: str
    row: int
    column: str
    code: str
    words: Words

    @property
    def place(self) -> str:
        """Return ``members.csv:12:born_on``, or as much of it as there is."""
        parts = [self.file, str(self.row) if self.row else "", self.column]
        return ":".join(part for part in parts if part)

    def __str__(self) -> str:
        """Return two lines: place and Chinese; then English."""
        return f"{self.place} {self.words.zh}\n    {self.words.en}"


@dataclass
class Report:
    """What a check found, and what a commit wrote.

    Attributes:
        faults: everything wrong, in order of file and row; while there is one, nothing is written.
        rows: rows read, by file.
        new: rows that are not in the bank yet, by file.
        known: rows taken over earlier with the same content, by file.
        notes: what the clerk should know though it is no fault.
        committed: whether the new rows were written.
    """

    faults: list[Fault] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    new: dict[str, int] = field(default_factory=dict)
    known: dict[str, int] = field(default_factory=dict)
    notes: list[Words] = field(default_factory=list)
    committed: bool = False

    @property
    def ok(self) -> bool:
        """Say whether everything may be written."""
        return not self.faults

    def sentence(self) -> Words:
        """Return what came of it in one sentence."""
        counts = [f"{file} {self.rows[file]}" for file in FILES if file in self.rows]
        zh, en = "、".join(counts), ", ".join(counts)
        new, known = sum(self.new.values()), sum(self.known.values())
        if self.faults:
            return Words(
                f"读到 {zh} 行，有 {len(self.faults)} 处问题，什么都没有写入。请改正后再导入。",
                f"Read {en} rows with {len(self.faults)} fault(s); nothing was written. Mend them, import again.",
            )
        if self.committed:
            return Words(
                f"读到 {zh} 行，写入 {new} 行，{known} 行此前已导入。",
                f"Read {en} rows, wrote {new}; {known} had been imported before.",
            )
        return Words(
            f"读到 {zh} 行，没有问题：{new} 行待写入，{known} 行此前已导入。",
            f"Read {en} rows without fault: {new} to write, {known} imported before.",
        )

    def plain(self) -> dict[str, object]:
        """Return the report as plain values."""
        return {
            "committed": self.committed,
            "rows": self.rows,
            "new": self.new,
            "known": self.known,
            "notes": [{"zh": note.zh, "en": note.en} for note in self.notes],
            "faults": [
                {"place": f.place, "code": f.code, "zh": f.words.zh, "en": f.words.en} for f in self.faults
            ],
        }


def did_you_mean(wrong: str, right: Iterable[str]) -> Words:
    """Return “是不是…？” for the nearest word, or the words there are; empty where there are none.

    Looking for the nearest of a thousand words takes milliseconds: ask ``Sheet.hint`` for many rows.
    """
    known = list(right)
    near = difflib.get_close_matches(wrong, known, n=1, cutoff=0.6)
    if near:
        return Words(f"是不是“{near[0]}”？", f"Did you mean “{near[0]}”?")
    if not known:
        return Words("", "")
    shown = known[:12]
    more = Words("等", " and others") if len(known) > len(shown) else Words("", "")
    return Words(f"可用：{'、'.join(shown)}{more.zh}。", f"There are: {', '.join(shown)}{more.en}.")
