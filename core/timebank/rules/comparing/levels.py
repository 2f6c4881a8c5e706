"""Which level of management stands above which, by the ``under`` of two rule files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def is_above(level: str, other: str, trees: tuple[Mapping[str, Any], Mapping[str, Any]]) -> bool:
    """Say whether a level stands above another in either of two rule files."""
    return any(level in _above(other, tree) for tree in trees)


def _above(level: str, tree: Mapping[str, Any]) -> list[str]:
    levels, found = tree.get("levels", {}), []
    while (over := levels.get(level, {}).get("under")) is not None and over not in found:
        found.append(over)
        level = over
    return found
