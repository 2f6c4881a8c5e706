"""The frozen facts a plugin is given when it is asked about an order or a transfer."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

from timebank.domain.member import MemberFacts, Relation
from timebank.domain.order import Order
from timebank.domain.organisation import Organisation
from timebank.domain.transfer import ProposedTransfer


class AskedBy(enum.StrEnum):
    """Who asks for an order."""

    RECIPIENT = "recipient"
    KIN = "kin"
    ENTRUSTED = "entrusted"
    ORGANISATION = "organisation"
    VOLUNTEER = "volunteer"


@dataclass(frozen=True, slots=True)
class OrderCase:
    """An order about to be placed, published, accepted or closed.

    Attributes:
        order: the order as it would be.
        asked_by: who asks.
        desk: the asking organisation and everything above it, nearest first; empty for a member's own act.
        place: the order's organisation and everything above it, nearest first.
        recipient: facts about the elder, or None for a project.
        recipient_home: the elder's own organisation and everything above it.
        volunteer: facts about the volunteer who would accept, else None.
        volunteer_home: the volunteer's own organisation and everything above it.
        companions: members who already hold a place of this order.
        spends: minutes that would be held, by account kind.
        unit: the unit they would be held in; empty where nothing is.
    """

    order: Order
    asked_by: AskedBy
    desk: tuple[Organisation, ...] = ()
    place: tuple[Organisation, ...] = ()
    recipient: MemberFacts | None = None
    recipient_home: tuple[Organisation, ...] = ()
    volunteer: MemberFacts | None = None
    volunteer_home: tuple[Organisation, ...] = ()
    companions: frozenset[str] = frozenset()
    spends: Mapping[str, int] = field(default_factory=dict)
    unit: str = ""


@dataclass(frozen=True, slots=True)
class TransferCase:
    """A gift, donation, redemption or grant about to be made.

    Attributes:
        transfer: what is asked for.
        giver: facts about the giver, or None for a grant.
        receiver: facts about the receiver, or None.
        relations: what the receiver is to the giver, by proved ties in force.
        given_this_year: minutes the giver has given this calendar year, this transfer not counted.
    """

    transfer: ProposedTransfer
    giver: MemberFacts | None = None
    receiver: MemberFacts | None = None
    relations: tuple[Relation, ...] = ()
    given_this_year: int = 0
