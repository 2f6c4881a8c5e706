"""``timebank serve``: the API, its reference and a start page, on this machine only."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

import click

from timebank.cli.options import common_options, database_option
from timebank.cli.session import Session
from timebank.domain.words import Words

if TYPE_CHECKING:
    from timebank.services.desk import Bank

_HELP = """在本机提供接口、接口说明与首页。访问控制启用之前只绑定回环地址，外面访问不到。

Serve the API, its reference and a start page. Until access control lands it binds to loopback only: nobody outside
this machine can reach it.

\b
例 · Examples:
  timebank serve
  timebank serve --port 6544
"""
HOST, PORT = "127.0.0.1", 6543
port_option = click.option(
    "--port",
    default=PORT,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="端口，0 为任一空闲端口 · port, 0 for any free one",
)


@click.command("serve", help=_HELP)
@click.option("--host", default=HOST, show_default=True, help="只能是回环地址 · a loopback address, no other")
@port_option
@database_option
@common_options
def command(session: Session, host: str, port: int, database: str | None) -> int:
    """Serve until interrupted."""
    from timebank.cli.opening import opened  # noqa: PLC0415 - imported when the verb is called
    from timebank.web.server import loopback  # noqa: PLC0415

    loopback(host)
    with opened(session, database, None) as bank:
        serve_until_interrupted(session, bank, port, host)
    return 0


def serve_until_interrupted(session: Session, bank: Bank, port: int, host: str = HOST) -> None:
    """Serve a bank, and say where."""
    from timebank.web.server import make_server, url_of  # noqa: PLC0415

    server = make_server(bank, host, port)
    address = url_of(server)
    zh = f"正在提供服务：{address}/  接口说明：{address}/docs  （只限本机；按 Ctrl-C 结束）"
    en = f"Serving {address}/  reference: {address}/docs  (this machine only; Ctrl-C ends it)"
    session.err.print(session.text(Words(zh, en)), markup=False, soft_wrap=True)
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # a service manager's Ctrl-C
    try:
        server.run()
    finally:
        signal.signal(signal.SIGTERM, before)
        server.close()
