"""Real history settled again by the code that settled it: under the files of the day, or under a draft. Only reads."""

from timebank.services.replaying.exact import Difference, Replayed, replay
from timebank.storage.replay_rows import ALL_DAYS, Span

__all__ = ["ALL_DAYS", "Difference", "Replayed", "Span", "replay"]
