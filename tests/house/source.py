"""The project's own source, as the tests of the house read it."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
CORE = ROOT / "core" / "timebank"
PLUGINS = ROOT / "plugins"


def python_files(*folders):
    """List every Python file below the folders."""
    return sorted(file for folder in folders for file in folder.rglob("*.py"))


def name_of(file):
    """Return the file's path as people say it, from the project's root."""
    return str(file.relative_to(ROOT))


@cache
def tree_of(file):
    """Parse a file once."""
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def imports_of(file):
    """List (line, dotted name) of everything a file imports, wherever; `from a import b` gives `a.b`."""
    found = []
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [
                (node.lineno, f"{'.' * node.level}{node.module or ''}.{alias.name}") for alias in node.names
            ]
    return found


def docstrings_of(file):
    """Return the constant nodes that are docstrings."""
    return {
        node.body[0].value
        for node in ast.walk(tree_of(file))
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        and ast.get_docstring(node, clean=False) is not None
    }
