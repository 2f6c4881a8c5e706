"""A request for service, and the one table of its states."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime

from timebank.domain.states import StateTable
from timebank.domain.words import Words


class Origin(enum.StrEnum):
    """Where an order comes from; rule files say for each who pays."""

    REQUEST = "request"
    PROJECT = "project"
    IMPORT = "import"


class Shape(enum.StrEnum):
    """One volunteer for one elder, or a project with places and a head-count."""

    ONE_TO_ONE = "one_to_one"
    PROJECT = "project"


class OrderState(enum.StrEnum):
    """Where an order stands."""

    REQUESTED = "requested"
    APPROVED = "approved"
    PUBLISHED = "published"
    FILLED = "filled"
    IN_SERVICE = "in_service"
    FINISHED = "finished"
    SETTLED = "settled"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    DISPUTED = "disputed"
    VOID = "void"


class OrderEvent(enum.StrEnum):
    """What can happen to an order."""

    APPROVE = "approve"
    REJECT = "reject"
    PUBLISH = "publish"
    FILL = "fill"
    FREE_PLACE = "free_place"
    START = "start"
    FINISH = "finish"
    SETTLE = "settle"
    CANCEL = "cancel"
    LAPSE = "lapse"
    DISPUTE = "dispute"
    UPHOLD = "uphold"
    VOID = "void"


class OrderAction(enum.StrEnum):
    """What is about to be done with an order when a plugin is asked about it."""

    PLACE = "place"
    PUBLISH = "publish"
    ACCEPT = "accept"
    CLOSE = "close"


_S, _E = OrderState, OrderEvent

ORDER_STATES: StateTable[OrderState, OrderEvent] = StateTable(
    subject=Words("服务订单", "service order"),
    states={
        _S.REQUESTED: Words("待审核", "awaiting review"),
        _S.APPROVED: Words("待发布", "awaiting publication"),
        _S.PUBLISHED: Words("招募中", "open to volunteers"),
        _S.FILLED: Words("已满员", "filled"),
        _S.IN_SERVICE: Words("服务中", "in service"),
        _S.FINISHED: Words("服务结束待结算", "finished, awaiting settlement"),
        _S.SETTLED: Words("已结算", "settled"),
        _S.REJECTED: Words("审核未通过", "rejected"),
        _S.CANCELLED: Words("已取消", "cancelled"),
        _S.LAPSED: Words("无人接单已失效", "lapsed"),
        _S.DISPUTED: Words("争议中", "disputed"),
        _S.VOID: Words("已作废", "void"),
    },
    events={
        _E.APPROVE: Words("审核通过", "approve it"),
        _E.REJECT: Words("审核退回", "reject it"),
        _E.PUBLISH: Words("发布", "publish it"),
        _E.FILL: Words("占满名额", "fill its last place"),
        _E.FREE_PLACE: Words("腾出名额", "free a place"),
        _E.START: Words("开始服务", "start service"),
        _E.FINISH: Words("结束服务", "finish service"),
        _E.SETTLE: Words("结算", "settle it"),
        _E.CANCEL: Words("取消", "cancel it"),
        _E.LAPSE: Words("因无人接单而失效", "let it lapse"),
        _E.DISPUTE: Words("提出争议", "dispute it"),
        _E.UPHOLD: Words("维持服务记录", "uphold it"),
        _E.VOID: Words("作废", "make it void"),
    },
    moves={
        (_S.REQUESTED, _E.APPROVE): _S.APPROVED,
        (_S.REQUESTED, _E.REJECT): _S.REJECTED,
        (_S.REQUESTED, _E.CANCEL): _S.CANCELLED,
        (_S.REQUESTED, _E.LAPSE): _S.LAPSED,
        (_S.APPROVED, _E.PUBLISH): _S.PUBLISHED,
        (_S.APPROVED, _E.CANCEL): _S.CANCELLED,
        (_S.APPROVED, _E.LAPSE): _S.LAPSED,
        (_S.PUBLISHED, _E.FILL): _S.FILLED,
        (_S.PUBLISHED, _E.FREE_PLACE): _S.PUBLISHED,
        (_S.PUBLISHED, _E.START): _S.IN_SERVICE,
        (_S.PUBLISHED, _E.CANCEL): _S.CANCELLED,
        (_S.PUBLISHED, _E.LAPSE): _S.LAPSED,
        (_S.FILLED, _E.FREE_PLACE): _S.PUBLISHED,
        (_S.FILLED, _E.START): _S.IN_SERVICE,
        (_S.FILLED, _E.CANCEL): _S.CANCELLED,
        (_S.FILLED, _E.LAPSE): _S.LAPSED,
        (_S.IN_SERVICE, _E.FREE_PLACE): _S.IN_SERVICE,
        (_S.IN_SERVICE, _E.FINISH): _S.FINISHED,
        (_S.IN_SERVICE, _E.DISPUTE): _S.DISPUTED,
        (_S.FINISHED, _E.SETTLE): _S.SETTLED,
        (_S.FINISHED, _E.DISPUTE): _S.DISPUTED,
        (_S.FINISHED, _E.VOID): _S.VOID,
        (_S.SETTLED, _E.DISPUTE): _S.DISPUTED,
        (_S.DISPUTED, _E.UPHOLD): _S.FINISHED,
        (_S.DISPUTED, _E.VOID): _S.VOID,
    },
)

ENDED = frozenset({_S.SETTLED, _S.REJECTED, _S.CANCELLED, _S.LAPSED, _S.VOID})


@dataclass(frozen=True, slots=True)
class Order:
    """A service order as hooks and pages see it.

    Attributes:
        service: a service id of the rule file.
        organisation_id: the organisation in whose area it is done and for which it counts.
        recipient_id: the elder, or None for a project.
        publisher_id: the organisation that publishes it, or None before publication.
        planned_start: instant, UTC.
        planned_minutes: whole minutes from start to end.
        places: how many volunteers it needs; head_count: how many recipients it serves.
        directed_to: the volunteer it is addressed to, or None.
        placed_on: the city's local day on which it was placed; the charge follows that day's rule file.
        service_date: the city's local day of the planned start.
    """

    id: str
    service: str
    origin: Origin
    shape: Shape
    state: OrderState
    organisation_id: str
    recipient_id: str | None
    publisher_id: str | None
    address: str
    planned_start: datetime
    planned_minutes: int
    places: int
    places_taken: int
    head_count: int
    directed_to: str | None
    placed_on: date
    service_date: date
