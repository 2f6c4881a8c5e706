"""One rule file as it is used: checked, hashed, and never changed again."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from timebank.rules.faults import Path
from timebank.rules.nodes import Place

if TYPE_CHECKING:
    from timebank.rules.in_force import RulesInForce


@dataclass(frozen=True)
class RuleSet:
    """Everything one city decides from one day on. Two rule sets are equal when their bytes are.

    Attributes:
        city: the city's identifier.
        effective_from: first local day on which these rules hold.
        file: name of the rule file, such as ``2026-01-01.yaml``.
        content: the file's exact bytes.
        tree: its content; maps are read-only, lists are tuples.
        positions: where each path stands in the text.
        corrects: stem of the file this one corrects, or None.
        known_from: day from which a correction is known, or None.
        worked_out: what was made of these rules once for all decisions, with the paths read (``RulesInForce.once``).
    """

    city: str
    effective_from: date
    file: str
    content: bytes = field(repr=False)
    tree: Mapping[str, Any] = field(compare=False, repr=False)
    positions: Mapping[Path, Place] = field(compare=False, repr=False)
    corrects: str | None = None
    known_from: date | None = None
    worked_out: dict[Hashable, Any] = field(init=False, compare=False, repr=False, default_factory=dict)

    @cached_property
    def digest(self) -> str:
        """Return ``sha256:`` and the hexadecimal hash of the file's exact bytes."""
        return digest_of(self.content)

    @cached_property
    def text(self) -> str:
        """Return the file's text."""
        return self.content.decode("utf-8")

    @cached_property
    def by_path(self) -> Mapping[str, Any]:
        """Return everything in the tree by its dotted path, list places as numbers: what every decision asks for."""
        return MappingProxyType(dict(_paths("", self.tree)))

    @property
    def stem(self) -> str:
        """Return the file name without ``.yaml``, by which other files name this one."""
        return self.file.removesuffix(".yaml")

    @property
    def services(self) -> tuple[str, ...]:
        """Return the identifiers of the service catalogue, as written."""
        return tuple(self.tree.get("services", {}))

    def line(self, path: Path) -> int:
        """Return the line, from 1, on which a path's key stands; where it is not written, that of the block around it."""
        for depth in range(len(path), 0, -1):
            if path[:depth] in self.positions:
                return self.positions[path[:depth]].key_line
        return 1

    def reading(self, day: date | None = None) -> RulesInForce:
        """Return the rules for one decision on a local day, which notes every path it reads."""
        from timebank.rules.in_force import RulesInForce  # noqa: PLC0415 - the two name each other

        return RulesInForce(self, day)


def _paths(before: str, block: Mapping[str, Any] | tuple[Any, ...]) -> Iterator[tuple[str, Any]]:
    """Yield (dotted path, value or block) of everything in a block; a key with a dot in it has no path."""
    for step, value in block.items() if isinstance(block, Mapping) else enumerate(block):
        if "." in str(step):
            continue
        yield f"{before}{step}", value
        if isinstance(value, Mapping | tuple):
            yield from _paths(f"{before}{step}.", value)


def digest_of(content: bytes) -> str:
    """Return the digest by which transfers name a rule file."""
    import hashlib  # noqa: PLC0415 - OpenSSL takes a while to load, and a check of rule files hashes nothing

    return "sha256:" + hashlib.sha256(content).hexdigest()


def frozen(value: Any) -> Any:
    """Return plain data as read-only maps and tuples, all the way down."""
    if isinstance(value, dict):
        return MappingProxyType({key: frozen(inner) for key, inner in value.items()})
    if isinstance(value, list):
        return tuple(frozen(inner) for inner in value)
    return value


def thawed(value: Any) -> Any:
    """Return what ``frozen`` froze as plain maps and lists again, a copy that may be edited."""
    if isinstance(value, Mapping):
        return {key: thawed(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [thawed(item) for item in value]
    return value


def rule_set_of(
    file: str, content: bytes, tree: Mapping[str, Any], positions: Mapping[Path, Place]
) -> RuleSet:
    """Return the rule set of a file that passed every check.

    Args:
        file: name of the file.
        content: its exact bytes.
        tree: its content as plain data.
        positions: where each path stands.
    """
    known_from = tree.get("known_from")
    return RuleSet(
        city=tree["city"],
        effective_from=date.fromisoformat(tree["effective"]["from"]),
        file=file,
        content=content,
        tree=frozen(tree),
        positions=MappingProxyType(dict(positions)),
        corrects=tree.get("corrects"),
        known_from=date.fromisoformat(known_from) if known_from else None,
    )
