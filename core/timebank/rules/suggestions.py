"""“Did you mean …?” and other small matters of showing values in messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from timebank.domain.words import Words

_MOST_SHOWN = 60
_MOST_COMPARED = 200
_MOST_CHOICES = 100


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most like a mistyped one, or None when none is like it."""
    import difflib  # noqa: PLC0415 - only where there is something to guess

    candidates = list(known)
    if len(candidates) > _MOST_COMPARED:  # a comparison takes long: of so many, those that begin or end alike
        alike = (name for name in candidates if name[:2] == word[:2] or name[-2:] == word[-2:])
        candidates = list(islice(alike, _MOST_COMPARED))
    close = difflib.get_close_matches(word, candidates, n=1, cutoff=0.65)
    if close:
        return close[0]
    folded = {name.casefold().replace("-", "_"): name for name in candidates}
    return folded.get(word.casefold().replace("-", "_").replace(" ", "_"))


def nearest_name(name: str, known: Iterable[str]) -> str | None:
    """Return the known name most like a mistyped one, or None; never one of other numbers.

    ``aged_60`` is no slip for ``aged_80`` or ``aged_60_79``: to follow such advice would change who is meant.
    """
    letters, digits = _letters_and_digits(name)
    told = ((one, _letters_and_digits(one)) for one in known)
    return nearest(name, [one for one, (same, other) in told if same != letters or other == digits])


def _letters_and_digits(name: str) -> tuple[str, list[str]]:
    return "".join(filter(str.isalpha, name)), sorted(filter(str.isdigit, name))


def choices(known: Iterable[Any]) -> Words:
    """Return the words one may choose from, as an enumeration."""
    names = [shown(name) for name in islice(known, _MOST_CHOICES)]
    if len(names) == _MOST_CHOICES:
        names.append("…")
    return Words("、".join(names), ", ".join(names))


def shown(value: Any) -> str:
    """Return a value as it is written in a rule file, shortened."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{…}"
    if isinstance(value, list):
        return "[…]"
    text = str(value)
    return text if len(text) <= _MOST_SHOWN else text[: _MOST_SHOWN - 1] + "…"


def written(value: Any) -> str:
    """Return a value or a list of values as it is written in a rule file, at full length."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(written(item) for item in value)}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {written(inner)}' for key, inner in value.items())}}}"
    return ("true" if value else "false") if isinstance(value, bool) else str(value)
