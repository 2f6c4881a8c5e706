"""``timebank outbox``: what leaves for the outside, what could not, and trying that again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from timebank.cli.options import common_options, database_option
from timebank.cli.session import Session
from timebank.domain.refusal import BadInput
from timebank.domain.words import Words

if TYPE_CHECKING:
    from timebank.services.dead_letters import Delivery, DeliveryPage


@click.group("outbox", help="发件箱：查看、重试、送出。\n\nThe outbox: look, retry, deliver.")
def command() -> None:
    """Hold the verbs about the outbox."""


_LIST_HELP = """列出一座城市的投递，默认是放弃了的（死信）；不显示内容。一页显示不完时给出下一页的 --after。

List a city's deliveries, by default those given up (dead letters); never what they say. Where a page is not enough,
the --after of the next one is told.

\b
例 · Examples:
  timebank outbox list CITY
  timebank outbox list CITY --state waiting --limit 20
"""


@command.command("list", help=_LIST_HELP, short_help="列出投递 · list deliveries")
@click.argument("city")
@click.option(
    "--state",
    type=click.Choice(["dead", "waiting", "sent"]),
    default="dead",
    help="放弃了的、在等的、送出了的 · given up, waiting, sent",
)
@click.option("--after", metavar="ID", help="从这个编号之后列起 · begin after this id")
@click.option(
    "--limit", type=click.IntRange(1, 500), default=50, help="一页最多几条，默认 50 · how many a page, 50"
)
@database_option
@common_options
def listing(
    session: Session, city: str, state: str, after: str | None, limit: int, database: str | None
) -> None:
    """Show a page of deliveries."""
    from timebank.cli.opening import opened  # noqa: PLC0415 - imported when the verb is called
    from timebank.services.dead_letters import deliveries  # noqa: PLC0415

    with opened(session, database, city) as bank:
        page = deliveries(bank, city, state, after, limit)
        timezone = bank.city(city).book.timezone
    if session.as_json:
        session.give({"deliveries": [_plain(one) for one in page.deliveries], "more": page.more})
    else:
        _tell(session, page, timezone)


_RETRY_HELP = """让放弃了的投递再送一次，编号不变：写明编号，或用 --all 选中全部事件。下一次送出时就会办。

Let deliveries that were given up be tried again, under the ids they had: name them, or take every event with --all.
They go out with the next delivery.

\b
例 · Examples:
  timebank outbox retry CITY 0193…
  timebank outbox retry CITY --all
"""


@command.command("retry", help=_RETRY_HELP, short_help="重试死信 · retry dead letters")
@click.argument("city")
@click.argument("ids", nargs=-1)
@click.option("--all", "every", is_flag=True, help="全部放弃了的事件 · every event that was given up")
@database_option
@common_options
def retrying(session: Session, city: str, ids: tuple[str, ...], every: bool, database: str | None) -> None:  # noqa: FBT001
    """Make dead letters due again."""
    from timebank.cli.opening import opened  # noqa: PLC0415
    from timebank.services.dead_letters import retry, retry_all  # noqa: PLC0415

    if every == bool(ids):
        raise BadInput(Words("请写明编号，或只写 --all。", "Name the ids, or write --all alone."))
    with opened(session, database, city) as bank:
        many = retry_all(bank, city) if every else retry(bank, city, ids)
    if session.as_json:
        session.give({"retried": many})
    else:
        session.say(
            Words(f"{many} 条投递将再次送出。", f"{many} deliveries will be tried again."),
        )


_DELIVER_HELP = """送出到期的投递；timebank settle 也会送。可以同时运行几个。

Deliver what is due, as timebank settle does too. Several may run at once. Without CITY, every running city.

\b
例 · Examples:
  timebank outbox deliver
  timebank outbox deliver CITY
"""


@command.command("deliver", help=_DELIVER_HELP, short_help="送出到期的 · deliver what is due")
@click.argument("city", required=False)
@database_option
@common_options
def delivering(session: Session, city: str | None, database: str | None) -> None:
    """Deliver what is due in one city or in all."""
    from timebank.cli.opening import opened  # noqa: PLC0415
    from timebank.services.delivery import deliver  # noqa: PLC0415

    with opened(session, database, city) as bank, session.progress(Words("送出", "delivering")):
        done = {code: deliver(bank, code) for code in bank.cities}
    if session.as_json:
        session.give(done)
    for code, counts in done.items():
        sent, off, dead = counts["sent"], counts["put_off"], counts["dead"]
        zh = f"{code}：送出 {sent} 条，稍后再送 {off} 条，放弃 {dead} 条。"
        session.say(Words(zh, f"{code}: {sent} sent, {off} put off, {dead} given up."))


def _plain(one: Delivery) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "state": one.state,
        "attempts": one.attempts,
        "created_at": one.created_at.isoformat(),
        "due_at": one.due_at.isoformat(),
        "error": one.error,
    }


def _tell(session: Session, page: DeliveryPage, timezone: Any) -> None:
    if not page.deliveries:
        session.say(Words("没有。", "None."))
        return
    for one in page.deliveries:
        due = f"{one.due_at.astimezone(timezone):%Y-%m-%d %H:%M}"
        tried = Words(f"试过 {one.attempts} 次", f"tried {one.attempts} times")
        session.say(Words(*(f"{one.id}  {due}  {one.kind}  {told}" for told in (tried.zh, tried.en))))
        if one.error:
            session.say(Words(f"    {one.error}", f"    {one.error}"), "dim")
    if page.more is not None:
        session.say(Words(f"还有更多：--after {page.more}", f"There are more: --after {page.more}"))
