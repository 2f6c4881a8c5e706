"""What a soak counts: only what was tried to its end is well, and too little is not."""

import subprocess
import sys
from collections import Counter

import pytest

from tests.soak import add, read

SESSION = """
import time

def test_done(record_property):
    record_property("figures", {"acked": 5, "kills": 2, "flushes": 9})

def test_too_little():
    assert False, "unknown: too little happened"

def test_wrong():
    assert 1 == 2

def test_interrupted():
    raise KeyboardInterrupt
"""


@pytest.fixture
def report(tmp_path):
    """The report of a session that was interrupted in its last test."""
    tests, report = tmp_path / "test_session.py", tmp_path / "report.xml"
    tests.write_text(SESSION)
    (tmp_path / "pytest.toml").write_text('[pytest]\njunit_family = "xunit1"\n')
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", tests]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    return report


def test_a_test_that_was_cut_short_counts_for_nothing(report):
    assert read(report, None) == {
        "cut_short": 1, "tests": 1, "acked": 5, "kills": 2, "unknowns": 1, "violations": 1
    }  # fmt: skip


def test_a_session_that_fails_without_a_test_is_a_violation(tmp_path):
    assert read(tmp_path / "none.xml", 4) == {"violations": 1}


def test_sessions_add_up_but_for_the_longest_time_away():
    table = Counter()
    add(table, {"kills": 3, "longest_away": 4.5})
    add(table, {"kills": 2, "longest_away": 1.0})
    assert table == {"kills": 5, "longest_away": 4.5}
