"""The composition root: from ``config/timebank.yaml`` to a bank that runs.

The law of this room: it alone knows which database, which plugins and which adapters a bank runs with, and it runs only
code that somebody wrote down. It decides nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from timebank.bank.cities import open_cities
    from timebank.bank.opening import open_bank
    from timebank.bank.settings import Settings, read_settings

__all__ = ["Settings", "open_bank", "open_cities", "read_settings"]
# Imported when first asked for: whoever only checks rule files waits for no database library.
_HOMES = {
    "Settings": "settings",
    "read_settings": "settings",
    "open_cities": "cities",
    "open_bank": "opening",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
