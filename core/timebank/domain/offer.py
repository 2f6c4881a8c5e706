"""A place kept for a volunteer until they answer."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from timebank.domain.states import StateTable
from timebank.domain.words import Words


class OfferState(enum.StrEnum):
    """Where an offer stands."""

    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class OfferEvent(enum.StrEnum):
    """What can happen to an offer."""

    ACCEPT = "accept"
    DECLINE = "decline"
    LAPSE = "lapse"
    WITHDRAW = "withdraw"


_S, _E = OfferState, OfferEvent

OFFER_STATES: StateTable[OfferState, OfferEvent] = StateTable(
    subject=Words("派单", "offer"),
    states={
        _S.SENT: Words("待答复", "awaiting an answer"),
        _S.ACCEPTED: Words("已接受", "accepted"),
        _S.DECLINED: Words("已谢绝", "declined"),
        _S.LAPSED: Words("已过期", "lapsed"),
        _S.WITHDRAWN: Words("已撤回", "withdrawn"),
    },
    events={
        _E.ACCEPT: Words("接受", "accept it"),
        _E.DECLINE: Words("谢绝", "decline it"),
        _E.LAPSE: Words("因逾期失效", "let it lapse"),
        _E.WITHDRAW: Words("撤回", "withdraw it"),
    },
    moves={
        (_S.SENT, _E.ACCEPT): _S.ACCEPTED,
        (_S.SENT, _E.DECLINE): _S.DECLINED,
        (_S.SENT, _E.LAPSE): _S.LAPSED,
        (_S.SENT, _E.WITHDRAW): _S.WITHDRAWN,
    },
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A volunteer who may be offered a place.

    Attributes:
        volunteer_id: the member.
        offered_since: when the availability was given; first come, first served is the plain ranking.
        home_id: the organisation where the volunteer belongs.
        distance: steps in the management tree between home and the order's organisation.
    """

    volunteer_id: str
    offered_since: datetime
    home_id: str | None
    distance: int


@dataclass(frozen=True, slots=True)
class Score:
    """How well a volunteer fits an order, with its named parts; more is better."""

    volunteer_id: str
    parts: tuple[tuple[str, int], ...]

    @property
    def total(self) -> int:
        """Return the sum of the parts."""
        return sum(value for _, value in self.parts)

    def plain(self) -> list[object]:
        """Return the figures for the stored decision."""
        return [self.volunteer_id, [list(part) for part in self.parts]]
