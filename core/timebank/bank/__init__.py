"""The composition root: from ``config/timebank.yaml`` to a bank that runs.

The law of this room: it alone knows which database, which plugins and which adapters a bank runs with, and it runs only
code that somebody wrote down. It decides nothing.
"""

from timebank.bank.opening import open_bank, open_cities
from timebank.bank.settings import Settings, read_settings

__all__ = ["Settings", "open_bank", "open_cities", "read_settings"]
