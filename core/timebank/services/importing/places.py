"""Where every organisation stood in the management tree, day by day: those in the bank and those in the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from timebank.domain.days import in_force


@dataclass(frozen=True, slots=True)
class Node:
    """An organisation and its days."""

    id: str
    level: str
    name: str
    opened_on: date
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Under which organisation another stood, from a day until a day."""

    parent_id: str | None
    valid_from: date
    valid_until: date | None = None


@dataclass
class Places:
    """The dated management tree of a city."""

    nodes: dict[str, Node] = field(default_factory=dict)
    places: dict[str, list[Place]] = field(default_factory=dict)
    _paths: dict[tuple[str, date], tuple[str, ...]] = field(default_factory=dict)

    def add(self, node: Node, place: Place | None = None) -> None:
        """Add an organisation, or another of its places."""
        self.nodes[node.id] = node
        if place is not None:
            self.places.setdefault(node.id, []).append(place)

    def first_parent(self, organisation_id: str) -> str | None:
        """Return the first organisation under which one stood."""
        places = self.places.get(organisation_id, [])
        return places[0].parent_id if places else None

    def is_open(self, organisation_id: str, day: date) -> bool:
        """Say whether an organisation was open on a day."""
        node = self.nodes.get(organisation_id)
        return node is not None and in_force(node.opened_on, node.closed_on, day)

    def path(self, organisation_id: str, day: date) -> tuple[str, ...]:
        """Return the organisation and everything above it on a day, itself first."""
        key = (organisation_id, day)
        if key not in self._paths:
            self._paths[key] = tuple(self._upwards(organisation_id, day))
        return self._paths[key]

    def _upwards(self, organisation_id: str | None, day: date) -> Iterator[str]:
        seen: set[str] = set()
        while organisation_id is not None and organisation_id in self.nodes and organisation_id not in seen:
            seen.add(organisation_id)
            yield organisation_id
            organisation_id = next(
                (
                    place.parent_id
                    for place in self.places.get(organisation_id, [])
                    if in_force(place.valid_from, place.valid_until, day)
                ),
                None,
            )
