"""Torture and crash tests in their larger sizes, with fresh seeds, round after round, on both databases at once.

    python tests/soak.py 60

Runs for so many minutes; Ctrl-C ends it sooner, and well. At the end a table says what was tried. Fails on any
violation, and where a test could say nothing: unknown is not well.
"""

import ast
import os
import random
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

ROOT = Path(__file__).parents[1]
DATABASES = ("sqlite", "postgres")
TESTS = ("tests/crash", "tests/torture")
COLUMNS = (
    "rounds", "tests", "operations", "reads", "kills", "longest_away", "acked", "violations", "unknowns", "cut_short"
)  # fmt: skip
"""What is counted; `longest_away` is the most seconds that nothing was served after a kill, all else adds up."""
END_WITHIN_SECONDS = 60
PYTEST = (sys.executable, "-m", "pytest", "-q", "-m", "slow", "-p", "no:cacheprovider")
SPOILT = ("violations", "unknowns")


@dataclass
class Lane:
    """One database's soak.

    Attributes:
        database: `sqlite` or `postgres`.
        folder: where its tests may leave files; swept after each.
        ends_at: when to stop, by the monotonic clock.
        table: what was done, by column.
    """

    database: str
    folder: Path
    ends_at: float
    table: Counter[str] = field(default_factory=Counter)
    stopping: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Soak until the time is over; should that itself fail, nothing is well."""
        try:
            self._run_rounds()
        except BaseException:
            self.table["violations"] += 1
            raise

    def _run_rounds(self) -> None:
        """Run every test as they stand, so that a short soak misses the same, then in an order of its own each round."""
        tests = self._collected()
        while tests:
            for test in tests:
                self._run(test)
                if self._is_over():
                    return
            self.table["rounds"] += 1
            random.SystemRandom().shuffle(tests)

    def _is_over(self) -> bool:
        return self.stopping.is_set() or time.monotonic() >= self.ends_at

    def _collected(self) -> list[str]:
        """Return the tests without their parameters: those that differ in these alone run together."""
        listed = subprocess.run(
            [*PYTEST, "--collect-only", *TESTS],
            cwd=ROOT,
            env=self._environment(0),
            capture_output=True,
            text=True,
            check=False,
        )
        ids = [line.partition("[")[0] for line in listed.stdout.splitlines() if "::" in line]
        return list(dict.fromkeys(ids))

    def _environment(self, seed: int) -> dict[str, str]:
        chosen = {"TIMEBANK_TEST_DATABASE": self.database, "TIMEBANK_TORTURE": "soak"}
        return os.environ | chosen | {"TIMEBANK_SEED": str(seed), "TMPDIR": str(self.folder)}

    def _run(self, test: str) -> None:
        seed, began = secrets.randbelow(2**32), time.monotonic()
        with TemporaryDirectory(prefix="t-", dir=self.folder, ignore_cleanup_errors=True) as folder:
            report, log = Path(folder) / "report.xml", Path(folder) / "log"
            with log.open("w") as output:
                running = subprocess.Popen(
                    [*PYTEST, f"--junitxml={report}", f"--basetemp={folder}/b", test],
                    cwd=ROOT,
                    env=self._environment(seed),
                    stdout=output,
                    stderr=output,
                    start_new_session=True,  # Ctrl-C is for us; we then let it end in order
                )
                while running.poll() is None and not self._is_over():
                    time.sleep(0.2)
                cut_short = running.poll() is None
                _end(running)
            done = read(report, None if cut_short else running.returncode)
            text = log.read_text(errors="replace") if any(done[bad] for bad in SPOILT) else ""
        add(self.table, done)
        told = ", ".join(f"{count:,} {name}" for name, count in done.items())
        say(f"{self.database} {test} seed={seed}: {time.monotonic() - began:.0f} s: {told}\n{text}".rstrip())


def _end(running: subprocess.Popen[bytes]) -> None:
    """Let a test session stop its servers and go; then nothing that it started goes on."""
    if running.poll() is None:
        running.send_signal(signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        running.wait(END_WITHIN_SECONDS)
    with suppress(ProcessLookupError):  # nothing is left of it
        for _ in range(100):
            os.killpg(running.pid, signal.SIGKILL)
            time.sleep(0.05)
    running.wait()


def add(table: Counter[str], done: Mapping[str, float]) -> None:
    """Add to a table what one session did."""
    for name, count in done.items():
        table[name] = max(table[name], count) if name == "longest_away" else table[name] + count


def read(report: Path, code: int | None) -> Counter[str]:
    """Return what the tests of one session did, by column; no exit code means that the session was cut short."""
    done = Counter(cut_short=1) if code is None else Counter()
    if code not in {None, 0, 1}:
        done["violations"] += 1  # pytest itself failed
    cases = list(ElementTree.parse(report).iter("testcase")) if report.exists() else []
    if code is None and cases and _outcome(cases[-1]) == "tests":
        cases.pop()  # it had begun well, no more
    for case in cases:
        done[_outcome(case)] += 1
        for found in case.iter("property"):
            if found.get("name") == "figures":
                figures = ast.literal_eval(found.get("value", "{}"))
                add(done, {name: figures[name] for name in figures.keys() & set(COLUMNS)})
    return done


def _outcome(case: ElementTree.Element) -> str:
    failure = case.find("failure") if case.find("failure") is not None else case.find("error")
    if failure is not None:
        return "unknowns" if "unknown: " in failure.get("message", "") else "violations"
    return "skipped" if case.find("skipped") is not None else "tests"


def say(text: str) -> None:
    """Print a line with the time before it."""
    print(f"[soak {time.strftime('%H:%M:%S')}] {text}", flush=True)


def main(minutes: str) -> int:
    """Soak both databases side by side, then print the table; 1 where anything was wrong, or nothing was tried."""
    began = time.monotonic()
    with TemporaryDirectory(prefix="soak-", ignore_cleanup_errors=True) as folder:
        lanes = [Lane(database, Path(folder), began + float(minutes) * 60) for database in DATABASES]
        threads = [threading.Thread(target=lane.run) for lane in lanes]
        for thread in threads:
            thread.start()
        try:
            for thread in threads:
                thread.join()
        except KeyboardInterrupt:
            say("正在结束 · ending")
            for lane in lanes:
                lane.stopping.set()
            for thread in threads:
                thread.join()
    say(f"{(time.monotonic() - began) / 60:.0f} min")
    print("| database |", " | ".join(COLUMNS), "|")
    print("|---|" + "---|" * len(COLUMNS))
    for lane in lanes:
        print(f"| {lane.database} |", " | ".join(f"{lane.table[column]:,}" for column in COLUMNS), "|")
    well = all(lane.table["tests"] and not any(lane.table[bad] for bad in SPOILT) for lane in lanes)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
