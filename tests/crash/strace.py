"""strace: what a process asks of the disk, and a disk that fails when told to."""

import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

FLUSHES = ("fsync", "fdatasync")
WRITES = ("pwrite64", "pwritev", "pwritev2", "write")
_CALL = re.compile(r"^\d+ +(?P<at>\d+\.\d+) (?P<name>\w+)\(")
_ATTACHED = r"strace: Process (\d+) attached"
# A worker of PostgreSQL's that ended since the list was made: those to come are followed from their parent.
_ENDED = r"strace: attach: ptrace\(\w+, (\d+)\): No such process"


@dataclass(frozen=True)
class Trace:
    """What strace wrote down so far, and goes on writing while it is attached."""

    file: Path

    def calls(self) -> list[float]:
        """Return the moments at which calls began, in seconds since 1970."""
        found = map(_CALL.match, self.file.read_text(errors="replace").splitlines())
        return [float(call["at"]) for call in found if call]

    @property
    def failed(self) -> bool:
        """Say whether a call was made to fail."""
        return "(INJECTED)" in self.file.read_text(errors="replace")


@contextmanager
def tracing(
    pids: Sequence[int],
    file: Path,
    calls: Sequence[str] = FLUSHES,
    *,
    fail_at: int | None = None,
    of: Sequence[Path] = (),
) -> Iterator[Trace]:
    """Watch processes, their threads and whatever they start, until the block ends.

    Args:
        pids: the processes.
        file: where strace writes.
        calls: the calls to watch.
        fail_at: let each thread's call of this number fail with EIO, counted from now for each kind of call.
        of: only calls on these files.
    """
    names = ",".join(calls)
    command = [
        "strace",
        "-f",
        "-ttt",
        "-s",
        "0",
        "-o",
        str(file),
        "-e",
        f"trace={names}",
        "-e",
        "signal=none",
    ]
    if fail_at is not None:
        command += ["-e", f"inject={names}:error=EIO:when={fail_at}"]
    command += [part for path in of for part in ("-P", str(path))]
    command += [part for pid in pids for part in ("-p", str(pid))]
    file.unlink(missing_ok=True)
    strace = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        _wait_until_attached(strace, pids)
        yield Trace(file)
    finally:
        strace.terminate()
        strace.communicate()


def _wait_until_attached(strace: subprocess.Popen[str], pids: Sequence[int]) -> None:
    missing, said = set(pids), ""
    while missing:
        line = strace.stderr.readline()
        said += line
        if not line:
            raise RuntimeError(f"strace does not attach: {said}")
        found = re.match(_ATTACHED, line) or re.match(_ENDED, line)
        if found:
            missing.discard(int(found[1]))
