"""The dated management tree of a city: which organisation stood under which, on which day, with which powers."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date


class Power(enum.StrEnum):
    """What a level of the management tree may do; rule files give these to levels."""

    ADMIT_MEMBER = "admit_member"
    CERTIFY_TRAIT = "certify_trait"
    VERIFY_KINSHIP = "verify_kinship"
    VERIFY_QUALIFICATION = "verify_qualification"
    RECORD_TRAINING = "record_training"
    ORDER_FOR = "order_for"
    REVIEW_ORDER = "review_order"
    PUBLISH_ORDER = "publish_order"
    ACCEPT_FOR = "accept_for"
    CHECK_IN_FOR = "check_in_for"
    CONFIRM_VISIT = "confirm_visit"
    RESOLVE_EXCEPTION = "resolve_exception"
    SETTLE_DISPUTE = "settle_dispute"
    ISSUE_GRANT = "issue_grant"
    REVERSE_TRANSFER = "reverse_transfer"
    SUSPEND_MEMBER = "suspend_member"
    HANDLE_DECEASED = "handle_deceased"
    MANAGE_ORGANISATIONS = "manage_organisations"


@dataclass(frozen=True, slots=True)
class Organisation:
    """A node of the tree, as it stands on one day.

    Attributes:
        id: the city's own stable code, which rule files may name in ``only_in``.
        level: a level id of the rule file.
        name: its Chinese name.
        parent_id: the node above on that day; None for the root.
    """

    id: str
    level: str
    name: str
    parent_id: str | None


@dataclass(frozen=True, slots=True)
class Tree:
    """The management tree of one city on one day."""

    day: date
    nodes: Mapping[str, Organisation]

    def path(self, organisation_id: str) -> tuple[Organisation, ...]:
        """Return the node and everything above it, the node first; empty when it is not in the tree that day."""
        return tuple(self._upwards(organisation_id))

    def _upwards(self, organisation_id: str | None) -> Iterator[Organisation]:
        seen: set[str] = set()
        while organisation_id is not None and organisation_id in self.nodes and organisation_id not in seen:
            seen.add(organisation_id)
            node = self.nodes[organisation_id]
            yield node
            organisation_id = node.parent_id

    def at_level(self, organisation_id: str, level: str) -> Organisation | None:
        """Return the node of the given level on the way up, or None."""
        return next((node for node in self.path(organisation_id) if node.level == level), None)

    def is_above(self, upper_id: str, lower_id: str) -> bool:
        """Say whether ``upper_id`` is ``lower_id`` itself or stands above it."""
        return any(node.id == upper_id for node in self.path(lower_id))

    def children(self, organisation_id: str) -> tuple[Organisation, ...]:
        """Return the nodes directly below, in order of id."""
        below = [node for node in self.nodes.values() if node.parent_id == organisation_id]
        return tuple(sorted(below, key=lambda node: node.id))
