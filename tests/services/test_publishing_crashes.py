"""Killed while publishing: nothing happened, or the rules are in force and the next run puts their file in place."""

import subprocess
import sys
from datetime import date

import pytest
from sqlalchemy import func, select

from tests.banks import YUNZHOU, StoryClock
from tests.cli.conftest import house_in
from tests.drafting import proposed_and_signed, publish, write_draft
from tests.services.publishing_process import KILLED
from timebank.bank import open_bank
from timebank.storage.envelope import publishing_steps

IN_FORCE_ON = date(2026, 7, 1)


@pytest.fixture
def house(tmp_path, fresh_database_url, monkeypatch):
    monkeypatch.delenv("TIMEBANK_DATABASE_URL", raising=False)
    return house_in(tmp_path, fresh_database_url)


@pytest.fixture
def opened(house):
    banks = []

    def open_it():
        banks.append(open_bank(house.config, database=house.url, clock=StoryClock()))
        return banks[-1]

    yield open_it
    for bank in banks:
        bank.engine.dispose()


def killed_at(house, draft, call):
    """Publish in a process of its own that is killed just before a call."""
    command = [sys.executable, "-m", "tests.services.publishing_process"]
    given = [str(house.config), house.url, str(draft.file), call]
    done = subprocess.run([*command, *given], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == KILLED, done.stderr


@pytest.mark.parametrize(
    ("call", "recorded", "in_place"),
    [
        ("fsync", False, False),
        ("replace", True, False),
        ("fsync_folder", True, True),
        ("unlink", True, True),
    ],
)
def test_whenever_it_is_killed_the_next_run_completes_it(house, opened, call, recorded, in_place):
    draft = proposed_and_signed(opened(), write_draft(house.rules))

    killed_at(house, draft, call)

    assert draft.target.exists() == in_place
    assert draft.file.exists()
    between = opened()
    assert (between.city(YUNZHOU).book.on(IN_FORCE_ON).digest == draft.digest) == recorded
    assert publish(between, draft).earlier == recorded
    assert draft.target.read_bytes() == draft.content
    assert sorted(file.name for file in draft.folder.glob(".*")) == []
    assert not draft.file.exists()
    with between.reading() as connection:
        published = publishing_steps.c.step == "published"
        assert connection.execute(select(func.count()).where(published)).scalar_one() == 1
