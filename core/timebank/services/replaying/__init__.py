"""Real history settled again by the code that settled it: under the files of the day, or under a draft. Only reads."""

from timebank.services.replaying.effect import Effect
from timebank.services.replaying.exact import Difference, Replayed, replay
from timebank.services.replaying.under_draft import effect_of
from timebank.storage.replay_rows import ALL_DAYS, Span

__all__ = ["ALL_DAYS", "Difference", "Effect", "Replayed", "Span", "effect_of", "replay"]
