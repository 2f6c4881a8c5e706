"""``timebank serve``: the API, its reference and a start page, on this machine only."""

from __future__ import annotations

import ipaddress
import warnings
from typing import TYPE_CHECKING

import click

from timebank.cli.options import common_options, database_option
from timebank.cli.session import Session
from timebank.domain.refusal import BadInput
from timebank.domain.words import Words

if TYPE_CHECKING:
    from timebank.services.desk import Bank

_HELP = """在本机提供接口、接口说明与首页。访问控制启用之前只绑定回环地址，外面访问不到。

Serve the API, its reference and a start page. Until access control lands it binds to loopback only: nobody outside
this machine can reach it.

\b
例 · Examples:
  timebank serve
  timebank serve --port 6543
"""


@click.command("serve", help=_HELP)
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="只能是回环地址 · a loopback address, no other"
)
@click.option("--port", default=6543, show_default=True, type=click.IntRange(0, 65535), help="端口 · port")
@database_option
@common_options
def command(session: Session, host: str, port: int, database: str | None) -> int:
    """Serve until interrupted."""
    from timebank.cli.opening import opened  # noqa: PLC0415 - imported when the verb is called

    require_loopback(host)
    with opened(session, database, None) as bank:
        serve(session, bank, host, port)
    return 0


def require_loopback(host: str) -> None:
    """Refuse an address that anybody outside this machine could reach."""
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        zh = f"不能绑定 {host}：还没有访问控制，只能在本机（127.0.0.1、::1、localhost）提供服务。"
        en = (
            f"Cannot bind to {host}: without access control only this machine may be served (127.0.0.1, ::1)."
        )
        raise BadInput(Words(zh, en), "not_loopback")


def serve(session: Session, bank: Bank, host: str, port: int) -> None:
    """Serve a bank until interrupted, and say where."""
    # Pyramid 2.1 still imports pkg_resources; the operator need not hear of it.
    warnings.filterwarnings("ignore", message="pkg_resources is deprecated")
    from waitress.server import create_server  # noqa: PLC0415

    from timebank.web.app import make_app  # noqa: PLC0415

    server = create_server(make_app(bank), host=host, port=port)
    address = f"http://{host}:{server.effective_port}"
    zh = f"正在提供服务：{address}/  接口说明：{address}/docs  （只限本机；按 Ctrl-C 结束）"
    en = f"Serving {address}/  reference: {address}/docs  (this machine only; Ctrl-C ends it)"
    session.err.print(session.text(Words(zh, en)), markup=False, soft_wrap=True)
    try:
        server.run()
    finally:
        server.close()
