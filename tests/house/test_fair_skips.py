"""A test may be skipped for a reason that `make test` takes for a fair one, and for no other."""

import ast

from tests.both_databases import DATABASES, FAIR_SKIPS
from tests.debian import SKIPPED
from tests.house.source import ROOT, name_of, python_files, tree_of

# Where a skip is written for every test that asks: its reason is put together there.
WRITES_SKIPS = ("tests/conftest.py", "tests/debian.py")


def calls_of(*names):
    """List (file, line, call) of the tests' calls of functions or methods of these names."""
    return [
        (name_of(file), node.lineno, node)
        for file in python_files(ROOT / "tests")
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in names
    ]


def text_of(node):
    """The text that an expression begins with, '' where it is no text."""
    texts = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)] if node else []
    return str(texts[0]) if texts else ""


def reason_of(call):
    """Why a call skips: what its `reason` says, else its first argument."""
    named = [word.value for word in call.keywords if word.arg == "reason"]
    return text_of(next(iter([*named, *call.args]), None))


def test_every_skip_has_a_fair_reason():
    unfair = [
        f"{file}:{line}"
        for file, line, call in calls_of("skip", "skipif", "importorskip")
        if file not in WRITES_SKIPS and not reason_of(call).startswith(FAIR_SKIPS)
    ]

    assert unfair == []
    assert SKIPPED.startswith(FAIR_SKIPS)


def test_a_test_of_one_database_names_a_database_there_is():
    marks = [(f"{file}:{line}", text_of(call.args[0])) for file, line, call in calls_of("only_on")]

    assert marks
    assert [place for place, database in marks if database not in DATABASES] == []
