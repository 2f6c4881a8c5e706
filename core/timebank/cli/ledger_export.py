"""``timebank ledger export``: the ledger for programs that know nothing of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

from timebank.cli.options import common_options, database_option
from timebank.cli.session import Session
from timebank.domain.refusal import BadInput
from timebank.domain.words import Words

_HELP = """导出账本，交给不认识本程序的人核对：beancount、hledger 或 csv。只有标识、代码和整数分钟，没有姓名。

Export the ledger for an outsider to check: beancount, hledger or csv. Identifiers, codes and whole minutes; no names.

\b
例 · Examples:
  timebank ledger export CITY --format beancount --output city.beancount && bean-check city.beancount
  timebank ledger export CITY --format hledger | hledger -f - check --strict
  timebank ledger export CITY --format csv --output city.csv
"""


@click.command("export", help=_HELP, short_help="导出账本 · export the ledger")
@click.argument("city")
@click.option(
    "--format",
    "name",
    type=click.Choice(["beancount", "hledger", "csv"]),
    required=True,
    help="哪种程序的账本 · for which program",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="写入文件；不写则输出到屏幕 · into a file; to standard output without",
)
@database_option
@common_options
def export_command(session: Session, city: str, name: str, output: Path | None, database: str | None) -> None:
    """Export one city's ledger."""
    from timebank.cli.opening import opened  # noqa: PLC0415 - imported when the verb is called
    from timebank.services.exporting import FORMATS, export_ledger  # noqa: PLC0415

    if session.as_json and output is None:
        zh, en = (
            "--json 只给一个 JSON 值；请用 --output 写明导出到哪个文件。",
            "With --json name a file by --output.",
        )
        raise BadInput(Words(zh, en))
    with (
        opened(session, database, city) as bank,
        session.progress(Words(f"导出 {city}", f"exporting {city}")) as advance,
        _whole(output, session.stdout) as file,
    ):
        many = export_ledger(bank, city, FORMATS[name], file.write, advance)
    if session.as_json:
        session.give({"city": city, "format": name, "file": str(output), "transfers": many})
    elif output is not None:
        session.say(
            Words(f"{city}：{many} 笔转账写入 {output}。", f"{city}: {many} transfers in {output}."), "green"
        )


@contextmanager
def _whole(output: Path | None, standard: IO[str]) -> Iterator[IO[str]]:
    """Give what to write to; a file appears under its name only once it is whole."""
    if output is None:
        yield standard
        return
    unfinished = output.with_name(f"{output.name}.part")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            yield file
        unfinished.replace(output)
    except OSError as error:
        zh = f"不能写入 {output}：{error.strerror}。请换一个地方。"
        raise BadInput(Words(zh, f"Cannot write {output}: {error.strerror}. Name another place.")) from error
    finally:
        unfinished.unlink(missing_ok=True)
