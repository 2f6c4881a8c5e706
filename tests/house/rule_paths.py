"""The rule paths that code asks for, as it writes them: a hole of an f-string stands for a step, or for all before it."""

import ast
import re
from functools import cache

from tests.house.source import ROOT, tree_of

# What describes, compares or draws rule files reads no rule for a decision.
_APART = (
    "core/timebank/hooks/kit",
    "core/timebank/rules",
    "core/timebank/services/replaying/compared_rules.py",
)
_DECIDING = (
    "core/timebank/rules/conditions.py",
    "core/timebank/rules/rule_set.py",
    "core/timebank/rules/in_force.py",
)
_HOLE = "\0"
_PATH = re.compile(r"[a-z_\0]+(\.[a-z_\0]+)+")


@cache
def written_paths():
    """Return every dotted path that stands in the code of core and plugins, with a mark for each hole."""
    found = set()
    for folder in ("core/timebank", "plugins"):
        for file in (ROOT / folder).rglob("*.py"):
            name = file.relative_to(ROOT).as_posix()
            if name in _DECIDING or not name.startswith(_APART):
                found |= {text for text in _texts(tree_of(file)) if _PATH.fullmatch(text)}
    return found


def _texts(module):
    known = _assigned(module.body, {})
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef):
            local = _assigned([one for one in ast.walk(node) if isinstance(one, ast.Assign)], known)
            yield from (_text(one, local) for one in ast.walk(node))
    yield from (_text(node, known) for node in ast.walk(module))


def _assigned(statements, known):
    """Return what names mean that are given a text once."""
    texts = dict(known)
    for one in statements:
        for name, value in _pairs(one):
            text = _text(value, texts)
            texts[name] = text if text and texts.get(name) in (None, text) else _HOLE
    return texts


def _pairs(statement):
    """Return the names a statement gives a value, each with its own."""
    if not isinstance(statement, ast.Assign):
        return []
    target, value = statement.targets[0], statement.value
    several = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
    pairs = zip(target.elts, value.elts, strict=True) if several else [(target, value)]
    return [(name.id, given) for name, given in pairs if isinstance(name, ast.Name)]


def _text(node, known):
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part, known) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return known.get(node.value.id, _HOLE) if isinstance(node.value, ast.Name) else _HOLE
    return ""


def asks_for(written, path):
    """Say whether a path as code writes it is a path of the schema, whose free steps are stars; its end is no hole."""
    if written.endswith(_HOLE):
        return False
    steps = (r"[^.]+" if _HOLE in step else re.escape(step) for step in written.split("."))
    return re.fullmatch(r"\.".join(steps), path) is not None


def ending(written):
    """Return what follows a hole that stands for everything before it, or None."""
    head, _, rest = written.partition(".")
    return rest.replace(_HOLE, "*") if head == _HOLE else None
