"""``timebank rules publish``: propose a draft, sign what it assumes, publish it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from timebank.cli.options import database_option, rules_options
from timebank.cli.session import Session
from timebank.cli.trouble import SAID_NO
from timebank.domain.refusal import WrongUse
from timebank.domain.words import Words

if TYPE_CHECKING:
    from timebank.bank.rule_desk import RuleDesk
    from timebank.services.desk import Bank
    from timebank.services.publishing.draft_file import DraftFile

_PROPOSE, _JUDGE = "propose", "judge"
_HELP = """发布草案：一人提交（--propose），新的假定有人签认（--sign-assumed），另一人发布。
发布以后，文件从 drafts/ 移入城市文件夹，从此不能改。有什么不行，一次全部说出。

Publish a draft: one person proposes it (--propose), new assumptions are signed (--sign-assumed), another person
publishes it. The file then moves from drafts/ into the city's folder and is never edited again. Whatever stands in the
way is told all at once.

\b
例 · Examples:
  timebank rules publish config/CITY/drafts/2027-01-01.yaml --propose --as 陈晨
  timebank rules publish config/CITY/drafts/2027-01-01.yaml --sign-assumed caps.daily --as 李力
  timebank rules publish config/CITY/drafts/2027-01-01.yaml --dry-run --as 王文
  timebank rules publish config/CITY/drafts/2027-01-01.yaml --as 王文
"""


@click.command("publish", help=_HELP)
@click.argument("draft")
@click.option(
    "--as", "person", metavar="NAME", required=True, help="您的姓名，记入数据库 · your name, which is kept"
)
@click.option(
    "--propose", "act", flag_value=_PROPOSE, help="作为起草人提交这份草案 · propose it, as its drafter"
)
@click.option(
    "--sign-assumed",
    "signed",
    metavar="PATH",
    multiple=True,
    help="签认这条假定，可写多次；all 为全部 · sign this assumption; may be repeated; all for every one",
)
@click.option("--reason", metavar="TEXT", help="用例发现得少，为何仍可发布 · why few noticed moves will do")
@click.option(
    "--dry-run", "act", flag_value=_JUDGE, help="只看能不能发布，什么都不写 · judge, and write nothing"
)
@database_option
@rules_options
def command(
    session: Session,
    draft: str,
    person: str,
    act: str | None,
    signed: tuple[str, ...],
    reason: str | None,
    database: str | None,
) -> int:
    """Take one step with a draft."""
    from timebank.bank.rule_desk import desk_of  # noqa: PLC0415 - imported when the verb is called
    from timebank.bank.settings import read_settings  # noqa: PLC0415
    from timebank.cli import telling_publication as telling  # noqa: PLC0415
    from timebank.cli.opening import opened  # noqa: PLC0415
    from timebank.rules import RulesBroken  # noqa: PLC0415
    from timebank.services.publishing.draft_file import read_draft  # noqa: PLC0415

    if signed and act is not None:
        zh = "--sign-assumed 不能与 --propose、--dry-run 一起写：一次办一步。"
        raise WrongUse(
            Words(zh, "--sign-assumed goes with neither --propose nor --dry-run: one step at a time.")
        )
    desk = desk_of(draft, session.config)
    running = read_settings(session.config).cities.get(desk.city)
    if running is None or running.folder.resolve() != desk.folder.resolve() or not desk.is_draft:
        raise _no_draft(draft)
    with opened(session, database, desk.city) as bank:
        file = read_draft(desk.city, running.folder, Path(draft))
        try:
            if act == _PROPOSE or signed:
                _prepare(session, bank, file, person, signed)
            else:
                _publish(session, bank, desk, file, person, reason=reason, dry=act == _JUDGE)
        except RulesBroken as broken:
            telling.tell_refused(session, file, broken.faults)
            return SAID_NO
    return 0


def _prepare(session: Session, bank: Bank, file: DraftFile, person: str, signed: tuple[str, ...]) -> None:
    """Sign assumptions of a draft, or propose it where none is named."""
    from timebank.cli.telling_publication import tell_proposed, tell_signed  # noqa: PLC0415
    from timebank.services.publishing.proposing import propose_draft, sign_assumptions  # noqa: PLC0415

    if signed:
        tell_signed(session, file, person, sign_assumptions(bank, file, person, signed))
    else:
        tell_proposed(session, file, person, propose_draft(bank, file, person))


def _publish(
    session: Session,
    bank: Bank,
    desk: RuleDesk,
    file: DraftFile,
    person: str,
    *,
    reason: str | None,
    dry: bool,
) -> None:
    from timebank.cli.telling_publication import tell_published  # noqa: PLC0415
    from timebank.services.publishing.publishing import publish_draft  # noqa: PLC0415
    from timebank.stories.trying_drafts import try_draft  # noqa: PLC0415

    with session.progress(Words("演用例、挪一步", "playing the cases, moving values")) as advance:
        done = publish_draft(bank, file, person, lambda: try_draft(desk, advance), reason=reason, dry=dry)
    tell_published(session, file, done)


def _no_draft(draft: str) -> WrongUse:
    zh = f"“{draft}”不是在运行的城市的草案。草案在城市文件夹的 drafts/ 里，如 config/城市/drafts/2027-01-01.yaml。"
    en = f"“{draft}” is no draft of a running city. Drafts lie in its folder: config/CITY/drafts/2027-01-01.yaml."
    return WrongUse(Words(zh, en))
