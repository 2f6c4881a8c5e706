"""``timebank rules check``: check rule files, with no database at hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from timebank.bank.rule_checking import Checked, checked
from timebank.bank.rule_desk import desk_of, every_desk
from timebank.cli.options import rules_options
from timebank.cli.rules.near import near
from timebank.cli.session import Session
from timebank.cli.trouble import SAID_NO, TOOL_FAILED, fault_line, plain
from timebank.domain.words import Words
from timebank.rules.faults import source_and_caret

_HELP = """检查规则文件：每一处问题都写明文件、行、列、怎样改。不写名称就检查所有在运行的城市。

Check rule files: every fault with its file, line, column and what to do. Without a name, every running city.

NAME 是城市、规则文件或草案 · NAME is a city, a rule file, or a draft.

\b
例 · Examples:
  timebank rules check
  timebank rules check CITY
  timebank rules check config/CITY/2026-01-01.yaml
"""


@click.command("check", help=_HELP)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@rules_options
def command(session: Session, names: tuple[str, ...]) -> int:
    """Check the named cities and files, or every running city."""
    desks = [desk_of(name, session.config) for name in names] if names else every_desk(session.config)
    found = [_seen_from_here(checked(desk)) for desk in desks]
    if session.as_json:
        session.give({"faults": plain(tuple(fault for one in found for fault in one.faults))})
    else:
        titles = names or tuple(desk.city for desk in desks)
        for title, one in zip(titles, found, strict=True):
            _tell(session, title, one)
    return _exit_code(found)


def _exit_code(found: list[Checked]) -> int:
    if any(one.plugin_failed is not None for one in found):
        return TOOL_FAILED
    return SAID_NO if any(fault.severity == "error" for one in found for fault in one.faults) else 0


def _seen_from_here(found: Checked) -> Checked:
    """Return the same with each file named as its reader would name it."""
    return replace(found, faults=tuple(replace(one, file=near(Path(one.file))) for one in found.faults))


def _tell(session: Session, title: str, found: Checked) -> None:
    texts = {near(file): file.read_text(encoding="utf-8", errors="replace") for file in found.files}
    for fault in found.faults:
        session.write(
            "\n".join([fault_line(session, fault), *source_and_caret(fault, texts.get(fault.file, ""))])
        )
    count, files = len(found.faults), len(found.files)
    told = Words(f"{title}：{count} 处问题。", f"{title}: {count} fault(s).")
    none = Words(f"{title}：{files} 个规则文件，没有问题。", f"{title}: {files} rule file(s), no fault.")
    session.write(session.text(told if count else none))
