"""Written stories: worked cases and demonstrations, played against a real bank.

The law of this room: a story does nothing that a person could not do. It goes through the same use cases as everybody,
on the same database; what stood there before it began was brought in by the importer; only its clock and what outside
registers answer are its own. What a story may do is read from the use cases themselves, so it can never lag behind.
"""

from timebank.stories.notching import Notch, share_noticed
from timebank.stories.reading import StoryBroken, read_stories
from timebank.stories.stage import play
from timebank.stories.story import Outcome, Story, StoryFailed
from timebank.stories.telling import Told, ToldKind
from timebank.stories.testing import Tested, try_rules
from timebank.stories.trying import CaseResult, covering

__all__ = [
    "CaseResult",
    "Notch",
    "Outcome",
    "Story",
    "StoryBroken",
    "StoryFailed",
    "Tested",
    "Told",
    "ToldKind",
    "covering",
    "play",
    "read_stories",
    "share_noticed",
    "try_rules",
]
