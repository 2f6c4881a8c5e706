"""The clerk's day is done as it is written: every command is run, and prints what the page shows."""

import pytest

from tests.house.policy_page import PAGE, played


@pytest.mark.timeout(600)
@pytest.mark.usefixtures("own_ticks")
def test_the_clerks_day_goes_as_the_page_says(monkeypatch):
    monkeypatch.delenv("TIMEBANK_DATABASE_URL", raising=False)
    monkeypatch.delenv("TIMEBANK_CONFIG", raising=False)
    page = PAGE.read_text(encoding="utf-8")

    assert played(page) == page, "run: python -m tests.house.policy_page"
