"""``timebank rules replay``: real history settled again, under the files of the day or under a draft."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from timebank.cli.options import database_option, rules_options
from timebank.cli.rules.effect import draft_of, tell_effect
from timebank.cli.session import Session
from timebank.cli.trouble import SAID_NO
from timebank.domain.words import Words

if TYPE_CHECKING:
    from timebank.services.desk import Bank
    from timebank.services.replaying import Replayed, Span

_HELP = """把真实的历史重新结算，只读不写。每一笔已存的结算都照当日的规则文件再算一遍，须与账上一字不差；
不同的逐项列出，并以 1 退出。插件的那个版本已经不在的，用存下的答复，并写明有多少。

Settle real history again; nothing is written. Every stored settlement is worked out once more under the files of its
day and must come out exactly as it stands: what differs is listed, and the command leaves with 1. Where that version of
a plugin is gone, its stored answer is used, and how often is told.

--with 写草案（或已发布的一版）：同样的历史照它再结算一遍，谁会被拒绝、记入与扣除会多会少，按区、按服务、按规则说出。
Under --with a draft (or a published version) the same history is settled again: who would be refused, credited or charged
more or less, by district, service and rule.

日期按服务日期；不写就是全部历史。 Days are days of service; without them, all history.

\b
例 · Examples:
  timebank rules replay CITY
  timebank rules replay CITY --last 90d
  timebank rules replay CITY --from 2026-01-01 --to 2026-03-31
  timebank rules replay CITY --last 90d --with config/CITY/drafts/2027-01-01.yaml
"""
_DAY = click.DateTime(["%Y-%m-%d"])
_SETTLING = Words("重算", "settling again")
_DAYS = re.compile(r"([1-9][0-9]{0,4})d")


class _Days(click.ParamType[int]):
    """A number of days: ``90d``."""

    name = "days"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return how many days, or say what to write."""
        found = _DAYS.fullmatch(value)
        if found is None:
            self.fail(
                f"“{value}”不是天数，请写如 90d · “{value}” is no number of days: write 90d", param, ctx
            )
        return int(found[1])


@click.command("replay", help=_HELP)
@click.argument("city")
@click.option("--last", type=_Days(), metavar="DAYS", help="最近几天，如 90d · so many days up to today")
@click.option("--from", "first", type=_DAY, metavar="DAY", help="服务日期自 · first day of service")
@click.option("--to", "last_day", type=_DAY, metavar="DAY", help="服务日期至 · last day of service")
@click.option("--with", "draft", metavar="DRAFT", help="照这份草案或这一版 · under this draft or version")
@database_option
@rules_options
def command(
    session: Session,
    city: str,
    last: int | None,
    first: datetime | None,
    last_day: datetime | None,
    draft: str | None,
    database: str | None,
) -> int:
    """Settle the history of a city again."""
    from timebank.cli.opening import opened  # noqa: PLC0415 - imported when the verb is called

    if last is not None and (first or last_day):
        raise click.UsageError("--last 不能与 --from、--to 同用 · --last goes without --from and --to")
    rules = draft_of(city, draft, session.config) if draft is not None else None
    with opened(session, database, city) as bank:
        span = _span(bank, city, last, first, last_day)
        if rules is not None:
            return tell_effect(session, bank, city, rules, span)
        return _under_the_files_of_the_day(session, bank, city, span)


def _under_the_files_of_the_day(session: Session, bank: Bank, city: str, span: Span) -> int:
    from timebank.services.replaying import replay  # noqa: PLC0415

    with session.progress(_SETTLING), bank.snapshot() as connection:
        replayed = replay(connection, bank.city(city), span)
    if session.as_json:
        session.give(replayed.plain())
    else:
        _tell(session, city, replayed)
    return SAID_NO if replayed.differing else 0


def _span(bank: Bank, city: str, last: int | None, first: datetime | None, last_day: datetime | None) -> Span:
    from timebank.services.desk import local_day  # noqa: PLC0415
    from timebank.services.replaying import ALL_DAYS, Span  # noqa: PLC0415

    if last is not None:
        today = local_day(bank.city(city), bank.clock())
        return Span(today - timedelta(days=last - 1), today)
    begins = first.date() if first else ALL_DAYS.first
    ends = last_day.date() if last_day else ALL_DAYS.last
    if ends < begins:
        raise click.UsageError(f"--to {ends} 早于 --from {begins} · --to lies before --from")
    return Span(begins, ends)


def _tell(session: Session, city: str, replayed: Replayed) -> None:
    for difference in replayed.differences:
        line = f"{difference.transfer_id}  {difference.what}: {difference.stored} ≠ {difference.again}"
        session.out.print(line, markup=False, soft_wrap=True)
    many = replayed.settlements
    for (plugin, version), times in sorted(replayed.stored_answers.items()):
        zh = f"{times:,} 笔用的是存下的答复：给出答复的 {plugin} {version} 现在没有。"
        en = (
            f"{times:,} were settled by stored answers: {plugin} {version}, which gave them, is not here now."
        )
        session.say(Words(zh, en), "yellow")
    if replayed.differing:
        zh = f"{city}：重算 {many:,} 笔结算，{replayed.differing:,} 笔与账上不同（旧 ≠ 新列在上面）。"
        en = f"{city}: {replayed.differing:,} of {many:,} settlements come out differently (listed: stored ≠ again)."
        session.say(Words(zh, en), "red")
        return
    files = len(replayed.rule_files)
    zh = f"{city}：{many:,} 笔结算照当日的规则文件（{files} 个）重算，全部与账上一致。"
    en = f"{city}: all {many:,} settlements come out as they stand, under the {files} rule file(s) of their days."
    session.say(Words(zh, en), "green")
