"""``timebank rules check``: check rule files, with no database at hand."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import click

from timebank.bank.rule_checking import Checked, Mended, checked, mended
from timebank.bank.rule_desk import RuleDesk, desk_of, every_desk
from timebank.cli.options import rules_options
from timebank.cli.rules.near import near
from timebank.cli.session import Session
from timebank.cli.trouble import SAID_NO, TOOL_FAILED, fault_line, plain
from timebank.domain.words import Words
from timebank.rules import Fault
from timebank.rules.faults import source_and_caret
from timebank.rules.on_disk import content_of

_HELP = """检查规则文件：每一处问题都写明文件、行、列、怎样改。不写名称就检查所有在运行的城市。

Check rule files: every fault with its file, line, column and what to do. Without a name, every running city.

NAME 是城市、规则文件或草案 · NAME is a city, a rule file, or a draft.

\b
例 · Examples:
  timebank rules check
  timebank rules check CITY
  timebank rules check config/CITY/2026-01-01.yaml
  timebank rules check CITY --published
  timebank rules check --fix config/CITY/drafts/2027-01-01.yaml
"""


@click.command("check", help=_HELP)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--fix", is_flag=True, help="改好不会改变含义的笔误 · mend slips whose repair changes no meaning"
)
@click.option(
    "--assumed", is_flag=True, help="列出没有明文依据的假定 · list what is assumed, with line and reason"
)
@click.option(
    "--published",
    is_flag=True,
    help="也问数据库：没有发布过的、发布后被改的 · ask the database too: never published, edited since",
)
@rules_options
def command(session: Session, names: tuple[str, ...], *, fix: bool, assumed: bool, published: bool) -> int:
    """Check the named cities and files, or every running city."""
    desks = [desk_of(name, session.config) for name in names] if names else every_desk(session.config)
    fixed = [one for desk in desks for one in mended(desk)] if fix else []
    found = [checked(desk) for desk in desks]
    if published:
        from timebank.bank.published_files import beside_the_database  # noqa: PLC0415 - asks the database

        found = beside_the_database(desks, found, session.config)
    if session.as_json:
        session.give(_plain(found, fixed if fix else None, assumed=assumed))
        return _exit_code(found)
    for mending in fixed:
        _told_more().tell_repairs(session, mending)
    titles = names or tuple(desk.city for desk in desks)
    for title, desk, one in zip(titles, desks, found, strict=True):
        _tell(session, title, desk, one)
        if assumed:
            _told_more().tell_assumptions(session, one)
    return _exit_code(found)


def _told_more() -> ModuleType:
    """Return how repairs and assumptions are told; a plain check waits for none of it."""
    return import_module("timebank.cli.rules.checked_files")


def _plain(found: list[Checked], fixed: list[Mended] | None, *, assumed: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"faults": [fault for one in found for fault in plain(_seen_from_here(one))]}
    if fixed is not None:
        told["repairs"] = [repair for one in fixed for repair in _told_more().plain_repairs(one)]
    if assumed:
        told["assumed"] = [reason for one in found for reason in _told_more().plain_assumptions(one)]
    return told


def _exit_code(found: list[Checked]) -> int:
    if any(one.plugin_failed is not None for one in found):
        return TOOL_FAILED
    return SAID_NO if any(fault.severity == "error" for one in found for fault in one.faults) else 0


def _seen_from_here(found: Checked) -> tuple[Fault, ...]:
    """Return the faults with each file named as its reader would name it."""
    return tuple(replace(one, file=near(Path(one.file))) for one in found.faults)


def _tell(session: Session, title: str, desk: RuleDesk, found: Checked) -> None:
    texts = {near(file): content_of(file, desk.folder)[0].decode("utf-8", "replace") for file in found.files}
    for fault in _seen_from_here(found):
        source = source_and_caret(fault, texts.get(fault.file, ""))
        session.write("\n".join([fault_line(session, fault), *source]))
    count, files = len(found.faults), len(found.files)
    told = Words(f"{title}：{count} 处问题。", f"{title}: {count} fault(s).")
    none = Words(f"{title}：{files} 个规则文件，没有问题。", f"{title}: {files} rule file(s), no fault.")
    session.write(session.text(told if count else none))
