"""Nobody served in two places at once: rows of one volunteer are compared with each other and with the bank."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from timebank.domain.words import Words
from timebank.services.importing.drafts import ServiceDraft
from timebank.services.importing.known import Known
from timebank.services.importing.sheets import Sheet


@dataclass(frozen=True, slots=True)
class _Span:
    """A time somebody served; row is 0 for what is in the bank already."""

    since: datetime
    until: datetime
    row: int
    reference: str


def check_overlaps(sheet: Sheet, drafts: dict[int, ServiceDraft], known: Known) -> None:
    """Note each row that begins before its volunteer had ended another, and leave it out of the sound ones.

    By the clock, or by the plan where a row has no clock. What was taken over before is not judged again, but
    counts.
    """
    for spans in _by_volunteer(drafts, known).values():
        latest: _Span | None = None
        for span in sorted(spans, key=lambda one: (one.since, one.until, one.row)):
            if latest is not None and span.since < latest.until:
                _fault(sheet, drafts, span, latest)
            if latest is None or span.until > latest.until:
                latest = span


def _by_volunteer(drafts: Mapping[int, ServiceDraft], known: Known) -> dict[str, list[_Span]]:
    if not drafts or known.people is None:
        return {}
    spans: dict[str, list[_Span]] = defaultdict(list)
    ids = {known.people.by_reference[draft.volunteer].id: draft.volunteer for draft in drafts.values()}
    new = {draft.reference for draft in drafts.values() if not known.in_bank.has(draft)}
    for number, draft in drafts.items():
        if draft.reference in new:
            spans[draft.volunteer].append(_Span(*served(draft), number, draft.reference))
    for one in known.in_bank.served(ids):
        if one.reference not in new:  # the same number with other content is told as such
            spans[ids[one.volunteer_id]].append(_Span(one.since, one.until, 0, one.reference or ""))
    return spans


def served(draft: ServiceDraft) -> tuple[datetime, datetime]:
    """Return when a service began and ended: by the clock, or by the plan where there is none."""
    if draft.checked_in is not None and draft.checked_out is not None:
        return draft.checked_in, draft.checked_out
    return draft.planned_start, draft.planned_start + timedelta(minutes=draft.planned_minutes)


def _fault(sheet: Sheet, drafts: dict[int, ServiceDraft], span: _Span, other: _Span) -> None:
    row, against = (span.row, other) if span.row else (other.row, span)
    draft = drafts.pop(row, None)
    if draft is None:  # both in the bank, or named already
        return
    if against.row:
        where = Words(
            f"第 {against.row} 行（{against.reference}）", f"row {against.row} ({against.reference})"
        )
    elif against.reference:
        where = Words(f"此前导入的“{against.reference}”", f"“{against.reference}”, imported before")
    else:
        where = Words("本系统中的一次服务", "a service in the bank")
    zh = f"“{draft.volunteer}”这段时间已在{where.zh}里服务，同一个人不能同时在两处。请核对志愿者与时间。"
    en = f"“{draft.volunteer}” served at this time in {where.en}; nobody is in two places. Check volunteer and times."
    column = "planned_start" if draft.checked_in is None else "checked_in"
    sheet.fault(row, column, "overlap", Words(zh, en))
