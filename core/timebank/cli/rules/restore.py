"""``timebank rules restore``: put a city's published rule files back, from the database."""

from __future__ import annotations

import click

from timebank.cli.options import database_option, rules_options
from timebank.cli.session import Session
from timebank.domain.words import Words

_HELP = """把城市文件夹里被改过或丢失的规则文件，按数据库里的原文放回；改过的另存到 drafts/，不会丢。

Put back, from the database, the published rule files of a city that were edited or are gone. An edited one is kept in
drafts/.

\b
例 · Example:
  timebank rules restore CITY
"""


@click.command("restore", help=_HELP)
@click.argument("city")
@database_option
@rules_options
def command(session: Session, city: str, database: str | None) -> None:
    """Restore the rule files of one city."""
    from timebank.bank.naming import no_city  # noqa: PLC0415 - imported when the verb is called
    from timebank.bank.settings import read_settings  # noqa: PLC0415
    from timebank.services.publishing.restoring import restore  # noqa: PLC0415
    from timebank.storage.engine import open_engine  # noqa: PLC0415

    settings = read_settings(session.config)
    if city not in settings.cities:
        raise no_city(city, settings.cities)
    engine = open_engine(database or settings.database)
    try:
        with engine.connect() as connection, connection.begin():
            done = restore(connection, city, settings.cities[city].folder)
    finally:
        engine.dispose()
    if session.as_json:
        session.give(
            {"restored": [{"file": str(one.file), "set_aside": _text(one.set_aside)} for one in done]}
        )
        return
    for one in done:
        session.say(Words(f"已放回 {one.file}。", f"Put back {one.file}."), "green")
        if one.set_aside is not None:
            session.say(
                Words(f"  改过的另存为 {one.set_aside}。", f"  The edited one is kept as {one.set_aside}.")
            )
    if not done:
        session.say(Words(f"{city}：规则文件都与发布时一致。", f"{city}: every rule file is as published."))


def _text(value: object) -> str | None:
    return None if value is None else str(value)
