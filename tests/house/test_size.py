"""Files and functions stay small enough to be read whole, and are named after what they do."""

import ast

import pytest

from tests.house.source import CORE, PLUGINS, name_of, python_files, tree_of

MOST_LINES_OF_A_FILE = 300
MOST_LINES_OF_A_FUNCTION = 40
EMPTY_NAMES = {"utils", "util", "helpers", "common", "misc", "base"}
FILES = python_files(CORE, PLUGINS)


def test_no_file_is_too_long():
    lengths = {name_of(file): len(file.read_text(encoding="utf-8").splitlines()) for file in FILES}

    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES_OF_A_FILE} == {}


def test_no_function_is_too_long():
    too_long = [
        f"{name_of(file)}:{node.lineno} {node.name}: {node.end_lineno - node.lineno + 1} lines"
        for file in FILES
        for node in ast.walk(tree_of(file))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and node.end_lineno - node.lineno >= MOST_LINES_OF_A_FUNCTION
    ]

    assert too_long == []


def test_every_name_says_something():
    names = {name_of(part): part.stem for file in FILES for part in (file, file.parent)}

    assert [path for path, stem in names.items() if stem in EMPTY_NAMES] == []


@pytest.mark.parametrize("folder", [CORE, PLUGINS], ids=["core", "plugins"])
def test_there_is_something_to_measure(folder):
    assert python_files(folder), f"no Python file below {name_of(folder)}"
