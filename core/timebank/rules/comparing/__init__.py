"""Two rule files compared by meaning: what became looser, tighter, new, gone or otherwise changed.

The law of this room: what is written differently and means the same is no change; which way a key is looser stands in the
schema (``x-looser``), never here; and comparing the other way round says exactly the opposite.
"""

from timebank.rules.comparing.differences import Difference, differences
from timebank.rules.comparing.kinds import Kind

__all__ = ["Difference", "Kind", "differences"]
