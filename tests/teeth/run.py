"""Plant every fault in a copy of the project and see its test go red: `python -m tests.teeth.run [NAME…]`.

First each named test is run on an unchanged copy, where it must pass. A fault counts as caught only when its test
fails by an assertion: a test that cannot be collected or set up has caught nothing.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic
from xml.etree import ElementTree

from tests.databases import CHOICE, POSTGRES_URL
from tests.postgres import PostgresServer
from tests.teeth.faults import FAULTS, Fault
from tests.teeth.planting import plant

ROOT = Path(__file__).parents[2]
AT_ONCE = 2
TIMEOUT_SECONDS = 300
_NO_SOURCE = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "dist", "*.db", "*.db-*")
_BY_ASSERTION = ("assert", "AssertionError", "Failed: DID NOT RAISE")


def copy_of_the_project(folder: Path) -> Path:
    """Copy what is needed to run the tests; the checkout itself is never touched."""
    return Path(shutil.copytree(ROOT, folder / "project", ignore=_NO_SOURCE))


def outcomes(project: Path, tests: Iterable[str], database: str, postgres: str) -> list[tuple[str, str]]:
    """Run tests in a copy; return, each with the test's own name, "passed", "skipped", or why it went red.

    What failed elsewhere than by an assertion of the test begins with "error: ".
    """
    report = project / "report.xml"
    report.unlink(missing_ok=True)
    places = [project, project / "core", *sorted((project / "plugins").iterdir())]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", *tests]
    environment = {
        **{
            name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "TIMEBANK_"))
        },
        CHOICE: database,
        "PYTHONPATH": os.pathsep.join(map(str, places)),
        "PYTHONDONTWRITEBYTECODE": "1",
        **({POSTGRES_URL: postgres} if database == "postgres" else {}),
    }
    done = subprocess.run(
        command,
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_SECONDS,
    )
    if not report.exists():
        return [(name_of(test), f"error: pytest gave no report: {done.stdout[-500:]}") for test in tests]
    return [(case.attrib["name"], _outcome(case)) for case in ElementTree.parse(report).iter("testcase")]


def _outcome(case: ElementTree.Element) -> str:
    for kind in ("failure", "error", "skipped"):
        found = case.find(kind)
        if found is not None:
            said = found.attrib.get("message", "").strip()
            by_assertion = kind == "failure" and said.startswith(_BY_ASSERTION)
            return "skipped" if kind == "skipped" else said if by_assertion else f"error: {said}"
    return "passed"


def name_of(test: str) -> str:
    """Return a test's own name as the report has it; of many cases any may catch the fault."""
    return test.rpartition("::")[2]


def judged(fault: Fault, found: list[tuple[str, str]]) -> str:
    """Return "" where the fault was caught, else why it was not."""
    mine = [said for name, said in found if name.partition("[")[0] == name_of(fault.test).partition("[")[0]]
    if not mine:
        return "its test was not run: " + "; ".join(said for _, said in found)[:300]
    red = [said for said in mine if said not in {"passed", "skipped"}]
    if any(not said.startswith("error: ") for said in red):
        return ""
    return red[0][:300] if red else f"its test {mine[0]}"


def caught(fault: Fault, postgres: str) -> str:
    """Plant a fault and run its test; return "" where it went red by an assertion, else why not."""
    with tempfile.TemporaryDirectory(prefix="timebank-teeth-") as folder:
        project = copy_of_the_project(Path(folder))
        complaint = plant(fault.patch, project)
        if complaint:
            return complaint
        try:
            return judged(fault, outcomes(project, [fault.test], fault.database, postgres))
        except subprocess.TimeoutExpired:
            return f"its test did not end within {TIMEOUT_SECONDS} s"


def controls(faults: Sequence[Fault], postgres: str) -> list[str]:
    """Run every named test without any fault; return what did not pass."""
    wrong = []
    with tempfile.TemporaryDirectory(prefix="timebank-teeth-") as folder:
        project = copy_of_the_project(Path(folder))
        for database in ("sqlite", "postgres"):
            tests = sorted({fault.test for fault in faults if fault.database == database})
            if tests:
                found = outcomes(project, tests, database, postgres)
                wrong += [f"{name} ({database}): {said}" for name, said in found if said != "passed"]
                names = {name.partition("[")[0] for name, _ in found}
                wrong += [
                    f"{test}: not run" for test in tests if name_of(test).partition("[")[0] not in names
                ]
    return wrong


def main(names: Sequence[str]) -> int:
    """Plant the faults, all or those named, print what came of each, and return the exit code."""
    faults = [fault for fault in FAULTS if not names or fault.name in names]
    started = monotonic()
    server = PostgresServer()
    server.start()
    try:
        wrong = controls(faults, server.url)
        for line in wrong:
            print(f"没有故障时也不通过 · red without any fault: {line}")
        if wrong:
            return 1
        print(f"没有故障时全部通过 · all green without a fault ({monotonic() - started:.0f} s)", flush=True)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            results = []
            for fault, missed in zip(
                faults, pool.map(lambda one: caught(one, server.url), faults), strict=True
            ):
                results.append(missed)
                print(
                    f"{'·' if not missed else '✗'} {fault.name:48} {fault.database:9}{name_of(fault.test)}",
                    flush=True,
                )
                if missed:
                    print(f"    {missed}", flush=True)
    finally:
        server.stop()
    many = results.count("")
    print(f"{many} of {len(faults)} caught ({monotonic() - started:.0f} s)")
    return 0 if faults and many == len(faults) else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description="种下故障，看测试变红 · plant faults and see their tests go red"
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="只种这些 · these alone")
    given = parser.parse_args().names
    unknown = sorted(set(given) - {fault.name for fault in FAULTS})
    if unknown:
        parser.error(f"没有这样的故障 · no such fault: {', '.join(unknown)}")
    sys.exit(main(given))
