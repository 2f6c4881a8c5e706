"""A rule set that notes what is asked of it, by whoever asks: which rules a worked case meets.

Decisions note their own paths (``RulesInForce``). This notes also what is read past them, so that it can be said of a
path that nothing at all asked for it. The bank's own rule sets are never of this kind: nothing is slower for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from timebank.rules.rule_book import RuleBook
from timebank.rules.rule_set import RuleSet

Note = Callable[[str], None]


def noting(rule_set: RuleSet, note: Note) -> RuleSet:
    """Return the same rules, telling every path that is asked of them.

    Args:
        rule_set: a rule file.
        note: hears the dotted path of every value, of everything asked whether it is there, and ``caps.*`` where
            the names in a block are asked.
    """
    told = _Told(note)
    copy = replace(rule_set, tree=_wrapped("", rule_set.tree, told))
    paths = {path: _wrapped(path, value, told) for path, value in rule_set.by_path.items()}
    object.__setattr__(copy, "by_path", _Paths(paths, told))  # frozen for everybody but who made it
    told.listening = True
    return copy


class NotingBook(RuleBook):
    """A rule book that notes of which days it was asked for the rules."""

    def __init__(self, city: str, rule_sets: Iterable[RuleSet]) -> None:
        super().__init__(city, rule_sets)
        self.days: set[date] = set()

    def on(self, day: date, known_at: datetime | date | None = None) -> RuleSet:
        """Return the rules that decide about a day, and note the day."""
        self.days.add(day)
        return super().on(day, known_at)


class _Told:
    """Passes notes on once the rule set is made; the making asks for everything."""

    def __init__(self, note: Note) -> None:
        self.note = note
        self.listening = False

    def __call__(self, path: str) -> None:
        if self.listening:
            self.note(path)


class _Block(Mapping[str, Any]):
    """A block of the file: what is taken out of it is noted, and so is asking for its names."""

    def __init__(self, path: str, block: Mapping[str, Any], told: _Told) -> None:
        self._before = f"{path}." if path else ""
        self._inner = {key: _wrapped(f"{self._before}{key}", value, told) for key, value in block.items()}
        self._told = told

    def __getitem__(self, key: str) -> Any:
        value = self._inner.get(key)
        if not isinstance(value, _Block):
            self._told(f"{self._before}{key}")
        return self._inner[key]

    def __contains__(self, key: object) -> bool:
        self._told(f"{self._before}{key}")
        return key in self._inner

    def __iter__(self) -> Iterator[str]:
        self._told(f"{self._before}*")
        return iter(self._inner)

    def __len__(self) -> int:
        self._told(f"{self._before}*")
        return len(self._inner)


class _Paths(Mapping[str, Any]):
    """Everything in a rule file by its dotted path."""

    def __init__(self, paths: Mapping[str, Any], told: _Told) -> None:
        self._paths = paths
        self._told = told

    def __getitem__(self, path: str) -> Any:
        value = self._paths.get(path)
        if not isinstance(value, _Block):
            self._told(path)
        return self._paths[path]

    def __contains__(self, path: object) -> bool:
        self._told(str(path))
        return path in self._paths

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def _wrapped(path: str, value: Any, told: _Told) -> Any:
    if isinstance(value, Mapping):
        return _Block(path, value, told)
    if isinstance(value, tuple):
        return tuple(_wrapped(f"{path}.{place}", item, told) for place, item in enumerate(value))
    return value
