"""``timebank demand``: what was asked for in a city, by type of service, by area and by month."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click
from rich.table import Table

from timebank.cli.options import common_options, database_option
from timebank.cli.session import Session
from timebank.domain.words import Words

if TYPE_CHECKING:
    from timebank.rules import RulesInForce
    from timebank.services.demand_stats import Demand

_HELP = """需求：某一层级的每个组织、每类服务、每个月要了多少、办成多少、多少人受益。

Demand: for every organisation of a level, every type of service and every month, how much was asked for, how much
of it was met, and how many people came.

\b
例 · Examples:
  timebank demand CITY --level street
  timebank demand CITY --level street --by month
  timebank demand CITY --level street --by service --by area --from 2024-01-01 --json
"""
_DAY = click.DateTime(["%Y-%m-%d"])
KEYS = {"service": Words("类型", "service"), "area": Words("地区", "area"), "month": Words("月份", "month")}
_COUNTS = {
    "demands": Words("需求", "demands"),
    "people": Words("人数", "people"),
    "met": Words("办成", "met"),
    "unmet": Words("落空", "unmet"),
    "person_times": Words("人次", "came"),
}


@click.command("demand", help=_HELP)
@click.argument("city")
@click.option(
    "--level", required=True, metavar="LEVEL", help="哪一层级算作地区 · the level that makes the areas"
)
@click.option(
    "--by",
    multiple=True,
    type=click.Choice(list(KEYS)),
    help="按什么汇总，可写几次；不写则三样都分 · add up by this, may be repeated; all three without",
)
@click.option("--from", "from_day", type=_DAY, metavar="DAY", help="计划日期自 · first planned day")
@click.option("--until", "until_day", type=_DAY, metavar="DAY", help="计划日期至 · last planned day")
@database_option
@common_options
def command(
    session: Session,
    city: str,
    level: str,
    by: tuple[str, ...],
    from_day: datetime | None,
    until_day: datetime | None,
    database: str | None,
) -> None:
    """Show what was asked for."""
    from timebank.cli.opening import opened  # noqa: PLC0415 - imported when the verb is called
    from timebank.services.demand_stats import demand, summed  # noqa: PLC0415
    from timebank.services.desk import local_day  # noqa: PLC0415

    first, last = (day.date() if day is not None else None for day in (from_day, until_day))
    keys = [key for key in KEYS if key in by or not by]
    with opened(session, database, city) as bank:
        found = summed(demand(bank, city, level, first, last), *keys)
        rules = bank.city(city).rules_on(last or local_day(bank.city(city), bank.clock()))
    if session.as_json:
        session.give([one.plain(rules) for one in found])
    else:
        session.out.print(_table(session, found, rules, keys))


def _table(session: Session, found: list[Demand], rules: RulesInForce, keys: list[str]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for key in keys:
        table.add_column(session.text(KEYS[key]), overflow="fold")
    for head in _COUNTS.values():
        table.add_column(session.text(head), justify="right", overflow="fold")
    for one in found:
        told = {"service": session.text(one.label(rules)), "area": one.area, "month": one.month}
        table.add_row(*(told[key] for key in keys), *(f"{getattr(one, name):,}" for name in _COUNTS))
    return table
