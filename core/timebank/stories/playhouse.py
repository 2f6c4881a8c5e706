"""A throw-away database in which stories are played over and over, each from its own beginning."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Engine, event

from timebank.hooks.city import City
from timebank.services.desk import Bank
from timebank.storage import migrations
from timebank.storage.engine import open_engine
from timebank.stories.judging import judge
from timebank.stories.outside import StoryClock
from timebank.stories.stage import Stage
from timebank.stories.story import Story
from timebank.stories.telling import in_silence


@dataclass(frozen=True)
class Begun:
    """A story before its first step: all that is given stands in the books.

    Attributes:
        content: the database, as its file's bytes.
        stage: the stage that set it up.
    """

    story: Story
    content: bytes
    stage: Stage


@contextmanager
def open_playhouse() -> Iterator[Playhouse]:
    """Give a playhouse whose database is gone afterwards; no configured database is touched."""
    with TemporaryDirectory(prefix="timebank-cases-") as folder:
        file = Path(folder) / "cases.sqlite"
        url = f"sqlite:///{file}"
        migrations.upgrade(url)
        engine = open_engine(url)
        event.listen(engine, "connect", _without_waiting)
        try:
            yield Playhouse(engine, file)
        finally:
            engine.dispose()


class Playhouse:
    """Plays stories one by one. What one leaves behind, the next does not see."""

    def __init__(self, engine: Engine, file: Path) -> None:
        self._engine = engine
        self._file = file
        self._engine.dispose()
        self._empty = file.read_bytes()

    def begin(self, city: City, story: Story) -> Begun:
        """Bring in everything that a story says is there before its first step.

        Raises:
            StoryFailed: it cannot be brought in.
        """
        self._put(self._empty)
        stage = Stage(self._bank(city, story), story, in_silence)
        stage.set_up()
        self._engine.dispose()
        return Begun(story, self._file.read_bytes(), stage)

    def go_on(self, city: City, begun: Begun) -> None:
        """Play a story from its first step to its end; as often as one likes.

        Args:
            city: the city, whose rules may differ from those under which it was begun, but not in what its
                beginning asked of them.
            begun: where it begins.

        Raises:
            StoryFailed: it did not go as written.
        """
        self._put(begun.content)
        stage = Stage(self._bank(city, begun.story), begun.story, in_silence)
        stage.take_over(begun.stage)
        stage.go_on()
        judge(stage)

    def _bank(self, city: City, story: Story) -> Bank:
        return Bank(self._engine, {city.code: city}, StoryClock(story.begins), {})

    def _put(self, content: bytes) -> None:
        """Make the database hold this and nothing else."""
        self._engine.dispose()
        self._file.write_bytes(content)


def _without_waiting(dbapi: Any, _record: Any) -> None:
    """Let the disk take its time: nobody needs this database after a power cut."""
    with closing(dbapi.cursor()) as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
