"""Which engine decided: written into every decision."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def engine_version() -> str:
    """Return the installed version of this distribution."""
    try:
        return version("timebank")
    except PackageNotFoundError:  # run from a source tree that was never installed
        return "source"


ENGINE = engine_version()
