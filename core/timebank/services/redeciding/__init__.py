"""The past decided again: from stored decisions and kept rule files, by code that settles nothing itself."""

from timebank.services.redeciding.caps import caps_hold
from timebank.services.redeciding.carried import carried_comes_out_again
from timebank.services.redeciding.exchanges import exchanges_come_out_again
from timebank.services.redeciding.reversals import reversals_come_out_again
from timebank.services.redeciding.settlements import settlements_come_out_again

__all__ = [
    "caps_hold",
    "carried_comes_out_again",
    "exchanges_come_out_again",
    "reversals_come_out_again",
    "settlements_come_out_again",
]
