"""A house of its own for a test: a copy of Yunzhou's configuration that may be edited."""

import shutil
from pathlib import Path

import pytest

from tests.cli.calling import call

FIXTURES = Path(__file__).parents[1] / "fixtures" / "config"


class House:
    """A folder with a configuration and one city, on a database."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.config = folder / "timebank.yaml"
        self.rules = folder / "yunzhou" / "2026-01-01.yaml"
        self.demo = folder / "yunzhou" / "demo.yaml"
        self.url = url

    def edit(self, file: Path, old: str, new: str) -> None:
        """Replace a text that stands in a file."""
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")

    def call(self, *arguments: str, language: str = "zh"):
        """Call `timebank` with this configuration."""
        return call("--config", str(self.config), *arguments, language=language)


def house_in(folder: Path, url: str) -> House:
    shutil.copytree(FIXTURES, folder / "config")
    house = House(folder / "config", url)
    house.edit(house.config, "sqlite:///timebank.db", url)
    return house


@pytest.fixture
def house(tmp_path, fresh_database_url, monkeypatch):
    """A house on a migrated database."""
    monkeypatch.delenv("TIMEBANK_DATABASE_URL", raising=False)
    return house_in(tmp_path, fresh_database_url)


@pytest.fixture
def empty_house(tmp_path, empty_database_url, monkeypatch):
    """A house on a database without tables."""
    monkeypatch.delenv("TIMEBANK_DATABASE_URL", raising=False)
    return house_in(tmp_path, empty_database_url)


@pytest.fixture
def bare_house(tmp_path, monkeypatch):
    """A house for verbs that ask no database: there is none."""
    monkeypatch.delenv("TIMEBANK_DATABASE_URL", raising=False)
    return house_in(tmp_path, "sqlite:////nowhere/none.db")
