"""Whoever edits a listed city's rule file sees it in the demonstration."""

import shutil

import pytest

from tests.cities.told import CONFIGS
from tests.cli.calling import call
from timebank.bank.settings import read_settings

REAL = CONFIGS[0]
CITIES = sorted(read_settings(REAL).cities)


def posted(config, code):
    said = call("--config", str(config), "demo", "--city", code, "--json")
    assert said.code == 0, said.all
    return [words["zh"] for one in said.json[0]["told"] if one["kind"] == "posted" for words in one["words"]]


@pytest.mark.parametrize("code", CITIES)
def test_an_edit_of_the_rounding_changes_the_sentences(code, tmp_path):
    shutil.copytree(REAL.parent, tmp_path / "config")
    config = tmp_path / "config" / REAL.name
    before = posted(config, code)
    for file in (tmp_path / "config" / code).glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("rounding: floor", "rounding: nearest"), encoding="utf-8")
    after = posted(config, code)

    assert any("向下取整" in words for words in before)
    assert not any("向下取整" in words for words in after)
    assert any("四舍五入" in words for words in after)
