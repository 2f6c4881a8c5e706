"""One volunteer's part in an order, and the one table of its states."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime

from timebank.domain.states import StateTable
from timebank.domain.words import Words


class ClaimKind(enum.StrEnum):
    """What kind of evidence a claim about a visit is."""

    CLOCK = "clock"
    PLACE = "place"
    QR = "qr"
    PIN_CARD = "pin_card"
    CALL_BACK = "call_back"
    PHOTO = "photo"
    STAFF_WITNESS = "staff_witness"
    APP = "app"


class VisitState(enum.StrEnum):
    """Where a visit stands."""

    PLANNED = "planned"
    CHECKED_IN = "checked_in"
    CHECKED_OUT = "checked_out"
    EXCEPTION = "exception"
    CONFIRMED = "confirmed"
    SETTLED = "settled"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    DISPUTED = "disputed"
    VOID = "void"


class VisitEvent(enum.StrEnum):
    """What can happen to a visit."""

    CHECK_IN = "check_in"
    CHECK_OUT = "check_out"
    REPORT_DONE = "report_done"
    CLOSE_LATE = "close_late"
    RESOLVE = "resolve"
    CONFIRM = "confirm"
    SETTLE = "settle"
    MISS = "miss"
    CANCEL = "cancel"
    DISPUTE = "dispute"
    UPHOLD = "uphold"
    VOID = "void"
    REVERSE = "reverse"


_S, _E = VisitState, VisitEvent

VISIT_STATES: StateTable[VisitState, VisitEvent] = StateTable(
    subject=Words("服务记录", "visit"),
    states={
        _S.PLANNED: Words("待服务", "planned"),
        _S.CHECKED_IN: Words("已签到", "checked in"),
        _S.CHECKED_OUT: Words("已签出待确认", "checked out, awaiting confirmation"),
        _S.EXCEPTION: Words("异常待处理", "an exception for staff"),
        _S.CONFIRMED: Words("已确认待结算", "confirmed, awaiting settlement"),
        _S.SETTLED: Words("已结算", "settled"),
        _S.NO_SHOW: Words("未到场", "no-show"),
        _S.CANCELLED: Words("已取消", "cancelled"),
        _S.DISPUTED: Words("争议中", "disputed"),
        _S.VOID: Words("已作废", "void"),
    },
    events={
        _E.CHECK_IN: Words("签到", "check in"),
        _E.CHECK_OUT: Words("签出", "check out"),
        _E.REPORT_DONE: Words("报告完成", "report it done"),
        _E.CLOSE_LATE: Words("因忘记签出而关闭", "close it for a forgotten check-out"),
        _E.RESOLVE: Words("处理异常", "resolve the exception"),
        _E.CONFIRM: Words("确认", "confirm it"),
        _E.SETTLE: Words("结算", "settle it"),
        _E.MISS: Words("记为未到场", "record a no-show"),
        _E.CANCEL: Words("取消", "cancel it"),
        _E.DISPUTE: Words("提出争议", "dispute it"),
        _E.UPHOLD: Words("维持记录", "uphold it"),
        _E.VOID: Words("作废", "make it void"),
        _E.REVERSE: Words("冲正", "reverse its settlement"),
    },
    moves={
        (_S.PLANNED, _E.CHECK_IN): _S.CHECKED_IN,
        (_S.PLANNED, _E.REPORT_DONE): _S.CHECKED_OUT,
        (_S.PLANNED, _E.MISS): _S.NO_SHOW,
        (_S.PLANNED, _E.CANCEL): _S.CANCELLED,
        (_S.CHECKED_IN, _E.CHECK_OUT): _S.CHECKED_OUT,
        (_S.CHECKED_IN, _E.CLOSE_LATE): _S.EXCEPTION,
        (_S.CHECKED_IN, _E.DISPUTE): _S.DISPUTED,
        (_S.CHECKED_OUT, _E.CONFIRM): _S.CONFIRMED,
        (_S.CHECKED_OUT, _E.DISPUTE): _S.DISPUTED,
        (_S.EXCEPTION, _E.RESOLVE): _S.CHECKED_OUT,
        (_S.EXCEPTION, _E.DISPUTE): _S.DISPUTED,
        (_S.EXCEPTION, _E.VOID): _S.VOID,
        (_S.CONFIRMED, _E.SETTLE): _S.SETTLED,
        (_S.CONFIRMED, _E.DISPUTE): _S.DISPUTED,
        (_S.NO_SHOW, _E.DISPUTE): _S.DISPUTED,
        (_S.DISPUTED, _E.UPHOLD): _S.CONFIRMED,
        (_S.DISPUTED, _E.VOID): _S.VOID,
        (_S.SETTLED, _E.REVERSE): _S.VOID,
    },
)

ENDED = frozenset({_S.NO_SHOW, _S.CANCELLED, _S.VOID, _S.SETTLED})
# It took place and waits to be confirmed or settled.
SERVED = frozenset({_S.CHECKED_OUT, _S.CONFIRMED})
# By the record it took place, whatever is still to be decided about it.
TOOK_PLACE = SERVED | {_S.EXCEPTION, _S.DISPUTED, _S.SETTLED}


@dataclass(frozen=True, slots=True)
class Visit:
    """One volunteer's part in an order.

    Attributes:
        team_id: the team for which the volunteer serves, or None.
        planned_minutes, measured_minutes, recognised_minutes: whole minutes; three of the four numbers
            of a visit. The fourth, credited minutes, is what its settlement posted.
        service_date: the city's local day that decides which rule file settles it; fixed once.
    """

    id: str
    order_id: str
    volunteer_id: str
    team_id: str | None
    state: VisitState
    planned_minutes: int
    measured_minutes: int | None
    recognised_minutes: int | None
    checked_in_at: datetime | None
    checked_out_at: datetime | None
    service_date: date | None
