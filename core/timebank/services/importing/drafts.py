"""The rows of the three files once they are read and found sound, and what makes each of them the same again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from timebank.domain.command import Actor, Channel, Command
from timebank.domain.identity import derived_id
from timebank.services.desk import content_digest

ACTOR = Actor("job:import")
KIND = {
    "organisations": "importing.organisation",
    "members": "importing.member",
    "services": "importing.service",
}


@dataclass(frozen=True, slots=True)
class OrganisationDraft:
    """An organisation to be added."""

    id: str
    level: str
    name: str
    parent_id: str | None
    opened_on: date

    @property
    def key(self) -> str:
        """Return what names the row within its file."""
        return self.id


@dataclass(frozen=True, slots=True)
class MemberDraft:
    """A member to be added, with roles, traits and teams."""

    reference: str
    name: str
    born_on: date | None
    home_id: str
    roles: tuple[str, ...]
    phone: str
    joined_on: date
    traits: tuple[str, ...]
    team: tuple[str, ...]

    @property
    def key(self) -> str:
        """Return what names the row within its file."""
        return self.reference


@dataclass(frozen=True, slots=True)
class ServiceDraft:
    """A service done: an order, its one visit and its one attendance. Instants are UTC."""

    reference: str
    service: str
    organisation_id: str
    volunteer: str
    recipient: str
    planned_start: datetime
    planned_minutes: int
    checked_in: datetime | None
    checked_out: datetime | None
    confirmed_by: str
    confirmed_proof: str
    team: str
    head_count: int

    @property
    def key(self) -> str:
        """Return what names the row within its file."""
        return self.reference


Draft = OrganisationDraft | MemberDraft | ServiceDraft
_KINDS: Mapping[type[Draft], str] = {
    OrganisationDraft: "organisations",
    MemberDraft: "members",
    ServiceDraft: "services",
}


def kind_of(draft: Draft) -> str:
    """Return organisations, members or services."""
    return _KINDS[type(draft)]


def command_of(city: str, draft: Draft) -> Command:
    """Return the command of a row, the same whenever the row is imported."""
    operation = derived_id(city, "import", kind_of(draft), draft.key)
    return Command(city, operation, ACTOR, Channel.IMPORT)


def digest_of(draft: Draft, command: Command) -> str:
    """Return the digest of a row's content: what is empty does not count, nor does how the file was written."""
    content = {name: value for name in draft.__slots__ if (value := getattr(draft, name))}
    return content_digest(KIND[kind_of(draft)], command, content)
