"""All tables in one place, for migrations and for checks of the house rules."""

from __future__ import annotations

from timebank.storage import books, envelope, people, seals, work
from timebank.storage.columns import METADATA

__all__ = ["METADATA", "books", "envelope", "people", "seals", "work"]
