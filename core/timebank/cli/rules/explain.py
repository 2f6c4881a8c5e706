"""``timebank rules explain``: why: a rule, a decision, or a message."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from timebank.cli.options import database_option, rules_options
from timebank.cli.session import Session
from timebank.domain.refusal import TimeBankError, WrongUse
from timebank.domain.words import Words

if TYPE_CHECKING:
    from timebank.stories.covering import Covered

_HELP = """说明一条规则（数值、含义、条款、在哪一行、从哪一版起），一个决定（读过哪些规则、最近可行的），或一条消息。

Explain a rule (its value, meaning, article, line, and since when), a decision (which rules were read, what each said,
and the nearest that would have been allowed), or a message. Decisions are read from the database; nothing is written and
nobody named.

CITY 是城市、规则文件或草案，PATH 是规则的路径。
CITY is a city, a rule file or a draft, PATH the rule's path.

\b
例 · Examples:
  timebank rules explain CITY caps.store.limit
  timebank rules explain CITY services.chat --on 2026-01-01 --no-cases
  timebank rules explain config/CITY/drafts/2027-01-01.yaml gifts
  timebank rules explain CITY --transfer ID
  timebank rules explain CITY --order ID --volunteer ID
  timebank rules explain --code R01
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
@click.argument("city", required=False)
@click.argument("path", required=False)
@click.option(
    "--on",
    callback=_day,
    metavar="DAY",
    help="哪一天的规则，不写为今天 · the rules of which day; today's unless given",
)
@click.option(
    "--cases/--no-cases",
    default=True,
    help="演一遍用例，看哪些读到这条规则；要几秒 · play the cases to see which met the rule; takes seconds",
)
@click.option("--transfer", metavar="ID", help="这笔转账为什么如此 · why this transfer")
@click.option("--order", metavar="ID", help="这个订单的全部决定 · every decision about this order")
@click.option(
    "--volunteer",
    metavar="ID",
    help="连同 --order：这位志愿者现在能否接单 · with --order: whether this volunteer may take it now",
)
@click.option("--code", metavar="CODE", help="这条消息说的是什么 · what this message means")
@database_option
@rules_options
def command(session: Session, city: str | None, path: str | None, **asked: Any) -> None:
    """Explain one thing."""
    questions = [one for one in (path, asked["transfer"], asked["order"], asked["code"]) if one is not None]
    if len(questions) != 1 or (city is None) is (asked["code"] is None):
        zh = "请写城市，再写一条规则的路径、--transfer 或 --order，三者之一；或只写 --code。"
        en = "Name a city, and one of these: the path of a rule, --transfer, or --order; or --code alone."
        raise WrongUse(Words(zh, en))
    if city is None:
        _code(session, asked["code"])
        return
    if path is not None:
        _rule(session, city, path, asked["on"], with_cases=asked["cases"])
        return
    try:
        _decision(session, city, asked)
    except TimeBankError as error:
        if error.code == "not_found":  # an id or a city that does not exist is wrong use here
            raise WrongUse(error.words, error.code) from error
        raise


def _code(session: Session, code: str) -> None:
    from timebank.cli.rules.explained_code import lines, plain  # noqa: PLC0415 - each question imports its own
    from timebank.rules.explained import explain_code  # noqa: PLC0415

    found = explain_code(code)
    if session.as_json:
        session.give(plain(found))
    for line in lines(found):
        session.say(line)


def _rule(session: Session, city: str, path: str, on: date | None, *, with_cases: bool) -> None:
    from timebank.bank.rule_explaining import explain_rule  # noqa: PLC0415
    from timebank.cli.rules.explained_rule import lines, plain  # noqa: PLC0415

    found = explain_rule(city, path, session.config, on)
    covered = _covered(session, city, found.rules.file, path) if with_cases else None
    if session.as_json:
        session.give(plain(found, covered))
    for line in lines(found, covered):
        session.say(line)


def _covered(session: Session, city: str, file: str, path: str) -> Covered:
    from timebank.bank.rule_desk import desk_of  # noqa: PLC0415
    from timebank.stories.covering import cases_that_met  # noqa: PLC0415 - heavy: it plays cases

    desk = desk_of(city, session.config)
    with session.progress(Words("演用例", "playing the cases")) as advance:
        return cases_that_met(desk, file, path, advance)


def _decision(session: Session, city: str, asked: Mapping[str, Any]) -> None:
    from timebank.cli.opening import opened  # noqa: PLC0415 - only this question needs a database
    from timebank.cli.rules import explained_decision as told  # noqa: PLC0415
    from timebank.services.explain_decision import explain_transfer_whole  # noqa: PLC0415
    from timebank.services.explain_order import explain_order  # noqa: PLC0415

    with opened(session, asked["database"], city) as bank:
        zone = bank.city(city).book.timezone
        if asked["order"] is None:
            decided = explain_transfer_whole(bank, city, asked["transfer"])
            plain, lines = told.decision_plain(decided), told.decision_lines(decided, zone)
        else:
            found = explain_order(bank, city, asked["order"], asked["volunteer"])
            plain, lines = told.order_plain(found), told.order_lines(found, zone)
        if session.as_json:
            session.give(plain)
        for line in lines:
            session.say(line)
