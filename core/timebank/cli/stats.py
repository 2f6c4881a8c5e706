"""``timebank stats``: what a city did, by the levels of its management tree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import click
from rich.table import Table

from timebank.cli.options import common_options, database_option
from timebank.cli.session import Session
from timebank.domain.words import Words

if TYPE_CHECKING:
    from timebank.rules import RulesInForce
    from timebank.services.stats import Branch

_HELP = """统计：志愿者、服务对象、服务站点、订单、受益人次、记入的时间；每一级都是下级之和。
时间从分录读，订单从已结算的服务读。

Figures: volunteers, recipients, stations, orders, person-times and credit; each level is the sum of those below.
Credit is read from postings, orders from settled visits.

\b
例 · Examples:
  timebank stats CITY
  timebank stats CITY --organisation CODE --depth 3
  timebank stats CITY --from 2020-10-01 --until 2020-12-31 --json
"""
_DAY = click.DateTime(["%Y-%m-%d"])
_COUNTS = {
    "volunteers": Words("志愿者", "volunteers"),
    "recipients": Words("服务对象", "recipients"),
    "stations": Words("站点", "stations"),
    "orders": Words("订单", "orders"),
    "person_times": Words("人次", "came"),
}


@click.command("stats", help=_HELP)
@click.argument("city")
@click.option(
    "--organisation", metavar="CODE", help="只看这个组织及其下级 · this organisation and what is below it"
)
@click.option("--from", "from_day", type=_DAY, metavar="DAY", help="服务日期自 · first service date")
@click.option("--until", "until_day", type=_DAY, metavar="DAY", help="服务日期至 · last service date")
@click.option(
    "--depth",
    default=1,
    show_default=True,
    type=click.IntRange(0),
    help="显示几级下级 · levels below to show",
)
@database_option
@common_options
def command(
    session: Session,
    city: str,
    organisation: str | None,
    from_day: datetime | None,
    until_day: datetime | None,
    depth: int,
    database: str | None,
) -> None:
    """Show the figures of a city or of a part of it."""
    from timebank.cli.opening import opened  # noqa: PLC0415 - imported when the verb is called
    from timebank.services.desk import local_day  # noqa: PLC0415
    from timebank.services.stats import stats  # noqa: PLC0415

    first, last = (day.date() if day is not None else None for day in (from_day, until_day))
    with opened(session, database, city) as bank:
        with session.progress(Words("汇总", "adding up")):
            top = stats(bank, city, organisation, first, last)
        rules = bank.city(city).rules_on(last or local_day(bank.city(city), bank.clock()))
        if session.as_json:
            session.give(top.plain(rules))
        else:
            session.out.print(stats_table(session, top, rules, depth))


def stats_table(session: Session, top: Branch, rules: RulesInForce, depth: int) -> Table:
    """Return the figures of a branch, and of so many levels below it, as a table."""
    from timebank.services.amounts import units_of  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column(session.text(Words("组织", "organisation")), overflow="fold")
    for head in _COUNTS.values():
        table.add_column(session.text(head), justify="right", overflow="fold")
    units = list(top.total.minutes)
    for unit in units:
        table.add_column(session.text(rules.words(f"units.{unit}.label")), justify="right", overflow="fold")
    for level, branch in _rows(top, depth):
        counts = [f"{getattr(branch.total, name):,}" for name in _COUNTS]
        amounts = [units_of(branch.total.minutes.get(unit, 0), unit, rules) for unit in units]
        table.add_row("  " * level + branch.name, *counts, *amounts)
    return table


def _rows(branch: Branch, depth: int, level: int = 0) -> Iterator[tuple[int, Branch]]:
    yield level, branch
    if level < depth:
        for below in branch.below:
            yield from _rows(below, depth, level + 1)
