"""The one check of a rule file, the same for the command line, the web draft and publishing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from timebank.rules.faults import MOST_FAULTS, Fault, Path
from timebank.rules.meaning import faults_of_meaning
from timebank.rules.nodes import Place, Reading, read_nodes
from timebank.rules.shape import faults_of_shape


class CheckResult(NamedTuple):
    """What a check found.

    Attributes:
        tree: the content as plain data, or None when the text cannot be read at all.
        positions: where each path stands.
        faults: everything wrong, in the order of the file.
    """

    tree: dict[str, Any] | None
    positions: Mapping[Path, Place]
    faults: tuple[Fault, ...]


def check_text(
    text: str,
    file: str,
    plugin_schema: Mapping[str, Mapping[str, Any]] | None = None,
    city: str | None = None,
) -> CheckResult:
    """Return everything wrong with one rule file, all in one pass.

    Args:
        text: the whole text.
        file: its name; where it reads ``<date>.yaml`` or ``<date>.c<n>.yaml``, the effective date must agree.
        plugin_schema: JSON Schemas of the plugins' own slots, by plugin: ``{"nanjing": {...}}`` for
            ``extensions.nanjing``. A slot without a schema here is a fault.
        city: the name of the folder the file lies in, which the file must name; None where it lies in none.
    """
    reading = read_nodes(text, file)
    if reading.tree is None:
        return CheckResult(None, reading.positions, tuple(sorted(reading.faults)))
    shape = faults_of_shape(reading, file, plugin_schema or {})
    meaning = faults_of_meaning(reading, file, city, plugin_schema) if len(shape) <= MOST_FAULTS else []
    later = (found for found in (*shape, *meaning) if found.line not in reading.slipped)
    faults = tuple(sorted({*reading.faults, *later}))
    return CheckResult(reading.tree, reading.positions, faults)


def faults_of_data(
    tree: dict[str, Any],
    positions: Mapping[Path, Place],
    file: str,
    plugin_schema: Mapping[str, Mapping[str, Any]],
    city: str | None = None,
) -> list[Fault]:
    """Return the faults of shape and meaning of content that was edited as data, and was never a text.

    Args:
        tree: the content.
        positions: where its parts stood before it was edited.
        file: its name.
        plugin_schema: JSON Schemas of the plugins' own slots, by plugin.
        city: the name of the folder it would lie in.
    """
    reading = Reading(tree, dict(positions))
    shape = faults_of_shape(reading, file, plugin_schema)
    return shape or faults_of_meaning(reading, file, city, plugin_schema)
