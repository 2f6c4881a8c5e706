"""Programs of the bank, as a service manager keeps them: started, killed outright, started again."""

import multiprocessing
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Client, Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.crash import app as program

START_WITHIN_SECONDS = 60
# Born of a process that has already read the modules, as an application server's workers are: a start costs little.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload([program.__name__])


class App:
    """One program; `address` is where it listens."""

    def __init__(self, url: str, address: Path) -> None:
        self.address = address
        self._url = url
        self._process: BaseProcess | None = None

    def start(self) -> None:
        """Start it; it listens some time later."""
        self.address.unlink(missing_ok=True)
        self._process = FORKS.Process(target=program.main, args=(self._url, str(self.address)), daemon=True)
        self._process.start()

    def kill(self) -> None:
        """Kill it outright; harmless where it is dead."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process.close()
            self._process = None

    @property
    def pids(self) -> list[int]:
        """Return its process ids: it has one."""
        return [self._process.pid]

    def connect(self) -> Connection:
        """Connect to it.

        Raises:
            OSError: it does not listen, or not yet.
        """
        return Client(str(self.address), family="AF_UNIX")

    def wait(self) -> None:
        """Wait until it listens."""
        deadline = time.monotonic() + START_WITHIN_SECONDS
        while True:
            with suppress(OSError):
                self.connect().close()
                return
            if not self._process.is_alive() or time.monotonic() > deadline:
                raise RuntimeError("the bank's program did not start")
            time.sleep(0.05)


@contextmanager
def running(url: str, folder: Path, many: int) -> Iterator[Sequence[App]]:
    """Run so many programs on one database until the block ends."""
    apps = [App(url, folder / f"app-{number}") for number in range(many)]
    try:
        for app in apps:
            app.start()
        for app in apps:
            app.wait()
        yield apps
    finally:
        for app in apps:
            app.kill()
