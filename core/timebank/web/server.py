"""The web server: waitress, bound to this machine alone until access control lands."""

from __future__ import annotations

import ipaddress
import socket
import warnings
from collections.abc import MutableMapping
from typing import Any

from timebank.domain.refusal import BadInput
from timebank.domain.words import Words
from timebank.services.desk import Bank

LOCAL = "localhost"
LOOPBACK = "127.0.0.1"
MOST_BYTES = 1024 * 1024  # what the server itself cuts off; the contract says less, and says it in words
THREADS = 8


def make_server(bank: Bank, host: str, port: int, sockets: MutableMapping[Any, Any] | None = None) -> Any:
    """Return a server that listens already; ``run()`` serves until interrupted.

    Args:
        bank: the bank it serves.
        host: a loopback address.
        port: the port; 0 for any free one, then ``effective_port`` says which.
        sockets: where waitress keeps its sockets, for whoever runs several servers in one process.

    Raises:
        BadInput: the address is not of this machine alone, or taken.
    """
    # Pyramid 2.1 still imports pkg_resources; the operator need not hear of it.
    warnings.filterwarnings("ignore", message="pkg_resources is deprecated")
    from waitress.server import create_server  # noqa: PLC0415

    from timebank.web.app import make_app  # noqa: PLC0415
    from timebank.web.unread import Channel  # noqa: PLC0415

    address = loopback(host)
    listening = _listening(address, port)
    app = make_app(bank, hosts={LOCAL, LOOPBACK, "::1", address})
    options = {"threads": THREADS, "max_request_body_size": MOST_BYTES, "ident": "timebank"}
    server = create_server(app, sockets=[listening], map=sockets, **options)
    server.channel_class = Channel
    return server


def _listening(address: str, port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((address, port))
    except OSError as error:
        listening.close()
        zh = f"{address} 的端口 {port} 用不了：{error.strerror}。请用 --port 换一个。"
        en = f"Port {port} of {address} cannot be used: {error.strerror}. Choose another with --port."
        raise BadInput(Words(zh, en), "port_taken") from error
    return listening


def loopback(host: str) -> str:
    """Return the address of this machine that a name means.

    Raises:
        BadInput: somebody outside this machine could reach it.
    """
    try:
        address = LOOPBACK if host == LOCAL else str(ipaddress.ip_address(host))
        if ipaddress.ip_address(address).is_loopback:
            return address
    except ValueError:
        pass
    zh = f"不能绑定 {host}：还没有访问控制，只能在本机（127.0.0.1、::1、localhost）提供服务。"
    en = f"Cannot bind to {host}: without access control only this machine may be served (127.0.0.1, ::1)."
    raise BadInput(Words(zh, en), "not_loopback")


def url_of(server: Any) -> str:
    """Return where a server is reached."""
    host = server.effective_host
    return (
        f"http://[{host}]:{server.effective_port}"
        if ":" in host
        else f"http://{host}:{server.effective_port}"
    )
