"""``timebank statement``: what a member holds, and how it came."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table

from timebank.cli.options import common_options, database_option
from timebank.cli.session import Session
from timebank.domain.account import AccountKind
from timebank.domain.words import Words

if TYPE_CHECKING:
    from timebank.services.statement import Line, Statement

_HELP = """一名成员的账单：余额、每一笔进出、预扣。REFERENCE 是本市自己的成员编号。

The statement of a member: balances, every movement, what is held. REFERENCE is the city's own number of the member.

\b
例 · Examples:
  timebank statement CITY V0001
  timebank statement CITY V0001 --why 3
  timebank statement CITY V0001 --on 2026-03-31
"""


@click.command("statement", help=_HELP)
@click.argument("city")
@click.argument("reference")
@click.option("--why", metavar="LINE", help="说明第几笔为什么这样记 · why this line was made")
@click.option(
    "--on",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DAY",
    help="那一天结束时账上有多少 · what the books said when that day ended",
)
@database_option
@common_options
def command(
    session: Session, city: str, reference: str, why: str | None, day: datetime | None, database: str | None
) -> None:
    """Show a member's statement, why one of its movements was made, or what was held when a day ended."""
    from timebank.cli.opening import opened  # noqa: PLC0415 - imported when the verb is called
    from timebank.services.explain import explain_transfer  # noqa: PLC0415

    if day is not None:
        with opened(session, database, city) as bank:
            _tell_day(session, bank, city, reference, day.date())
        return
    with opened(session, database, city) as bank:
        found, lines = _whole(bank, city, reference)
        said = explain_transfer(bank, city, _transfer(lines, why)).lines if why is not None else ()
    if session.as_json:
        session.give(_plain(found, lines, said))
    elif why is not None:
        for words in said:
            session.say(words)
    else:
        _tell(session, found, lines)


def _tell_day(session: Session, bank: Any, city: str, reference: str, day: date) -> None:
    from timebank.services.explain import KINDS  # noqa: PLC0415
    from timebank.services.statement import balances_on  # noqa: PLC0415

    held = balances_on(bank, city, reference, day)
    if session.as_json:
        rows = [{"account": k.kind.value, "unit": k.unit, "posted": minutes} for k, minutes in held.items()]
        session.give({"reference": reference, "day": day, "balances": rows})
        return
    for key, minutes in held.items():
        kind = KINDS[key.kind.value]
        zh = f"{day} 结束时，{kind.zh}（{key.unit}）：{minutes} 分钟"
        session.say(Words(zh, f"When {day} ended, {kind.en} ({key.unit}): {minutes} minutes"))


def _transfer(lines: list[Line], why: str) -> str:
    """Return the transfer meant by a line's number, or by the transfer's own identifier."""
    if why.isdecimal() and 1 <= int(why) <= len(lines):
        return lines[int(why) - 1].transfer_id
    return why


def _whole(bank: Any, city: str, reference: str) -> tuple[Statement, list[Line]]:
    """Return the statement with the lines of all its pages."""
    from timebank.services.statement import statement  # noqa: PLC0415

    found = statement(bank, city, reference)
    lines, more = list(found.lines), found.more
    while more is not None:
        page = statement(bank, city, reference, more)
        lines.extend(page.lines)
        more = page.more
    return found, lines


def _plain(found: Statement, lines: list[Line], why: tuple[Words, ...]) -> dict[str, Any]:
    return {
        "reference": found.reference,
        "name": found.name,
        "served_minutes": found.served_minutes,
        "honour": None if found.honour is None else {"zh": found.honour.zh, "en": found.honour.en},
        "balances": [
            {
                "account": a.key.kind.value,
                "unit": a.key.unit,
                "posted": a.posted,
                "held": a.held,
                "zh": w.zh,
                "en": w.en,
            }
            for a, w in found.balances
        ],
        "lines": [
            {
                "transfer_id": line.transfer_id,
                "kind": line.kind,
                "day": line.day,
                "account": line.account,
                "unit": line.unit,
                "minutes": line.minutes,
                "balance": line.balance,
            }
            for line in lines
        ],
        "held": [{"order_id": order, "minutes": minutes, "day": day} for order, minutes, day in found.held],
        "why": [{"zh": words.zh, "en": words.en} for words in why],
    }


def _tell(session: Session, found: Statement, lines: list[Line]) -> None:
    from timebank.services.explain import KINDS  # noqa: PLC0415

    session.say(Words(f"{found.name}（{found.reference}）", f"{found.name} ({found.reference})"), "bold")
    if found.honour is not None:
        hours, honour = found.served_minutes // 60, found.honour
        zh, en = f"{honour.zh}（累计服务 {hours} 小时）", f"{honour.en} ({hours} hours served)"
        session.say(Words(zh, en))
    for owned, amount in found.balances:
        if not owned.posted and owned.key.kind is not AccountKind.SAVINGS:
            continue
        kind = KINDS[owned.key.kind.value]
        held = Words(f"，另有预扣 {owned.held} 分钟", f", {owned.held} minutes more held")
        more = held if owned.held else Words("", "")
        session.say(Words(f"{kind.zh}：{amount.zh}{more.zh}", f"{kind.en}: {amount.en}{more.en}"))
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("", justify="right")
    for head in (Words("日期", "day"), Words("事由", "kind"), Words("账户", "account")):
        table.add_column(session.text(head))
    for head in (Words("分钟", "minutes"), Words("余额", "balance")):
        table.add_column(session.text(head), justify="right")
    for number, line in enumerate(lines, start=1):
        account = session.text(KINDS[line.account])
        balance = "" if line.balance is None else str(line.balance)
        cause = session.text(_KIND[line.kind])
        table.add_row(str(number), str(line.day), cause, account, f"{line.minutes:+d}", balance)
    if lines:
        session.out.print(table)


_KIND = {
    "settlement": Words("服务结算", "settlement"),
    "grant": Words("赠时", "grant"),
    "gift": Words("赠与", "gift"),
    "donation": Words("捐赠", "donation"),
    "redemption": Words("兑换", "redemption"),
    "expiry": Words("到期", "expiry"),
    "reversal": Words("冲正", "reversal"),
    "import": Words("导入", "import"),
    "correction": Words("更正", "correction"),
}
