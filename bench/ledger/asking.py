"""Sides that confirm and settle over HTTP; a unit is one visit, which is two requests."""

import json
import os
import pickle
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path

from bench.ledger.recorded import record
from bench.ledger.settling import Settling
from bench.ledger.stock import Stock
from bench.ledger.teams import RanOut
from bench.ledger.visit_steps import CALLED_BACK, CLERK, steps
from bench.synthetic_city import ROOT
from tests.postgres import dying_with_us

WORKERS = 2
START_WITHIN_SECONDS, STOP_WITHIN_SECONDS, ANSWER_WITHIN_SECONDS = 120, 10, 30
# Both take one connection a worker at a time, and every request comes on a connection of its own: kept ones may all
# end up with the same worker.
SERVERS = {
    "gunicorn": (
        *("gunicorn", "--worker-class=sync", f"--workers={WORKERS}"),
        *("--bind=127.0.0.1:{port}", "{app}()"),
    ),
    "granian": (
        *("granian", "--interface=wsgi", f"--workers={WORKERS}", "--blocking-threads=1", "--backpressure=1"),
        *("--factory", "--no-log", "--host=127.0.0.1", "--port={port}", "{app}"),
    ),
}


@contextmanager
def serving(server, app, folder, **environment):
    """Serve an application of `served`, and end every process of its server afterwards.

    Args:
        server: one of `SERVERS`.
        app: the function of `served` that makes the application.
        folder: an empty one, in which workers tell that they can serve.
        environment: what the application is told.

    Yields:
        (the port, the server's process id), once every worker can serve.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [word.format(port=port, app=f"bench.ledger.served:{app}") for word in SERVERS[server]]
    command = [*dying_with_us("TERM"), sys.executable, "-m", *words]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | environment | {"BENCH_BOOTED": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait(process, port, folder)
        yield port, process.pid
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_WITHIN_SECONDS)
        with suppress(ProcessLookupError):  # whoever of them still waits for a client
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait(process, port, folder):
    """Wait until every worker has booted, which is long after the server listens, and one answers."""
    deadline = time.monotonic() + START_WITHIN_SECONDS
    while len(list(Path(folder).iterdir())) < WORKERS or not _answers(port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the server did not start: {process.args}")
        time.sleep(0.1)


def _answers(port):
    asking = HTTPConnection("127.0.0.1", port, timeout=ANSWER_WITHIN_SECONDS)
    try:
        asking.request("GET", "/", headers={"Connection": "close"})
        asking.getresponse().read()
    except OSError:
        return False
    finally:
        asking.close()
    return True


class Asking(Settling):
    """Asks the bank's own application."""

    def __init__(self, config, url, cities, pairs, port, number):
        super().__init__(config, url, cities, pairs, number)
        first = (number + 1) * pairs  # the first pairs are those of the servers
        self.stock = Stock(self.bank, self.city, range(first, first + pairs), confirmed=False)
        self._http = HTTPConnection("127.0.0.1", port, timeout=ANSWER_WITHIN_SECONDS)

    def one(self):
        if not self.visits:
            raise RanOut
        visit_id = self.visits.popleft()
        self.post(visit_id, "confirm", {"claims": CALLED_BACK})
        self.post(visit_id, "settle", None)
        return 1

    def post(self, visit_id, step, body):
        headers = {
            "Idempotency-Key": f"{step}:{visit_id}",
            "Timebank-Actor": CLERK.id,
            "Timebank-Organisation": CLERK.organisation_id,
            "Timebank-Channel": "desk",
        }
        if body is not None:
            headers["Content-Type"] = "application/json"
        text = None if body is None else json.dumps(body)
        self.request(f"/v1/{self.city}/visits/{visit_id}/{step}", text, headers)

    def request(self, path, body, headers):
        """Send one request and read the answer, which must be good."""
        self._http.request("POST", path, body, headers | {"Connection": "close"})
        answer = self._http.getresponse()
        said = answer.read()
        if answer.status != 200:
            raise AssertionError(f"{path}: {answer.status} {said.decode(errors='replace')}")

    def close(self):
        self._http.close()
        super().close()


class AskingBare(Asking):
    """Asks the bare view to send what the bank would send for these visits."""

    def ready(self, many):
        super().ready(many)
        works = [step for visit_id in self.visits for step in steps(self.city, visit_id)]
        scripts = record(self.bank, works)
        self._bodies = deque(
            pickle.dumps([(sent.shape, sent.values) for sent in script]) for script in scripts
        )

    def one(self):
        if not self._bodies:
            raise RanOut
        for _ in range(2):
            self.request("/send", self._bodies.popleft(), {"Content-Type": "application/octet-stream"})
        self.visits.popleft()
        return 1
