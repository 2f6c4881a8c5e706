"""A small real register over HTTP: it answers what a test tells it to, and remembers what it was told."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class RegisterServer:
    """What the register knows and does.

    Attributes:
        url: its address.
        answers: by number, `yes`, `no`, `later`; another text is sent as it is, whole, as the body.
        status: HTTP status of its answers; 0 to hang up without one.
        asked: paths it was asked for.
        told: (idempotency key, content) of events.
        headers: those of the last request.
        during: called while a question is being answered, or an event that was told.
    """

    url: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    status: int = 200
    asked: list[str] = field(default_factory=list)
    told: list[tuple[str, Any]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    during: Callable[[], None] = lambda: None


@contextmanager
def a_register() -> Iterator[RegisterServer]:
    """Run a register on a free port of this machine."""
    register = RegisterServer()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(register))
    register.url = f"http://127.0.0.1:{server.server_address[1]}/register"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield register
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(register: RegisterServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            register.asked.append(self.path)
            register.headers = dict(self.headers)
            register.during()
            self._answer(register.answers.get(self.path.rpartition("/")[2], "later"))

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            register.headers = dict(self.headers)
            register.told.append((self.headers["Idempotency-Key"], json.loads(content)))
            register.during()
            self._answer("yes")

        def _answer(self, answer: str) -> None:
            if register.status == 0:
                return
            short = answer in {"yes", "no", "later"}
            body = json.dumps({"answer": answer, "note": "R-1"}) if short else answer
            self.send_response(register.status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: Any) -> None:
            """Stay silent."""

    return Handler
