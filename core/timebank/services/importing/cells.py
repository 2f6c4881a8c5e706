"""Reading the cells of one row: each fault is noted at its column, and reading goes on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from timebank.domain.identity_card import is_identity_card
from timebank.domain.words import Words
from timebank.services.importing.sheets import Row, Sheet

CODE_LENGTH, NAME_LENGTH = 64, 200
_DAY = r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?"
_DATE = re.compile(_DAY, re.ASCII)
_MOMENT = re.compile(_DAY + r"[T ]\s*([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?", re.ASCII)
# Control characters, zero-width ones, and those that turn the direction of writing.
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_SPACE = re.compile(r"\s")
_WHOLE = re.compile(r"[0-9]{1,9}", re.ASCII)


@dataclass
class Cells:
    """The cells of one row, being read."""

    sheet: Sheet
    row: Row

    def fault(self, column: str, code: str, zh: str, en: str) -> None:
        """Note a fault of one cell."""
        self.sheet.fault(self.row.number, column, code, Words(zh, en))

    def text(self, column: str, most: int = CODE_LENGTH) -> str:
        """Return a text that must be there."""
        text = self.maybe(column, most)
        if not text:
            self.fault(column, "empty", f"“{column}”不能为空。", f"“{column}” may not be empty.")
        return text

    def code(self, column: str) -> str:
        """Return a code, which must be there and has no spaces."""
        text = self.text(column)
        if _SPACE.search(text):
            self.fault(column, "spaces", f"“{text}”中不能有空格。", f"“{text}” may have no spaces.")
        return text

    def maybe(self, column: str, most: int = CODE_LENGTH) -> str:
        """Return a text, or nothing."""
        text = self.row[column]
        if len(text) > most:
            self.fault(column, "too_long", f"超过 {most} 个字。", f"Longer than {most} characters.")
            return ""
        if not text.isprintable() and _INVISIBLE.search(text):
            zh = "含有看不见的控制字符，请删去后重新输入。"
            self.fault(column, "characters", zh, "Holds invisible control characters: type it anew.")
            return ""
        return text

    def reference(self, column: str = "reference") -> str:
        """Return the city's own number, which is never an identity-card number."""
        text = self.code(column)
        if is_identity_card(text):
            self.fault(
                column,
                "identity_card",
                "像是身份证号。请改用本系统自己的编号，身份证号不得入库。",
                "This looks like an identity-card number. Use a number of your own: those are never stored.",
            )
        return text

    def many(self, column: str) -> tuple[str, ...]:
        """Return the parts of a list separated by semicolons, each once."""
        parts = re.split(r"[;；]", self.maybe(column, 1000))
        return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))

    def whole(self, column: str) -> int | None:
        """Return a whole number above zero."""
        text = self.text(column)
        if not text:
            return None
        if not _WHOLE.fullmatch(text) or int(text) == 0:
            zh, en = f"“{text}”应为大于零的整数。", f"“{text}” should be a whole number above zero."
            self.fault(column, "not_whole", zh, en)
            return None
        return int(text)

    def day(self, column: str, *, needed: bool = True) -> date | None:
        """Return a day: ``2020-03-01``, ``2020/3/1`` or ``2020年3月1日``."""
        text = self.text(column) if needed else self.maybe(column)
        if not text:
            return None
        found = _DATE.fullmatch(text)
        try:
            day = date(int(found[1]), int(found[2]), int(found[3])) if found else None
        except ValueError:
            day = None
        if day is None:
            zh = f"“{text}”不是日期。请写成 2020-03-01。"
            self.fault(column, "not_a_day", zh, f"“{text}” is no date. Write 2020-03-01.")
        return day

    def moment(self, column: str, timezone: ZoneInfo, *, needed: bool = True) -> datetime | None:
        """Return an instant, UTC, from the city's local time: ``2020-03-01 09:30``."""
        text = self.text(column) if needed else self.maybe(column)
        if not text:
            return None
        found = _MOMENT.fullmatch(text)
        try:
            local = datetime(*[int(part or 0) for part in found.groups()]) if found else None  # type: ignore[arg-type]  # noqa: DTZ001
        except ValueError:
            local = None
        if local is None:
            zh = f"“{text}”不是日期和时间。请写成 2020-03-01 09:30（当地时间）。"
            self.fault(
                column, "not_a_moment", zh, f"“{text}” is no date and time. Write 2020-03-01 09:30, local."
            )
            return None
        return local.replace(tzinfo=timezone).astimezone(UTC)

    def one_of(self, column: str, text: str, known: tuple[str, ...]) -> bool:
        """Say whether a text is one of those there are, and note a fault if not."""
        if text in known:
            return True
        hint = self.sheet.hint(text, known)
        self.fault(column, "unknown", f"没有“{text}”。{hint.zh}", f"There is no “{text}”. {hint.en}")
        return False
