"""Say how many tests passed on each database, and fail unless both ran the same ones.

    python tests/both_databases.py .tox/results/sqlite.xml .tox/results/postgres.xml

Reads the JUnit files that the two environments of tox leave behind, with the standard library alone. A skip
is fair only when its reason begins "only on", as `@pytest.mark.only_on(database, reason=...)` writes it, or
"not installed", as `tests/debian.py` writes it where nobody may install what the test needs.
"""

import sys
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

DATABASES = ("sqlite", "postgres")
FAIR_SKIPS = ("only on ", "not installed: ")


@dataclass
class Run:
    """What one database's run did: test ids by outcome, and each skip's reason."""

    passed: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    skipped: dict[str, str] = field(default_factory=dict)

    @property
    def ids(self) -> set[str]:
        """Every test id seen, whatever came of it."""
        return self.passed | self.failed | set(self.skipped)


def read_run(report: Path) -> Run:
    """Read one JUnit file."""
    run = Run()
    for case in ElementTree.parse(report).iter("testcase"):
        test_id = f"{case.get('classname')}::{case.get('name')}"
        skip = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            run.failed.add(test_id)
        elif skip is not None:
            run.skipped[test_id] = skip.get("message", "")
        else:
            run.passed.add(test_id)
    run.passed -= run.failed
    return run


def complaints(runs: dict[str, Run]) -> list[str]:
    """Say what is unfair in a comparison of the two runs."""
    sqlite, postgres = (runs[database] for database in DATABASES)
    found = [f"只在 SQLite 上运行 · ran on SQLite only: {name}" for name in sorted(sqlite.ids - postgres.ids)]
    found += [
        f"只在 PostgreSQL 上运行 · ran on PostgreSQL only: {name}"
        for name in sorted(postgres.ids - sqlite.ids)
    ]
    for database, run in runs.items():
        found += [f"{database}: 失败 · failed: {name}" for name in sorted(run.failed)]
        found += [
            f"{database}: 跳过而未按规矩说明原因 · skipped without a fair reason: {name} ({reason})"
            for name, reason in sorted(run.skipped.items())
            if not reason.startswith(FAIR_SKIPS)
        ]
        if not run.passed:
            found.append(f"{database}: 没有任何测试通过 · no test passed")
    return found


def main(*reports: str) -> int:
    """Print the skips, the complaints and both counts; 0 where all is well."""
    files = dict(zip(DATABASES, map(Path, reports), strict=True))
    missing = [database for database, file in files.items() if not file.exists()]
    if missing:
        print(f"没有测试结果 · no test results for: {', '.join(missing)}")
        return 1
    runs = {database: read_run(file) for database, file in files.items()}
    for database, run in runs.items():
        for name, reason in sorted(run.skipped.items()):
            print(f"{database}: 跳过 · skipped {name}: {reason}")
    found = complaints(runs)
    for complaint in found:
        print(complaint)
    for database, run in runs.items():
        print(f"{database}: {len(run.passed)} passed, {len(run.failed)} failed, {len(run.skipped)} skipped")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
