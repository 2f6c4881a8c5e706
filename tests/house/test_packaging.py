"""What is installed is pinned, comes from wherever the reader's own pip looks, and is what we say we need."""

import re
import tomllib

import pytest

from tests.house.source import PLUGINS, ROOT

PINNED = sorted((ROOT / "requirements").glob("*.txt"))
CITIES = sorted(PLUGINS.glob("*/pyproject.toml"))


def named(requirements):
    return {re.split(r"[^\w.-]", line.strip())[0].lower().replace("_", "-") for line in requirements}


@pytest.mark.parametrize("file", PINNED, ids=lambda file: file.stem)
def test_no_requirement_file_holds_an_address(file):
    text = file.read_text(encoding="utf-8")

    assert "://" not in text
    assert not re.search(r"index-url|find-links|trusted-host", text)


@pytest.mark.parametrize("file", PINNED, ids=lambda file: file.stem)
def test_every_pin_has_a_hash(file):
    pins = re.findall(
        r"^[a-zA-Z0-9].*(?:\n    --hash=\S+(?: \\)?)*", file.read_text(encoding="utf-8"), re.MULTILINE
    )

    assert pins
    assert [pin.splitlines()[0] for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []


def test_every_runtime_dependency_is_pinned():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8")

    assert named(project["dependencies"]) <= named(re.findall(r"^[a-zA-Z0-9].*", pins, re.MULTILINE))


@pytest.mark.parametrize("file", CITIES, ids=lambda file: file.parent.name)
def test_a_city_is_a_distribution_with_one_entry_point(file):
    city = file.parent.name
    project = tomllib.loads(file.read_text(encoding="utf-8"))["project"]

    assert project["name"] == f"timebank-{city.replace('_', '-')}"
    assert project["entry-points"] == {"timebank.cities": {city: f"timebank_{city}.hooks"}}
