"""``timebank rules check``: check rule files, with no database at hand."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import click

from timebank.bank.cities import open_cities, open_plugins
from timebank.bank.settings import Settings, read_settings
from timebank.cli.options import rules_options
from timebank.cli.session import Session
from timebank.cli.trouble import SAID_NO, fault_line, plain
from timebank.domain.refusal import BadInput
from timebank.domain.words import Words
from timebank.hooks.opening import rule_keys, rule_problems
from timebank.rules import Fault, RulesBroken, rule_files, show
from timebank.rules.loader import read_rule_file

_HELP = """检查规则文件：每一处问题都写明文件、行、列、怎样改。不写名称就检查所有在运行的城市。

Check rule files: every fault with its file, line, column and what to do. Without a name, every running city.

NAME 是城市，或一个规则文件 · NAME is a city, or one rule file.

\b
例 · Examples:
  timebank rules check
  timebank rules check CITY
  timebank rules check config/CITY/2026-01-01.yaml
"""


@dataclass
class Checked:
    """What a check of one city or file found."""

    name: str
    files: list[Path] = field(default_factory=list)
    faults: tuple[Fault, ...] = ()


@click.command("check", help=_HELP)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@rules_options
def command(session: Session, names: tuple[str, ...]) -> int:
    """Check the named cities and files, or every running city."""
    settings = read_settings(session.config)
    found = [_check(settings, name) for name in names or tuple(settings.cities)]
    if session.as_json:
        session.give(
            [{"name": c.name, "files": [str(f) for f in c.files], "faults": plain(c.faults)} for c in found]
        )
    else:
        for checked in found:
            _tell(session, checked)
    return SAID_NO if any(fault.severity == "error" for c in found for fault in c.faults) else 0


def _check(settings: Settings, name: str) -> Checked:
    if name in settings.cities:
        return _check_city(settings, name)
    file = Path(name)
    if not file.is_file():
        known = "、".join(settings.cities)
        zh = f"“{name}”既不是在运行的城市，也不是文件。在运行的城市：{known}。"
        en = f"“{name}” is neither a running city nor a file. Running: {', '.join(settings.cities)}."
        raise BadInput(Words(zh, en), "not_found")
    return _check_file(settings, file)


def _check_city(settings: Settings, name: str) -> Checked:
    checked = Checked(name, rule_files(settings.cities[name].folder))
    try:
        open_cities(settings, {name: {}}, only=name)
    except RulesBroken as broken:
        checked.faults = broken.faults
    return checked


def _check_file(settings: Settings, file: Path) -> Checked:
    """Check one file by itself, with the keys and the check of its city's plugin where that city runs."""
    folder = file.resolve().parent
    owner = next((code for code, city in settings.cities.items() if city.folder.resolve() == folder), None)
    if owner is None:
        return Checked(str(file), [file], tuple(read_rule_file(file)[1]))
    asker = open_plugins(owner, settings.cities[owner])
    found = read_rule_file(file, rule_keys(asker), lambda rules: rule_problems(asker, rules))[1]
    return Checked(str(file), [file], tuple(found))


def _near(file: Path) -> str:
    """Return a file as its reader would name it: from the working folder on where it lies there."""
    here, there = Path.cwd(), file.resolve()
    return str(there.relative_to(here) if there.is_relative_to(here) else file)


def _tell(session: Session, checked: Checked) -> None:
    texts = {file.name: file.read_text(encoding="utf-8", errors="replace") for file in checked.files}
    places = {file.name: _near(file) for file in checked.files}
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
