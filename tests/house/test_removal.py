"""A city can be taken away: its plugin, its rule files and its line, and nothing else notices.

Each test works in a copy of the project as it stands, found before whatever is installed: the entry point of the
removed plugin is still there, as on a machine where nobody uninstalled it.
"""

import re
import shutil
import sys

import pytest

from tests.house.running import PYTEST, flat, run, timebank
from tests.house.source import ROOT
from timebank.bank import read_settings

COPIED = (
    *("core", "plugins", "config", "tests", "docs", "examples", "bench"),
    *sorted(file.name for file in ROOT.iterdir() if file.suffix in {".md", ".toml", ".ini"}),
    *("Makefile", "LICENSE"),
)
LEFT_BEHIND = shutil.ignore_patterns("__pycache__", ".*_cache", "*.db", "*.sqlite*", "*.egg-info")
ALONE = pytest.mark.only_on("sqlite", reason="these tests run in a process of their own, on SQLite")
CITIES = sorted(read_settings(ROOT / "config" / "timebank.yaml").cities)


@pytest.fixture(scope="module", params=CITIES)
def removed(request, tmp_path_factory):
    """A copy of the project without one of its cities, and that city's code."""
    code, copy = request.param, tmp_path_factory.mktemp("without") / request.param
    copy.mkdir()
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=LEFT_BEHIND)
        elif (ROOT / name).exists():
            shutil.copy(ROOT / name, copy / name)
    shutil.rmtree(copy / "plugins" / code)
    shutil.rmtree(copy / "config" / code)
    settings = copy / "config" / "timebank.yaml"
    settings.write_text(without_city(settings.read_text(encoding="utf-8"), code), encoding="utf-8")
    return copy, code


def without_city(settings, code):
    """Take a city's line, and what stands under it, out of the settings."""
    left, count = re.subn(rf"^  {code}:\n(?:(?: {{3,}}.*| *)\n)*", "", settings, flags=re.MULTILINE)
    assert count == 1
    return left


def places(copy):
    """List where Python looks first: core and the plugins that are left."""
    return [copy / "core", *sorted(folder for folder in (copy / "plugins").iterdir() if folder.is_dir())]


def others(code):
    return [city for city in CITIES if city != code]


def test_the_copy_is_what_runs(removed):
    copy, code = removed
    (other, *_) = others(code)
    names = f"import timebank, timebank_{other}.hooks as hooks; print(timebank.__file__, hooks.__file__)"

    for file in run([sys.executable, "-c", names], copy, *places(copy)).split():
        assert file.startswith(str(copy))


def test_the_rule_files_of_the_other_cities_have_no_fault(removed):
    copy, code = removed
    said = timebank(copy, "rules", "check", places=places(copy))

    assert code not in said
    for other in others(code):
        assert other in said


def test_the_stories_of_the_other_cities_are_told(removed):
    copy, code = removed
    (other, *_) = others(code)
    said = timebank(copy, "demo", "--city", other, places=places(copy))

    assert "依据" in said


def test_the_layers_still_hold(removed):
    copy, _ = removed
    check = "import sys; from importlinter.cli import lint_imports_command as check; sys.exit(check())"

    assert "0 broken" in flat(run([sys.executable, "-c", check], copy, *places(copy)))


@pytest.mark.slow
@pytest.mark.timeout(900)
@ALONE
def test_the_other_cities_keep_their_promises_and_their_cases(removed):
    copy, code = removed
    said = run([*PYTEST, "tests/cities"], copy, *places(copy))

    assert " passed" in said
    assert code not in said


@pytest.mark.slow
@pytest.mark.timeout(900)
@ALONE
def test_the_house_keeps_its_rules_without_the_city(removed):
    copy, _ = removed
    rooms = [f"tests/house/test_{room}.py" for room in ("imports", "literals", "docs", "yaml_city")]

    assert " passed" in run([*PYTEST, *rooms], copy, *places(copy))
