"""``timebank ledger``: is the ledger right, and what do others make of it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from timebank.cli.ledger_export import export_command
from timebank.cli.options import common_options, database_option
from timebank.cli.session import Session
from timebank.cli.trouble import SAID_NO
from timebank.domain.words import Words

if TYPE_CHECKING:
    from timebank.services.verification import CheckResult


@click.group("ledger", help="账本。\n\nThe ledger.")
def command() -> None:
    """Hold the verbs about the ledger."""


command.add_command(export_command)

_HELP = """核对账本：每一条账目规律都问一遍，只读不改。不写城市就核对所有在运行的城市。
有不符时退出码为 1，供夜里的定时任务报警。

Verify the ledger: every law of the books is asked, nothing is changed. Without CITY, every running city. Leaves with 1
where a law is broken, so that a nightly timer can raise the alarm.

\b
例 · Examples:
  timebank ledger verify
  timebank ledger verify CITY --json
"""


@command.command("verify", help=_HELP, short_help="核对账本 · verify the ledger")
@click.argument("city", required=False)
@database_option
@common_options
def verify_ledger(session: Session, city: str | None, database: str | None) -> int:
    """Verify one city's ledger, or all."""
    from timebank.cli.opening import opened  # noqa: PLC0415 - imported when the verb is called
    from timebank.services.verification import verify  # noqa: PLC0415
    from timebank.services.verification_names import NAMES  # noqa: PLC0415

    results: dict[str, list[CheckResult]] = {}
    with opened(session, database, city) as bank:
        for code in bank.cities:
            with session.progress(Words(f"核对 {code}", f"verifying {code}"), len(NAMES)) as advance:
                results[code] = verify(bank, code, advance)
    if session.as_json:
        session.give({code: [result.plain() for result in found] for code, found in results.items()})
    else:
        for code, found in results.items():
            tell_results(session, code, found)
    return 0 if all(result.ok for found in results.values() for result in found) else SAID_NO


def tell_results(session: Session, code: str, results: list[CheckResult]) -> None:
    """Print what breaks a law, and whether anything does."""
    broken = [result for result in results if not result.ok]
    for result in broken:
        words = Words(
            f"✘ {result.words.zh}：{result.faults} 处不符",
            f"✘ {result.words.en}: broken {result.faults} times",
        )
        session.say(words, "red")
        for row in result.shown:
            session.out.print(f"    {row}", markup=False, soft_wrap=True)
    many = len(results)
    if broken:
        words = Words(
            f"{code}：账本 {many} 项检查，{len(broken)} 项不符。",
            f"{code}: {len(broken)} of {many} checks of the ledger fail.",
        )
        session.say(words, "red")
    else:
        words = Words(
            f"{code}：账本 {many} 项检查全部相符。", f"{code}: all {many} checks of the ledger hold."
        )
        session.say(words, "green")
