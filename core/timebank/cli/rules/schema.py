"""``timebank rules schema``: write the schema by which editors explain and complete rule files."""

from __future__ import annotations

from pathlib import Path

import click

from timebank.bank.rule_desk import desk_of, every_desk
from timebank.bank.rule_writing import schema_files, write_files
from timebank.cli.options import rules_options
from timebank.cli.session import Session
from timebank.domain.words import Words

_HELP = """写出规则文件的格式说明（JSON Schema，中文、英文各一份），放在城市的文件夹里。规则文件的第一行指向它，
编辑器就会用中文解释每个键、补全内容。插件的键也在其中；装了新版插件以后再写一次。

Write the schema of rule files (JSON Schema, one in Chinese and one in English) into the city's folder. The first line
of a rule file points to it, and editors explain and complete every key. It holds the plugin's keys too; write it anew
after installing another version of the plugin. Without a name, for every running city.

CITY 是城市或它的文件夹 · CITY is a city, or its folder.

\b
例 · Examples:
  timebank rules schema
  timebank rules schema CITY
  timebank rules schema CITY --out /tmp/schemas
"""


@click.command("schema", help=_HELP)
@click.argument("cities", nargs=-1, metavar="[CITY]...")
@click.option(
    "--out",
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=False),
    help="写到 FOLDER/CITY/ · write into FOLDER/CITY/",
)
@rules_options
def command(session: Session, cities: tuple[str, ...], out: Path | None) -> None:
    """Write the schemas of the named cities, or of every running city."""
    desks = [desk_of(name, session.config) for name in cities] if cities else every_desk(session.config)
    texts = {
        file: text
        for desk in desks
        for file, text in schema_files(desk, None if out is None else out / desk.city).items()
    }
    write_files(texts)
    if session.as_json:
        session.give({"files": [str(file) for file in texts]})
    for file in texts:
        session.say(Words(f"写好 {file}", f"Wrote {file}"))
