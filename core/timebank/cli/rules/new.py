"""``timebank rules new``: a city's next version, a correction, or a new city, each passing the check as it is written."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from timebank.bank.rule_desk import desk_of
from timebank.bank.rule_drafting import draft_correction, draft_version, start_city
from timebank.cli.options import rules_options
from timebank.cli.session import Session
from timebank.domain.refusal import WrongUse
from timebank.domain.words import Words

_CODE = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_NAME = re.compile(r"[^\W_][\w ()（）·'-]{0,63}")  # what a rule file can hold without quotes
_CHINA = ZoneInfo("Asia/Shanghai")
_YEARS = range(1900, 2200)  # the people of a new city's cases are born before its rules begin

_VERSION_HELP = """写一份草案，照现行规则抄成新一版（--effective）或更正（--corrects），放在城市的 drafts/ 里，银行不读。
来源、说明都照抄；施行日期、接替哪一版由命令写好，新日期与衔接的依据留待您补。已有的文件从不覆盖。

Write a draft into the city's drafts/, which a bank never reads: the next version, copied from the rules in force
(--effective), or a correction (--corrects). Sources and comments are copied and the dates set right; the basis of the new
date and of the transition is left for you to write. Nothing that is there is written over.

\b
例 · Examples:
  timebank rules new version CITY --effective 2027-01-01
  timebank rules new version CITY --corrects 2026-01-01 --reason "第九条抄错 · Article 9 was miscopied"
"""
_CITY_HELP = """写一座新城市的第一批文件，放在配置文件旁边：能通过检查的最短的规则、三个用例、编辑器用的格式说明。
规则里每一项都写明是待核对的初稿。--add 顺便把城市写进配置文件（没有配置文件就新写一份）。

Write a new city's first files beside the configuration: the shortest rules that pass the check, three cases, and the
schema for editors. Every rule says that it is a draft to be checked. --add also adds the city to the configuration, or
writes one where there is none.

\b
例 · Examples:
  timebank rules new city yunzhou --name 云州市 --name-en Yunzhou --add
"""


@click.group(
    "new", help="写新的规则文件：新一版、更正、新城市。\n\nNew rule files: a version, a correction, a city."
)
def command() -> None:
    """Hold the kinds of new files."""


@command.command("version", help=_VERSION_HELP, short_help="新一版，或更正 · a version, or a correction")
@click.argument("city", metavar="CITY")
@click.option("--effective", metavar="DATE", help="新一版的施行日期 · the first day of the new version")
@click.option(
    "--corrects", metavar="STEM", help="更正哪个文件，不带 .yaml · which file is mended, without .yaml"
)
@click.option("--reason", metavar="TEXT", help="为什么更正，中文 · English · why it is mended")
@click.option(
    "--known-from", metavar="DATE", help="更正自哪天起为人所知，默认今天 · known from, today by default"
)
@rules_options
def version(
    session: Session,
    city: str,
    effective: str | None,
    corrects: str | None,
    reason: str | None,
    known_from: str | None,
) -> None:
    """Write the draft of the next version or of a correction."""
    desk = desk_of(city, session.config)
    if effective is not None and corrects is None and reason is None and known_from is None:
        file = draft_version(desk, _day("--effective", effective))
        _tell(session, [file], _after_version(file, _day("--effective", effective)))
    elif corrects is not None and reason is not None and effective is None:
        known = _today() if known_from is None else _day("--known-from", known_from)
        file = draft_correction(desk, corrects.removesuffix(".yaml"), known, _in_both(reason))
        _tell(session, [file], _after_draft(file))
    else:
        zh = "请写 --effective 日期（新一版），或 --corrects 文件名 和 --reason 原因（更正），二者取一。"
        en = "Give either --effective DATE (a new version), or --corrects STEM with --reason TEXT (a correction)."
        raise WrongUse(Words(zh, en))


@command.command("city", help=_CITY_HELP, short_help="新城市 · a new city")
@click.argument("code", metavar="CODE")
@click.option(
    "--name", required=True, metavar="NAME", help="城市的名称，如 云州市 · the city's name in Chinese"
)
@click.option(
    "--name-en", metavar="NAME", help="英文名称，默认由代号而来 · in English; by its code unless given"
)
@click.option(
    "--effective",
    metavar="DATE",
    help="规则的施行日期，默认今天 · the first day of its rules; today unless given",
)
@click.option("--add", is_flag=True, help="写进配置文件 · add it to the configuration")
@rules_options
def city(
    session: Session, code: str, name: str, name_en: str | None, effective: str | None, *, add: bool
) -> None:
    """Write a new city's first files."""
    english = name_en or code.replace("_", " ").title()
    for text, form in ((code, _CODE), (name, _NAME), (english, _NAME)):
        if not form.fullmatch(text):
            zh = (
                f"“{text}”不能这样写。代号用小写英文字母、数字和下划线，以字母开头；名称以文字或数字开头，至多 64 个字，"
                "除括号、间隔号、撇号、连字符外不用标点。"
            )
            en = (
                f"“{text}” will not do. A code is small letters, digits and _, a letter first; a name begins with "
                "a letter or digit, has up to 64 characters, and no mark but brackets, middle dot, apostrophe and hyphen."
            )
            raise WrongUse(Words(zh, en))
    start = _today() if effective is None else _day("--effective", effective)
    files = start_city(session.config, code, Words(name, english), start, add=add)
    _tell(session, files, _after_city(session.config, code, added=add))


def _tell(session: Session, files: list[Path], then: Words) -> None:
    if session.as_json:
        session.give({"files": [str(file) for file in files]})
    for file in files:
        session.say(Words(f"写好 {file}", f"Wrote {file}"))
    session.say(then)


def _after_version(file: Path, start: date) -> Words:
    if start > _today():
        return _after_draft(file)
    past = Words(
        f"{start} 已经到了，这一版不能再发布。",
        f"{start} is here or past, so that this version cannot be published any more.",
    )
    return past.joined(_after_draft(file))


def _after_draft(file: Path) -> Words:
    return Words(
        f"改好以后检查：timebank rules check {file}",
        f"After your changes, check it: timebank rules check {file}",
    )


def _after_city(config: Path, code: str, *, added: bool) -> Words:
    if added:
        return Words(f"检查：timebank rules check {code}", f"Check it: timebank rules check {code}")
    return Words(
        f"要运行它，请在 {config} 的 cities 下加上：{code}: {{rules: {code}}}",
        f"To run it, add under cities in {config}: {code}: {{rules: {code}}}",
    )


def _day(option: str, text: str) -> date:
    try:
        if len(text) == len("2026-01-01") and (day := date.fromisoformat(text)).year in _YEARS:
            return day
    except ValueError:
        pass
    span = f"{_YEARS[0]}–{_YEARS[-1]}"
    zh = f"{option} 的“{text}”不是日期。请写年-月-日（{span} 年），如 2026-07-01。"
    en = f"“{text}” of {option} is no date. Write year-month-day ({span}), such as 2026-07-01."
    raise WrongUse(Words(zh, en))


def _today() -> date:
    return datetime.now(_CHINA).date()


def _in_both(reason: str) -> Words:
    """Return ``中文 · English`` as the two it holds; a reason in one language serves for both."""
    zh, _, en = reason.partition(" · ")
    return Words(zh, en or zh)
