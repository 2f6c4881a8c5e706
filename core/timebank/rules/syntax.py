"""What the YAML parser itself complains of, where the lines looked sound: its words turned into ours."""

from __future__ import annotations

from typing import Any

from timebank.rules.faults import Fault, fault

_PROBLEMS = (
    ("quoted scalar", "Y27"),
    ("expected ',' or", "Y28"),
    ("expected the node content", "Y28"),
    ("did not find expected node content", "Y28"),
    ("could not find expected ':'", "Y30"),
    ("mapping values are not allowed", "Y31"),
    ("cannot start any token", "Y32"),
    ("did not find expected key", "Y29"),
    ("expected <block end>", "Y29"),
    ("did not find expected '-'", "Y29"),
    ("entries are not allowed", "Y29"),
)
COMPLAINTS = frozenset({"Y33", *(code for _, code in _PROBLEMS)})
_FROM_CONTEXT = ("Y27", "Y28", "Y30")  # these point at where the trouble begins, not where it shows


def complaint(file: str, broken: Any) -> Fault:
    """Return why the parser gave up.

    Args:
        file: the file's name.
        broken: the parser's error.
    """
    problem = f"{getattr(broken, 'context', '')} {getattr(broken, 'problem', '')}"
    code = next((code for sign, code in _PROBLEMS if sign in problem), "Y33")
    mark = getattr(broken, "problem_mark", None)
    start = getattr(broken, "context_mark", None)
    if code in _FROM_CONTEXT and start is not None:
        mark = start
    place = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    facts = {"problem": str(getattr(broken, "problem", "") or broken), "text": "", "mark": "[", "close": "]"}
    return fault(code, file, place, (), **facts)
