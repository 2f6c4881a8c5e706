"""Files and values as the verbs about rule files show them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any


def near(file: Path) -> str:
    """Return a file as its reader would name it: from the working folder on where it lies there."""
    here, there = Path.cwd(), file.parent.resolve() / file.name  # a link keeps its own name
    return str(there.relative_to(here) if there.is_relative_to(here) else file)


def unfrozen(value: Any) -> Any:
    """Return a value of a rule set as JSON can hold it."""
    if isinstance(value, Mapping):
        return {key: unfrozen(inner) for key, inner in value.items()}
    return [unfrozen(item) for item in value] if isinstance(value, tuple) else value
