"""Which rules a draft changes: what read none of them comes out as before, and need not be decided again."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence

from timebank.rules import RuleSet

_ABSENT = object()


class Changed:
    """What one draft changes in the rule files that decided."""

    def __init__(self, draft: RuleSet) -> None:
        self._draft = draft
        self._known: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}
        self._paths: dict[Hashable, tuple[str, ...]] = {}

    def once(self, key: Hashable, paths: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
        """Return paths that are the same for many decisions, worked out for the first of them."""
        known = self._paths.get(key)
        if known is None:
            known = self._paths[key] = paths()
        return known

    def among(self, then: RuleSet, paths: Sequence[str]) -> tuple[str, ...]:
        """Return those of the paths that a decision read whose value is another in the draft, the deepest alone.

        A rule that is asked for and not there is read too, so one that the draft adds is among them.
        """
        key = (then.digest, tuple(paths))
        if key not in self._known:
            self._known[key] = tuple(_deepest(self._differing(then, key[1])))
        return self._known[key]

    def _differing(self, then: RuleSet, paths: Iterable[str]) -> list[str]:
        before, now = then.by_path, self._draft.by_path
        return [path for path in paths if before.get(path, _ABSENT) != now.get(path, _ABSENT)]


def _deepest(paths: Sequence[str]) -> list[str]:
    """Leave out a block of which a part is there as well."""
    return [path for path in paths if not any(other.startswith(f"{path}.") for other in paths)]
