"""A person known to a city, and the facts about them that rules may ask for."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


class Role(enum.StrEnum):
    """What a member may be admitted as."""

    VOLUNTEER = "volunteer"
    RECIPIENT = "recipient"


class MemberAction(enum.StrEnum):
    """What a member is about to do when a plugin is asked about them."""

    JOIN = "join"
    SERVE = "serve"
    RECEIVE = "receive"


class Relation(enum.StrEnum):
    """What one member is to another: a tie reads “the kin is this member's …”."""

    PARENT = "parent"
    CHILD = "child"
    GRANDPARENT = "grandparent"
    GRANDCHILD = "grandchild"
    SPOUSE = "spouse"
    SIBLING = "sibling"
    SPOUSE_PARENT = "spouse_parent"
    CHILD_SPOUSE = "child_spouse"
    GUARDIAN = "guardian"
    WARD = "ward"
    FRIEND = "friend"
    NEIGHBOUR = "neighbour"


_INVERSE = {
    Relation.PARENT: Relation.CHILD,
    Relation.CHILD: Relation.PARENT,
    Relation.GRANDPARENT: Relation.GRANDCHILD,
    Relation.GRANDCHILD: Relation.GRANDPARENT,
    Relation.SPOUSE_PARENT: Relation.CHILD_SPOUSE,
    Relation.CHILD_SPOUSE: Relation.SPOUSE_PARENT,
    Relation.GUARDIAN: Relation.WARD,
    Relation.WARD: Relation.GUARDIAN,
}


def inverse(relation: Relation) -> Relation:
    """Return how the same tie reads from the other side."""
    return _INVERSE.get(relation, relation)


# By which relations another is kin, and acts for a member. A ward is acted for; friends and neighbours are no kin.
KIN = frozenset(Relation) - {Relation.WARD, Relation.FRIEND, Relation.NEIGHBOUR}


@dataclass(frozen=True, slots=True)
class RecordedTrait:
    """A certified fact about a member, such as living alone.

    Attributes:
        trait: a trait id of the rule file.
        valid_from: first day on which it holds.
        valid_until: last day on which it holds, or None.
        proof: what was seen.
        certified_by: organisation id of who certified it.
    """

    trait: str
    valid_from: date
    valid_until: date | None = None
    proof: str = ""
    certified_by: str = ""


@dataclass(frozen=True, slots=True)
class Tie:
    """A proved tie: the member named is this member's ``relation``; kin only by a relation of ``KIN``.

    Attributes:
        proof: what was seen; verified_by: the organisation that saw it, or the job that brought it in.
        valid_from: first day on which it holds.
        valid_until: last day on which it holds, or None.
        verified_on: the day on which it was seen, where that is known.
    """

    relation: Relation
    member_id: str
    born_on: date | None
    proof: str
    verified_by: str
    valid_from: date
    valid_until: date | None = None
    verified_on: date | None = None


@dataclass(frozen=True, slots=True)
class Qualification:
    """A verified professional qualification."""

    kind: str
    verified_by: str
    valid_from: date
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """A dated tie between a member and an organisation."""

    organisation_id: str
    level: str
    valid_from: date
    valid_until: date | None = None


class Closing(enum.StrEnum):
    """Why a member is closed."""

    LEFT = "left"
    DECEASED = "deceased"


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """Everything a rule or a hook may know about a member on one day.

    Attributes:
        id: the member's identifier.
        reference: the volunteer number or other number a city uses; never an identity-card number.
        born_on: birthday, or None where a city does not know it.
        home_id: organisation (community, station) to which the member belongs by residence, or None.
        closed_on: the last day of one who has left or died, or None.
        closed_for: why they were closed, or None.
        balances: minutes available by (account kind, unit).
        served_minutes: recognised minutes of service so far.
        answers: stored answers of outside registers, by kind: ``yes`` or ``no``.
    """

    id: str
    reference: str = ""
    name: str = ""
    born_on: date | None = None
    home_id: str | None = None
    roles: frozenset[Role] = frozenset()
    traits: tuple[RecordedTrait, ...] = ()
    kin: tuple[Tie, ...] = ()
    qualifications: tuple[Qualification, ...] = ()
    memberships: tuple[Membership, ...] = ()
    balances: Mapping[tuple[str, str], int] = field(default_factory=dict)
    served_minutes: int = 0
    answers: Mapping[str, str] = field(default_factory=dict)
    closed_on: date | None = None
    closed_for: str | None = None


def is_gone(closed_on: date | None, closed_for: str | None, day: date) -> bool:
    """Say whether a member does nothing new on a day: after the last day of one who left, at once for one who died."""
    return closed_on is not None and (closed_on < day or closed_for == Closing.DECEASED)
