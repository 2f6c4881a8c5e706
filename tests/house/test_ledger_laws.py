"""The page of the ledger's laws names what exists: every check, and tests that are there."""

import re

from tests.house.source import ROOT
from timebank.services.verification_names import NAMES

PAGE = (ROOT / "docs" / "ledger-laws.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`([a-z_]+)`", PAGE)) - {"check", "code", "closed_at"}


def named_in_the_suite():
    for file in (ROOT / "tests").rglob("test_*.py"):
        yield from re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)


def test_every_law_has_its_line():
    assert [number for number in range(1, 33) if f"I-{number:02}" not in PAGE] == []


def test_every_check_of_the_ledger_is_on_the_page():
    assert set(NAMES) - NAMED == set()


def test_every_check_and_test_on_the_page_exists():
    assert NAMED - set(NAMES) - set(named_in_the_suite()) == set()
