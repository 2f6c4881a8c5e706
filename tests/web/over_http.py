"""A bank behind a real web server on a free port of this machine."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from waitress import wasyncore

from timebank.services.desk import Bank
from timebank.web.server import make_server, url_of


@contextmanager
def over_http(bank: Bank) -> Iterator[str]:
    """Serve a bank meanwhile; gives the address."""
    sockets: dict[Any, Any] = {}
    server = make_server(bank, "127.0.0.1", 0, sockets)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield url_of(server)
    finally:
        server.trigger.pull_trigger(lambda: wasyncore.close_all(sockets))  # in the server's own thread
        thread.join(30)
        server.task_dispatcher.shutdown()
