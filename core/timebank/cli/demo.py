"""``timebank demo``: plays each city's story on a fresh database and says what came of it, and which rule said so."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from timebank.cli.options import common_options, database_option
from timebank.cli.serve import port_option, serve_until_interrupted
from timebank.cli.session import Session
from timebank.domain.refusal import BadInput
from timebank.domain.words import Words

_HELP = """演示：在一个全新的数据库里演出每个城市的故事，说出谁做了什么、得到多少时间、依据哪条规则。

Play a story of each city on a fresh database: who did what, what credit came of it, and which rule said so.

\b
例 · Examples:
  timebank demo
  timebank demo --city CITY
  timebank demo --serve
  LANG=en timebank demo
"""


@click.command("demo", help=_HELP)
@click.option("--city", metavar="CITY", help="只演这个城市 · this city alone")
@click.option(
    "--serve",
    is_flag=True,
    help="演完后提供首页与接口，Ctrl-C 结束 · then serve the pages and the API until Ctrl-C",
)
@port_option
@database_option
@common_options
def command(session: Session, city: str | None, serve: bool, port: int, database: str | None) -> None:  # noqa: FBT001
    """Play the stories, and perhaps serve what came of them."""
    from timebank.bank import open_bank, read_settings  # noqa: PLC0415 - imported when the verb is called
    from timebank.cli.playing import play_city  # noqa: PLC0415
    from timebank.storage import migrations  # noqa: PLC0415

    settings = read_settings(session.config)
    with _somewhere(database) as url:
        with session.progress(Words("准备数据库", "preparing the database")):
            migrations.upgrade(url)
        bank = open_bank(
            session.config, database=url, only=city, registries={code: {} for code in settings.cities}
        )
        try:
            stories = {code: _story_of(settings.cities[code].folder) for code in bank.cities}
            told = [play_city(session, bank, code, story) for code, story in stories.items()]
            if session.as_json:
                session.give(told)
            if serve:
                serve_until_interrupted(session, bank, port)
        finally:
            bank.engine.dispose()


def _story_of(folder: Path) -> Path:
    from timebank.rules.loader import STORY  # noqa: PLC0415 - imported when the verb is called

    file = folder / STORY
    if not file.is_file():
        zh = f"没有 {file}，这个城市没有故事可演。请写一个，或用 --city 选别的城市。"
        raise BadInput(
            Words(zh, f"There is no {file}: this city has no story. Write one, or choose with --city.")
        )
    return file


@contextmanager
def _somewhere(database: str | None) -> Iterator[str]:
    """Give the named database, or one that is gone afterwards."""
    if database is not None:
        yield database
        return
    with tempfile.TemporaryDirectory(prefix="timebank-demo-") as folder:
        yield f"sqlite:///{folder}/demo.sqlite"
