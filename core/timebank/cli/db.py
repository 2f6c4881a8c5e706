"""``timebank db``: make a database's tables and bring them up to date."""

from __future__ import annotations

import click

from timebank.cli.options import common_options, database_option
from timebank.cli.session import Session
from timebank.domain.words import Words


@click.group("db", help="数据库：建表、升级。\n\nThe database: make and upgrade its tables.")
def command() -> None:
    """Hold the verbs about the database."""


_HELP = """建表，或把旧表升级到最新；全部成功，否则全不改。重复运行没有坏处。

Make the tables, or bring old ones up to date: all of it or nothing. Running it again does no harm.

\b
例 · Examples:
  timebank db upgrade
  timebank db upgrade --database postgresql+psycopg://timebank@db/timebank
"""


@command.command("upgrade", help=_HELP, short_help="建表或升级 · make or upgrade the tables")
@database_option
@common_options
def upgrade(session: Session, database: str | None) -> None:
    """Bring the database to the newest version."""
    from timebank.bank import read_settings  # noqa: PLC0415 - imported when the verb is called
    from timebank.storage import migrations  # noqa: PLC0415

    url = database or read_settings(session.config).database
    before = migrations.current(url)
    with session.progress(Words("升级数据库", "upgrading the database")):
        migrations.upgrade(url)
    after = migrations.current(url)
    if session.as_json:
        session.give({"before": before, "after": after})
    elif before == after:
        session.say(Words(f"已是最新（{after}）。", f"Already the newest ({after})."))
    else:
        start = Words("新建", "new") if before is None else Words(before, before)
        session.say(Words(f"已升级：{start.zh} → {after}。", f"Upgraded: {start.en} → {after}."))
