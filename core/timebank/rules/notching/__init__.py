"""Notches: every value of a rule file that decides something moved one step, to see whether a worked case notices.

The law of this room: a move is one slip of the pen that ``check`` would let through, and nothing that decides is left
out. Names, notes and bases are not moved; they decide nothing.
"""

from timebank.rules.notching.listing import Listed, list_moves
from timebank.rules.notching.move import Move, MoveKind

__all__ = ["Listed", "Move", "MoveKind", "list_moves"]
