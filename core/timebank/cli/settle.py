"""``timebank settle``: do everything that is due, as the timer does every few minutes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from timebank.cli.options import common_options, database_option
from timebank.cli.session import Advance, Session
from timebank.cli.trouble import SAID_NO
from timebank.domain.refusal import TimeBankError
from timebank.domain.words import Words

if TYPE_CHECKING:
    from timebank.services.sweep import Sweep

_HELP = """办理一切到期事项：逾期派单、忘记签出、按新规则处理、发放赠时、结算、送出消息；有钥匙就封存账本。可以重复运行。

Do everything that is due: lapsed offers, forgotten check-outs, new rules, grants, settlement, messages; then seal
the ledger, where a key is configured. Running it again does no harm. Without CITY, every running city.

\b
例 · Examples:
  timebank settle
  timebank settle CITY
"""


@click.command("settle", help=_HELP)
@click.argument("city", required=False)
@database_option
@common_options
def command(session: Session, city: str | None, database: str | None) -> int:
    """Run what is due in one city or in all."""
    from timebank.bank import read_settings  # noqa: PLC0415 - imported when the verb is called
    from timebank.cli.opening import opened  # noqa: PLC0415
    from timebank.cli.sealing import seal_each, sealed_plain, sealed_words  # noqa: PLC0415
    from timebank.services.sweep import run_due  # noqa: PLC0415

    swept: dict[str, Sweep] = {}
    with opened(session, database, city) as bank:
        for code in bank.cities:
            with session.progress(Words(code, code)) as advance:
                swept[code] = run_due(bank, code, partial(_show, session, advance))
        sealed = seal_each(bank, read_settings(session.config))
    failed = [code for code, done in sealed.items() if isinstance(done, TimeBankError)]
    if session.as_json:
        seals = {code: {"sealed": sealed_plain(done)} for code, done in sealed.items()}
        session.give({code: _plain(sweep) | seals.get(code, {}) for code, sweep in swept.items()})
    else:
        for code, sweep in swept.items():
            _tell(session, code, sweep)
        for code, done in sealed.items():
            session.say(sealed_words(code, done), "red" if code in failed else "")
    return SAID_NO if failed or any(sweep.kept for sweep in swept.values()) else 0


def _show(session: Session, advance: Advance, what: Words, done: int) -> None:
    advance(done, what=session.text(what))


def _plain(sweep: Sweep) -> dict[str, Any]:
    kept = [{"visit_id": visit, "zh": words.zh, "en": words.en} for visit, words in sweep.kept]
    return {"done": sweep.done, "kept": kept, "delivered": sweep.delivered}


def _tell(session: Session, code: str, sweep: Sweep) -> None:
    settled, kept = sweep.done["settled"], len(sweep.kept)
    sent, off = sweep.delivered.get("sent", 0), sweep.delivered.get("put_off", 0)
    zh = f"{code}：结算 {settled} 条服务记录，留待工作人员处理 {kept} 条；送出 {sent} 条消息，稍后再送 {off} 条。"
    en = f"{code}: {settled} visits settled, {kept} kept for staff; {sent} messages sent, {off} put off."
    session.say(Words(zh, en))
    for visit_id, words in sweep.kept:
        session.out.print(f"  {visit_id} {session.text(words)}", markup=False, style="red", soft_wrap=True)
