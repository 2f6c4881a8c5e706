"""The worked cases and the stories of every city that is listed, as tests take them."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from timebank.bank.cities import open_cities
from timebank.bank.settings import read_settings
from timebank.hooks.city import City
from timebank.stories import Story, StoryBroken, read_stories

ROOT = Path(__file__).parents[2]
CONFIGS = (ROOT / "config" / "timebank.yaml", ROOT / "tests" / "fixtures" / "config" / "timebank.yaml")


@dataclass(frozen=True)
class Told:
    """One story, or why its file cannot be read.

    Attributes:
        id: such as `yunzhou: two_units_for_one_visit`.
        config: the configuration that lists its city.
    """

    id: str
    code: str
    config: Path
    story: Story | None
    broken: StoryBroken | None = None

    def get(self) -> Story:
        """Return the story, or raise why there is none."""
        if self.broken is not None:
            raise self.broken
        assert self.story is not None
        return self.story


@cache
def cities(config: Path) -> dict[str, City]:
    """Open the cities of a configuration once, with no outside registers."""
    settings = read_settings(config)
    return open_cities(settings, {code: {} for code in settings.cities})


def all_cases() -> list[Told]:
    """Return the worked cases of every listed city."""
    return [
        told for config, code, folder in _listed() for told in _of(config, code, folder.glob("cases/*.yaml"))
    ]


def all_demos() -> list[Told]:
    """Return the story of every listed city that has one."""
    return [
        told for config, code, folder in _listed() for told in _of(config, code, folder.glob("demo.yaml"))
    ]


def _listed():
    for config in CONFIGS:
        if config.is_file():
            for code, city in read_settings(config).cities.items():
                yield config, code, city.folder


def _of(config, code, files):
    for file in sorted(files):
        try:
            stories = read_stories(file)
        except StoryBroken as broken:
            yield Told(f"{code}: {file.name}", code, config, None, broken)
        else:
            for story in stories:
                yield Told(f"{code}: {story.id}", code, config, story)
