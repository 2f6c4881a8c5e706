"""The entry point: finds the verb, imports it alone, and turns whatever goes wrong into a sentence and an exit code."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence

import click

from timebank.cli.lazy_verbs import LazyVerbs, Verbs
from timebank.cli.options import global_options
from timebank.cli.session import Session, new_session
from timebank.domain.words import Words

DONE, INTERRUPTED = 0, 130
_VERBS: Verbs = {
    "demo": ("demo", Words("演示：每个城市的一段故事", "play a story of each city")),
    "serve": ("serve", Words("在本机提供接口与页面", "serve the API and pages on this machine")),
    "rules": ("rules", Words("规则文件：从起草到发布", "rule files, from draft to publication")),
    "db": ("db", Words("数据库：建表、升级、角色", "the database: its tables and roles")),
    "import": (
        "import_folder",
        Words("导入组织、成员、服务历史", "take over organisations, members and past services"),
    ),
    "settle": (
        "settle",
        Words("办理到期事项：结算、失效、送出消息", "do what is due: settle, lapse, deliver"),
    ),
    "outbox": (
        "outbox",
        Words("发件箱：查看、重试、送出", "the outbox: look, retry, deliver"),
    ),
    "statement": ("statement", Words("一名成员的账单", "the statement of a member")),
    "ledger": ("ledger", Words("账本：核对、导出", "the ledger: verify it, export it")),
    "evidence": (
        "evidence",
        Words("封存：封存账本，核对、证明、见证", "seal the ledger; verify, prove and witness it"),
    ),
    "stats": (
        "stats",
        Words("统计：人数、订单、时长，逐级汇总", "figures: people, orders, hours, level by level"),
    ),
    "demand": ("demand", Words("需求：按类型、地区、月份", "what was asked for, by type, area and month")),
}
_HELP = """养老服务时间银行：一个引擎，各市规则。

An elder-care time bank: one engine, each city's own rules.

\b
例 · Examples:
  timebank demo
  timebank rules check
  timebank --lang en stats CITY
"""


@click.group(cls=LazyVerbs, verbs=_VERBS, within="timebank.cli", help=_HELP)
@global_options
@click.version_option(package_name="timebank", message="timebank %(version)s")
def cli() -> None:
    """Take the options that stand before the verb."""


def main() -> None:
    """Run one call and leave with its exit code."""
    code = run(sys.argv[1:])
    gc.freeze()  # all goes with the process: the collector need not look through it once more
    sys.exit(code)


def run(arguments: Sequence[str], session: Session | None = None) -> int:
    """Run one call and return its exit code.

    Args:
        arguments: what stands after ``timebank``.
        session: how it speaks; as the environment says unless given.
    """
    speaking = session or new_session()
    try:
        return cli.main(list(arguments), prog_name="timebank", standalone_mode=False, obj=speaking) or DONE
    except click.UsageError as error:
        from timebank.cli.usage import tell_wrong_use  # noqa: PLC0415 - a call that goes well waits for none of it

        return tell_wrong_use(speaking, error, arguments)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last hands: whatever it is, the reader gets a sentence
        from timebank.cli.trouble import told  # noqa: PLC0415

        return told(speaking, error)
