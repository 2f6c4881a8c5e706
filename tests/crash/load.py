"""Clients who send operations until they are answered, whatever dies meanwhile: the same id at every attempt."""

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

from tests.crash.app import BROKEN, DONE, NOT_NOW, REFUSED, Reply
from tests.crash.apps import App
from tests.crash.journal import ACKED, SUBMITTED, Journal
from tests.crash.journal import BROKEN as SAW_BROKEN
from tests.crash.journal import REFUSED as SAW_REFUSED
from tests.crash.town import Town
from tests.crash.wishes import Wish, Wishes

PAUSE_SECONDS = 0.05
LOST = "lost"  # the connection ended before the reply came


class Load:
    """So many clients at work on some programs.

    Attributes:
        acked: operations acknowledged so far.
        attempts: requests sent, repeated ones too.
        abandoned: whether nobody waits for answers any more.
        not_now: what was said when it could not be done just then, and how often.
    """

    def __init__(self, apps: Sequence[App], town: Town, folder: Path, clients: int, seed: int) -> None:
        self.acked = self.attempts = 0
        self.abandoned = False
        self.not_now: Counter[str] = Counter()
        self.folder = folder
        self._apps = apps
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._served = [0.0] * len(apps)
        self._clients = [_Client(self, f"c{number}", town, seed) for number in range(clients)]

    @contextmanager
    def running(self) -> Iterator[None]:
        """Let the clients work; in the end each has its last operation answered, unless the test itself broke off."""
        threads = [threading.Thread(target=client.run) for client in self._clients]
        for thread in threads:
            thread.start()
        try:
            yield
        except BaseException:
            self.abandoned = True
            raise
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()

    @property
    def apps(self) -> Sequence[App]:
        """Return the programs."""
        return self._apps

    @property
    def stopped(self) -> bool:
        """Say whether clients should begin nothing new."""
        return self._stop.is_set()

    def step(self) -> None:
        """Let the first client have one operation answered, while the others rest."""
        self._clients[0].step()

    def close(self) -> None:
        """Let the clients go."""
        for client in self._clients:
            client.close()

    def note_attempt(self) -> None:
        """Count a request."""
        with self._lock:
            self.attempts += 1

    def note_not_now(self, why: str) -> None:
        """Count a request that could not be carried out just then."""
        with self._lock:
            self.not_now[why.partition("\n")[0]] += 1

    def note_ack(self) -> None:
        """Count an acknowledged operation."""
        with self._lock:
            self.acked += 1

    def note_served(self, app: int, asked_at: float) -> None:
        """Note that a program did what it was asked at a moment (monotonic seconds)."""
        with self._lock:
            self._served[app] = max(self._served[app], asked_at)

    def wait_until_served(self, apps: Sequence[int], since: float, patience: float) -> float:
        """Wait until each of the programs did something that it was asked after a moment.

        Returns:
            Seconds from that moment.
        """
        while any(self._served[app] < since for app in apps):
            if time.monotonic() > since + patience:
                raise AssertionError(f"nothing is served again within {patience} s")
            time.sleep(0.01)
        return time.monotonic() - since


class _Client:
    """One client: one journal, one connection to each program, one operation at a time."""

    def __init__(self, load: Load, name: str, town: Town, seed: int) -> None:
        self._load = load
        self._journal = Journal(load.folder / f"{name}.journal")
        self._wishes = Wishes(town, name, seed)
        self._random = Random(f"{seed}/{name}/ways")
        self._connections: dict[int, Connection] = {}

    def run(self) -> None:
        """Have one operation after another carried out."""
        while not self._load.stopped:
            self.step()

    def close(self) -> None:
        """Hang up, and close the journal."""
        for connection in self._connections.values():
            connection.close()
        self._journal.close()

    def step(self) -> None:
        """Have the next operation carried out, however many attempts it takes."""
        self._carry_out(self._wishes.next())

    def _carry_out(self, wish: Wish) -> None:
        told = {"operation": wish.command.operation_id, "actor": wish.command.actor.id}
        self._journal.write(SUBMITTED, **told)
        doubtful = False
        while not self._load.abandoned:
            replies = self._attempt(wish)
            for kind, what in replies:
                if kind == DONE:
                    self._journal.write(ACKED, **told, answer=what)
                if kind == BROKEN:
                    self._journal.write(SAW_BROKEN, **told, why=what)
            kinds = {kind for kind, _ in replies}
            if DONE in kinds:
                self._load.note_ack()
                self._wishes.learn(wish, next(what for kind, what in replies if kind == DONE))
                return
            if kinds & {REFUSED, BROKEN} and LOST not in kinds:
                self._journal.write(SAW_REFUSED, **told, doubtful=doubtful or NOT_NOW in kinds)
                return
            doubtful = True
            time.sleep(PAUSE_SECONDS)

    def _attempt(self, wish: Wish) -> list[Reply]:
        """Send it to one program, or, as an impatient client would, to two at once; return what came back."""
        apps = list(range(len(self._load.apps)))
        chosen = self._random.sample(apps, 2 if len(apps) > 1 and self._random.random() < 0.125 else 1)
        asked_at = time.monotonic()
        sent = [app for app in chosen if self._send(app, wish)]
        replies = [self._receive(app, asked_at) for app in sent]
        return replies or [(NOT_NOW, "no program listens")]

    def _send(self, app: int, wish: Wish) -> bool:
        try:
            if app not in self._connections:
                self._connections[app] = self._load.apps[app].connect()
            self._connections[app].send((wish.use_case, wish.command, wish.inputs))
        except OSError:
            self._hang_up(app)
            return False
        self._load.note_attempt()
        return True

    def _receive(self, app: int, asked_at: float) -> Reply:
        try:
            reply: Reply = self._connections[app].recv()
        except (EOFError, OSError):
            self._hang_up(app)
            return LOST, None
        if reply[0] in {DONE, REFUSED}:
            self._load.note_served(app, asked_at)
        if reply[0] == NOT_NOW:
            self._load.note_not_now(reply[1])
        return reply

    def _hang_up(self, app: int) -> None:
        connection = self._connections.pop(app, None)
        if connection is not None:
            with suppress(OSError):
                connection.close()
