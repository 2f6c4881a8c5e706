"""Who does what, for whom, through which channel, and under which operation id."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Channel(enum.StrEnum):
    """How a command reaches the bank, or a message a person."""

    APP = "app"
    DESK = "desk"
    PHONE = "phone"
    SMS = "sms"
    IMPORT = "import"
    JOB = "job"


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who gives a command.

    Attributes:
        id: a member's id, a staff name, or the name of a job.
        organisation_id: the organisation for which a member of staff acts; None for a member's own act.
    """

    id: str
    organisation_id: str | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """The envelope of every write.

    Attributes:
        city: the city's code.
        operation_id: chosen by the caller, unique for ever for this actor; the same id and content give the same answer.
        actor: who gives the command.
        channel: how it came.
        party_id: the member for whom it is done (an elder for whom staff order), or None.
    """

    city: str
    operation_id: str
    actor: Actor
    channel: Channel
    party_id: str | None = None
