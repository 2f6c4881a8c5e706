"""``timebank rules explain``: why: a rule."""

from __future__ import annotations

from datetime import date

import click

from timebank.bank.rule_explaining import explain_rule
from timebank.cli.options import rules_options
from timebank.cli.rules.explained_rule import lines, plain
from timebank.cli.session import Session
from timebank.domain.refusal import WrongUse
from timebank.domain.words import Words

_HELP = """说明一条规则：数值、含义、条款、在哪个文件哪一行、从哪一版起如此。

Explain a rule: its value, its meaning, its article, its file and line, since when it has been so.

NAME 是城市、规则文件或草案，PATH 是规则的路径。
NAME is a city, a rule file or a draft, PATH the rule's path.

\b
例 · Examples:
  timebank rules explain CITY caps.store.limit
  timebank rules explain CITY services.chat --on 2026-01-01
  timebank rules explain config/CITY/drafts/2027-01-01.yaml gifts
"""


def _day(_: click.Context, __: click.Parameter, value: str | None) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        zh, en = (
            f"“{value}”不是日期。请写年-月-日，如 2026-07-01。",
            f"“{value}” is no day. Write it like 2026-07-01.",
        )
        raise WrongUse(Words(zh, en)) from error


@click.command("explain", help=_HELP)
@click.argument("name")
@click.argument("path")
@click.option(
    "--on",
    callback=_day,
    metavar="DAY",
    help="哪一天的规则，不写为今天 · the rules of which day; today's unless given",
)
@rules_options
def command(session: Session, name: str, path: str, on: date | None) -> None:
    """Explain one rule."""
    found = explain_rule(name, path, session.config, on)
    if session.as_json:
        session.give(plain(found))
    for line in lines(found):
        session.say(line)
