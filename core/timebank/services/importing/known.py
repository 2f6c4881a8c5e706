"""What rows of an import are checked against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from timebank.services.importing.catalogue import Rules
from timebank.services.importing.in_bank import InBank
from timebank.services.importing.people import People
from timebank.services.importing.places import Places


@dataclass(frozen=True)
class Known:
    """What rows of an import are checked against.

    Attributes:
        places: the management tree; None where organisations.csv could not be read, so nothing is known of it.
        people: the members; None where members.csv could not be read, or was not yet.
        now: the instant of the import.
        in_bank: tells rows that were taken over before, which are not judged again.
    """

    places: Places | None
    people: People | None
    rules: Rules
    timezone: ZoneInfo
    now: datetime
    in_bank: InBank
