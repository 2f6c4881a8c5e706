"""Who is known: the members of the file and those already in the bank, with roles and teams."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection

from timebank.domain.days import in_force
from timebank.domain.identity import new_id
from timebank.services.importing.drafts import MemberDraft
from timebank.storage import bulk_rows


@dataclass
class KnownMember:
    """A member as rows of history need them.

    Attributes:
        roles: first day in each role.
        teams: (organisation, first day, last day) of memberships.
    """

    id: str
    reference: str
    roles: dict[str, date] = field(default_factory=dict)
    teams: list[tuple[str, date, date | None]] = field(default_factory=list)

    def in_team(self, organisation_id: str, day: date) -> bool:
        """Say whether the member belonged to a team on a day."""
        return any(team == organisation_id and in_force(first, last, day) for team, first, last in self.teams)


@dataclass
class People:
    """All members that the rows of an import may name, by reference."""

    by_reference: dict[str, KnownMember] = field(default_factory=dict)

    def add_drafts(self, drafts: Iterable[MemberDraft]) -> None:
        """Add the members of the file who are not known yet."""
        for draft in drafts:
            if draft.reference not in self.by_reference:
                self.by_reference[draft.reference] = KnownMember(
                    new_id(),
                    draft.reference,
                    dict.fromkeys(draft.roles, draft.joined_on),
                    [(team, draft.joined_on, None) for team in draft.team],
                )


def load_people(connection: Connection, city: str, references: Iterable[str]) -> People:
    """Return those of the members who are in the bank."""
    found = {
        row.id: KnownMember(row.id, row.reference)
        for row in bulk_rows.members_of(connection, city, references)
    }
    for row in bulk_rows.admissions_of(connection, city, found):
        found[row.member_id].roles[row.role] = row.admitted_on or date.min
    for row in bulk_rows.memberships_of(connection, city, found):
        found[row.member_id].teams.append((row.organisation_id, row.valid_from, row.valid_until))
    return People({member.reference: member for member in found.values()})
