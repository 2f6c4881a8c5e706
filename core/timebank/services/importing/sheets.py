"""Reading a CSV file as people and spreadsheets write it: its characters, its header, its rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from timebank.domain.words import Words
from timebank.services.importing.report import Fault, did_you_mean

_SPACES = " \t\r\n\u3000\ufeff"
_MOST_BYTES = 512 * 1024 * 1024
_MOST_HINTS = 200


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a file: those it must have and those it may have."""

    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Return every column the file may have."""
        return self.needed + self.optional


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as a spreadsheet counts, and its cells by column, trimmed."""

    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        """Return a cell; empty where the file has no such column."""
        return self.cells.get(column, "")


@dataclass
class Sheet:
    """One file as read.

    Attributes:
        readable: False where its header or its characters are wrong, so that its rows say nothing.
    """

    file: str
    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[Words] = field(default_factory=list)
    readable: bool = True

    def hint(self, wrong: str, right: Iterable[str]) -> Words:
        """Return the nearest right word; nothing more once so many faults stand that none will read it."""
        return did_you_mean(wrong, right) if len(self.faults) < _MOST_HINTS else Words("", "")

    def fault(self, row: int, column: str, code: str, words: Words) -> None:
        """Note a fault."""
        self.faults.append(Fault(self.file, row, column, code, words))


def read_sheet(path: Path, columns: Columns) -> Sheet:
    """Read one file; what is wrong with it stands in the sheet's faults."""
    sheet = Sheet(path.name)
    text = _text(path, sheet)
    if text is None:
        sheet.readable = False
        return sheet
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        sheet.readable = False
        words = Words(
            f"不是完好的 CSV：{error}。请检查引号是否成对。",
            f"Not well-formed CSV: {error}. Check the quotes.",
        )
        sheet.fault(0, "", "not_csv", words)
        return sheet
    header = [cell.strip(_SPACES) for cell in records[0]] if records else []
    sheet.readable = _check_header(sheet, header, columns)
    if sheet.readable:
        for number, record in enumerate(records[1:], start=2):
            _add_row(sheet, number, header, record)
    return sheet


def _add_row(sheet: Sheet, number: int, header: Sequence[str], record: Sequence[str]) -> None:
    cells = [cell.strip(_SPACES) for cell in record]
    if not any(cells):
        return
    if len(cells) != len(header):
        words = Words(
            f"这一行有 {len(cells)} 格，表头有 {len(header)} 列。请检查逗号与引号。",
            f"This row has {len(cells)} cells, the header {len(header)} columns. Check commas and quotes.",
        )
        sheet.fault(number, "", "cell_count", words)
        return
    sheet.rows.append(Row(number, dict(zip(header, cells, strict=True))))


def _check_header(sheet: Sheet, header: Sequence[str], columns: Columns) -> bool:
    before = len(sheet.faults)
    if len(header) == 1 and any(mark in header[0] for mark in (";", "\t", "，")):
        words = Words("各列之间请用英文逗号分隔。", "Separate the columns with commas.")
        sheet.fault(1, "", "separator", words)
        return False
    for place, column in enumerate(header):
        if column not in columns.all:
            hint = did_you_mean(column, [name for name in columns.all if name not in header])
            words = Words(f"没有“{column}”这一列。{hint.zh}", f"There is no column “{column}”. {hint.en}")
            sheet.fault(1, column or f"#{place + 1}", "unknown_column", words)
        elif column in header[:place]:
            words = Words(f"“{column}”这一列写了两次。", f"The column “{column}” stands twice.")
            sheet.fault(1, column, "double_column", words)
    for column in columns.needed:
        if column not in header:
            words = Words(f"缺少“{column}”这一列。", f"The column “{column}” is missing.")
            sheet.fault(1, column, "missing_column", words)
    return len(sheet.faults) == before


def _text(path: Path, sheet: Sheet) -> str | None:
    if path.stat().st_size > _MOST_BYTES:
        words = Words("文件超过 512 MB。请分批导入。", "The file is larger than 512 MB. Import it in parts.")
        sheet.fault(0, "", "too_large", words)
        return None
    content = path.read_bytes()
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in content[:1000]:
        words = Words(
            "文件是 UTF-16 编码。请另存为“CSV UTF-8”。", "The file is UTF-16. Save it as “CSV UTF-8”."
        )
        sheet.fault(0, "", "encoding", words)
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _other_text(content, error, sheet)


def _other_text(content: bytes, error: UnicodeDecodeError, sheet: Sheet) -> str | None:
    """Read what is no UTF-8: GB18030, unless the text is UTF-8 for the most part and broken in one place."""
    attempt = content.decode("utf-8", errors="replace")
    broken = attempt.count("\ufffd")
    sound = sum(1 for character in attempt if not character.isascii()) - broken
    if sound <= broken:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError:
            pass
        else:
            sheet.notes.append(
                Words(
                    f"{sheet.file} 是 GB18030（GBK）编码，已按此读取；请抽查几行姓名是否正确。",
                    f"{sheet.file} is GB18030 (GBK) and was read as such; check a few names.",
                )
            )
            return text
    line = content[: error.start].count(b"\n") + 1
    words = Words(
        f"第 {line} 行有既非 UTF-8 也非 GB18030 的字节。请另存为“CSV UTF-8”。",
        f"Line {line} has bytes that are neither UTF-8 nor GB18030. Save the file as “CSV UTF-8”.",
    )
    sheet.fault(0, "", "encoding", words)
    return None
