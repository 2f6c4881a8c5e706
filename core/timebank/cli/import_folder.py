"""``timebank import``: take over what a city has, from three CSV files, in two phases."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from timebank.cli.options import common_options, database_option
from timebank.cli.session import Session
from timebank.cli.trouble import SAID_NO
from timebank.domain.words import Words

if TYPE_CHECKING:
    from timebank.services.importing import Report

_HELP = """导入一个城市已有的组织、成员与服务历史。先检查并逐行报告，不写入；加 --commit 才写入。重复导入不会重复写。

Take over a city's organisations, members and past services. First a check with a report by row, which writes nothing;
with --commit it is written. Importing again writes nothing twice.

FOLDER 里有 organisations.csv、members.csv、services.csv（可以只有其中几个）。
FOLDER holds organisations.csv, members.csv, services.csv, or some of them.

\b
例 · Examples:
  timebank import CITY ./handover
  timebank import CITY ./handover --commit
"""
_MOST_SHOWN = 100


@click.command("import", help=_HELP)
@click.argument("city")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--commit", is_flag=True, help="检查无误后写入 · write it, where the check finds no fault")
@database_option
@common_options
def command(session: Session, city: str, folder: Path, commit: bool, database: str | None) -> int:  # noqa: FBT001
    """Check a folder, and write it where asked to."""
    from timebank.cli.opening import opened  # noqa: PLC0415 - imported when the verb is called
    from timebank.services.importing import check_folder, commit_folder  # noqa: PLC0415

    with opened(session, database, city) as bank:
        with session.progress(Words(f"检查 {folder}", f"checking {folder}")):
            report = check_folder(bank, city, folder)
        if report.ok and commit:
            total = sum(report.new.values())
            with session.progress(Words(f"写入 {folder}", f"writing {folder}"), total) as advance:
                report = commit_folder(bank, city, folder, advance)
    _tell(session, report, asked_to_write=commit)
    return 0 if report.ok else SAID_NO


def _tell(session: Session, report: Report, *, asked_to_write: bool) -> None:
    sentence = report.sentence()
    if session.as_json:
        session.give({**report.plain(), "sentence": {"zh": sentence.zh, "en": sentence.en}})
        return
    for fault in report.faults[:_MOST_SHOWN]:
        session.out.print(f"{fault.place} {session.text(fault.words)}", markup=False, soft_wrap=True)
    more = len(report.faults) - _MOST_SHOWN
    if more > 0:
        session.say(Words(f"……还有 {more} 处。", f"… and {more} more."))
    for note in report.notes:
        session.say(note, "dim")
    session.say(sentence, "green" if report.ok else "red")
    if report.ok and not asked_to_write and any(report.new.values()):
        session.say(Words("加上 --commit 即写入。", "Add --commit to write it."))
