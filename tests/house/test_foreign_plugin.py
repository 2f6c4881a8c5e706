"""A city from a folder outside the project, built and installed as its author would, runs with core as it is."""

import shutil

import pytest

from tests.house.running import install, run, timebank
from tests.house.source import ROOT

EXAMPLE = ROOT / "examples" / "linjiang"


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    """The example city in a folder of its own, and the place where its package was installed."""
    folder = tmp_path_factory.mktemp("elsewhere") / "linjiang"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__", "*.db"))
    target = folder.parent / "installed"
    install(folder, target)
    shutil.rmtree(folder / "timebank_linjiang")
    return folder, [target, ROOT / "core"]


def test_the_plugin_is_found_by_its_entry_point(foreign):
    folder, places = foreign
    said = timebank(folder, "rules", "check", places=places)

    assert said == "linjiang：1 个规则文件，没有问题。"


def test_its_story_is_told(foreign):
    folder, places = foreign
    said = timebank(folder, "demo", places=places)

    assert "记入 1 小时（60 分钟）" in said
    assert "《临江市养老服务时间银行办法》第十条" in said


def test_its_own_keys_are_checked(foreign):
    folder, places = foreign
    rules = folder / "config" / "linjiang" / "2026-01-01.yaml"
    text = rules.read_text(encoding="utf-8")
    rules.write_text(text.replace("until:", "untill:"), encoding="utf-8")

    try:
        with pytest.raises(AssertionError, match=r"until"):
            timebank(folder, "rules", "check", places=places)
    finally:
        rules.write_text(text, encoding="utf-8")


def test_without_its_package_the_bank_says_what_is_missing(foreign):
    folder, (_, core) = foreign

    with pytest.raises(AssertionError, match=r"插件“linjiang”没有安装"):
        timebank(folder, "demo", places=[core])


def test_core_names_no_foreign_city():
    found = [file for file in (ROOT / "core").rglob("*.py") if "linjiang" in file.read_text(encoding="utf-8")]

    assert found == []
    assert "linjiang" not in run(["cat", ROOT / "pyproject.toml"], ROOT)
