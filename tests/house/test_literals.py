"""Core knows no city: its names, brands, units and levels stand in the rule files and nowhere in core.

The words are read from the rule files themselves, so a new city brings its own.
"""

import ast
import re
from functools import cache

import pytest
import yaml

from tests.house.source import CORE, PLUGINS, ROOT, docstrings_of, name_of, python_files, tree_of

CONFIG = ROOT / "config"
CITY_BLOCKS = ("brand", "units", "levels")
# Words of the house itself and plain Chinese, which a city may use as a label too.
PLAIN_WORDS = {
    *(
        "养老服务时间银行",
        "时间银行",
        "成员",
        "志愿者",
        "服务对象",
        "老人",
        "老年人",
        "组织",
        "团队",
        "站点",
        "服务站点",
    ),
    *("小时", "分钟", "市", "区", "街道", "社区", "市级", "区级", "街道级", "社区级"),
}
TEXT_FILES = {".json", ".yaml", ".yml", ".html", ".jinja2", ".js", ".css"}


def labels_in(block):
    """Gather every Chinese label inside a block; where it comes from is no label."""
    if isinstance(block, dict):
        inner = [value for key, value in block.items() if key not in {"source", "assumed"}]
        return {word for value in inner for word in labels_in(value)}
    return {block} if isinstance(block, str) and re.search(r"[\u4e00-\u9fff]", block) else set()


@cache
def city_words():
    """Read the cities' own words: folder names as they are, and the Chinese of brands, units and levels."""
    words = set()
    for folder in CONFIG.glob("*/"):
        rule_files = [file for file in folder.glob("*.yaml") if re.match(r"\d{4}-\d{2}-\d{2}", file.name)]
        if rule_files:
            words.add(folder.name)
        for file in rule_files:
            rules = yaml.safe_load(file.read_text(encoding="utf-8"))
            for block in CITY_BLOCKS:
                words |= labels_in(rules.get(block))
    return frozenset(words - PLAIN_WORDS)


def literals_of(file):
    """List (line, text): in Python the literals that are no docstrings, elsewhere every line."""
    if file.suffix != ".py":
        return list(enumerate(file.read_text(encoding="utf-8").splitlines(), start=1))
    docstrings = docstrings_of(file)
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docstrings
    ]


def says(text, word):
    """Tell whether a text has a word: Latin words whole, Chinese ones anywhere."""
    if word.isascii():
        return re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", text, re.IGNORECASE) is not None
    return word in text


def test_the_rule_files_give_words_to_look_for():
    if not any(PLUGINS.glob("*/timebank_*/hooks.py")):
        pytest.fail("no city plugin found")
    cities = {hooks.parents[1].name for hooks in PLUGINS.glob("*/timebank_*/hooks.py")}

    assert cities <= city_words()
    assert any(not word.isascii() for word in city_words()), "no brand, unit or level label was read"


def test_core_has_no_word_of_any_city():
    files = python_files(CORE) + [file for file in CORE.rglob("*") if file.suffix in TEXT_FILES]
    found = [
        f"{name_of(file)}:{line} says {word}"
        for file in files
        for line, text in literals_of(file)
        for word in city_words()
        if says(text, word)
    ]

    assert found == []
