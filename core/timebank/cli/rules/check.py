"""``timebank rules check``: check rule files, with no database at hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import click

from timebank.bank.rule_desk import RuleDesk, desk_of, every_desk
from timebank.cli.options import rules_options
from timebank.cli.rules.near import near
from timebank.cli.session import Session
from timebank.cli.trouble import SAID_NO, fault_line, plain
from timebank.domain.words import Words
from timebank.rules import Fault, rule_files, show

_HELP = """检查规则文件：每一处问题都写明文件、行、列、怎样改。不写名称就检查所有在运行的城市。

Check rule files: every fault with its file, line, column and what to do. Without a name, every running city.

NAME 是城市、规则文件或草案 · NAME is a city, a rule file, or a draft.

\b
例 · Examples:
  timebank rules check
  timebank rules check CITY
  timebank rules check config/CITY/2026-01-01.yaml
"""


@dataclass(frozen=True)
class Checked:
    """What a check of one city or file found."""

    name: str
    files: list[Path]
    faults: list[Fault]


@click.command("check", help=_HELP)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@rules_options
def command(session: Session, names: tuple[str, ...]) -> int:
    """Check the named cities and files, or every running city."""
    desks = [desk_of(name, session.config) for name in names] if names else every_desk(session.config)
    found = [_checked(desk) for desk in desks]
    if session.as_json:
        session.give({"faults": plain(tuple(fault for checked in found for fault in checked.faults))})
    else:
        for checked in found:
            _tell(session, checked)
    return SAID_NO if any(fault.severity == "error" for c in found for fault in c.faults) else 0


def _checked(desk: RuleDesk) -> Checked:
    if desk.file is None:
        files, faults = rule_files(desk.folder), desk.versions()[1]
        return Checked(desk.city, files, faults)
    return Checked(str(desk.file), [desk.file], desk.read(desk.file)[1])


def _tell(session: Session, checked: Checked) -> None:
    texts = {file.name: file.read_text(encoding="utf-8", errors="replace") for file in checked.files}
    places = {file.name: near(file) for file in checked.files}
    for fault in checked.faults:
        shown = show(fault, texts.get(Path(fault.file).name, "")).split("\n")
        placed = replace(fault, file=places.get(Path(fault.file).name, fault.file))
        session.out.print("\n".join([fault_line(session, placed), *shown[2:]]), markup=False, soft_wrap=True)
    count, files = len(checked.faults), len(checked.files)
    if count:
        words = Words(f"{checked.name}：{count} 处问题。", f"{checked.name}: {count} fault(s).")
        session.say(words, "red")
    else:
        words = Words(
            f"{checked.name}：{files} 个规则文件，没有问题。",
            f"{checked.name}: {files} rule file(s), no fault.",
        )
        session.say(words, "green")
