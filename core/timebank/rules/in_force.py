"""The rules for one decision: every value is asked for by its path, and every path asked for is noted."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from timebank.domain.refusal import TimeBankError
from timebank.domain.words import Words
from timebank.rules.amounts import minutes_of
from timebank.rules.basis import BASIS_KEYS, Basis, nearest_basis
from timebank.rules.faults import Path
from timebank.rules.rule_set import RuleSet
from timebank.rules.suggestions import written
from timebank.rules.time_zone import time_zone

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

T = TypeVar("T")


class RuleMissing(TimeBankError):
    """A rule was asked for that the file does not have, or that is of another kind than asked for."""

    code = "rule_missing"


class RulesInForce:
    """The rule file that decides one thing. Not shared between decisions: it remembers what it was asked.

    Paths are dotted, with list places as numbers: ``credit.units.coin.quantum``,
    ``admission.volunteer.gate.any.0.all``. ``basis`` and ``cite`` explain and are not noted.
    """

    def __init__(self, rule_set: RuleSet, day: date | None = None) -> None:
        self.rule_set = rule_set
        self._by_path = rule_set.by_path
        self.day = day or rule_set.effective_from
        self._read: dict[str, None] = {}

    @property
    def city(self) -> str:
        """Return the city's identifier."""
        return self.rule_set.city

    @property
    def digest(self) -> str:
        """Return the digest of the rule file."""
        return self.rule_set.digest

    @property
    def effective_from(self) -> date:
        """Return the first local day of these rules."""
        return self.rule_set.effective_from

    @property
    def file(self) -> str:
        """Return the name of the rule file."""
        return self.rule_set.file

    @property
    def timezone(self) -> ZoneInfo:
        """Return the city's time zone."""
        return time_zone(self.rule_set.tree["timezone"])

    @property
    def paths_read(self) -> tuple[str, ...]:
        """Return every path asked for so far, each once, in the order first asked."""
        return tuple(self._read)

    def has(self, path: str) -> bool:
        """Say whether the file has a value or block at this path."""
        self._read[path] = None
        return path in self._by_path

    def text(self, path: str) -> str:
        """Return the text at a path."""
        self._read[path] = None  # as _value does: most of what is asked for is text
        try:
            value = self._by_path[path]
        except KeyError:
            self._missing(path)
        return value if isinstance(value, str) else self._refuse(path, Words("文字", "text"))

    def flag(self, path: str) -> bool:
        """Return the ``true`` or ``false`` at a path."""
        value = self._value(path)
        return (
            value if isinstance(value, bool) else self._refuse(path, Words("true 或 false", "true or false"))
        )

    def whole(self, path: str) -> int:
        """Return the whole number at a path."""
        value = self._value(path)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        return self._refuse(path, Words("整数", "a whole number"))

    def decimal(self, path: str) -> Decimal:
        """Return the number at a path, exact."""
        value = self._value(path)
        if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
            return Decimal(value)
        return self._refuse(path, Words("数", "a number"))

    def minutes(self, path: str) -> int:
        """Return the duration at a path in whole minutes."""
        return minutes_of(self.text(path))

    def names(self, path: str) -> tuple[str, ...]:
        """Return a list of texts, or a block's keys as written, without ``source`` and ``assumed``."""
        value = self._value(path)
        if isinstance(value, Mapping):
            return tuple(key for key in value if key not in BASIS_KEYS)
        if isinstance(value, tuple) and all(isinstance(item, str) for item in value):
            return value
        return self._refuse(path, Words("名单", "a list of names"))

    def words(self, path: str) -> Words:
        """Return the label at a path, in both languages."""
        value = self._value(path)
        if isinstance(value, Mapping) and {"zh", "en"} <= value.keys():
            return Words(value["zh"], value["en"])
        return self._refuse(path, Words("双语名称（zh、en）", "a label with zh and en"))

    def block(self, path: str) -> Mapping[str, Any]:
        """Return the block at a path, read-only. Noted as one path: ask for values singly where you can."""
        value = self._value(path)
        return value if isinstance(value, Mapping) else self._refuse(path, Words("一个块", "a block"))

    def once(self, work: Callable[..., T], *about: Hashable) -> T:
        """Return what a function makes of this file alone: worked out once for all decisions, noted in each.

        Args:
            work: takes a reading of the rules and what it is about; it must not look at the day.
            about: what tells one answer from another.
        """
        known = self.rule_set.worked_out.get((work, about))
        if known is None:
            reading = RulesInForce(self.rule_set)
            known = self.rule_set.worked_out[work, about] = (work(reading, *about), reading._read)
        found: T
        found, read = known
        self._read.update(read)
        return found

    def basis(self, path: str) -> Basis:
        """Return what the rule at a path rests on: the nearest ``source`` or ``assumed`` at or around it.

        Raises:
            RuleMissing: no block at or around the path states its basis.
        """
        found = nearest_basis(self.rule_set.tree, _steps(path))
        if found is None:
            raise RuleMissing(
                Words(
                    f"{self.city} 的规则文件 {self.file} 中，“{path}”没有依据（source 或 assumed）。",
                    f"In {self.file} of {self.city}, '{path}' has no basis (source or assumed).",
                )
            )
        return found

    def cite(self, path: str) -> Words:
        """Return one line that names the rule, its value and its basis."""
        value = self._find(path)
        basis = self.basis(path).words
        stated = path if isinstance(value, Mapping) else f"{path} = {written(value)}"
        return Words(f"{stated}（{basis.zh}）", f"{stated} ({basis.en})")

    def _value(self, path: str) -> Any:
        self._read[path] = None
        return self._find(path)

    def _find(self, path: str) -> Any:
        try:
            return self._by_path[path]
        except KeyError:
            self._missing(path)

    def _missing(self, path: str) -> NoReturn:
        raise RuleMissing(
            Words(
                f"{self.city} 的规则文件 {self.file} 里没有“{path}”。请在规则文件中补上这一项。",
                f"The rule file {self.file} of {self.city} has no '{path}'. Add it to the rule file.",
            )
        )

    def _refuse(self, path: str, kind: Words) -> NoReturn:
        raise RuleMissing(
            Words(
                f"{self.city} 的规则文件 {self.file} 里，“{path}”应为{kind.zh}。",
                f"In the rule file {self.file} of {self.city}, '{path}' should be {kind.en}.",
            )
        )


def _steps(path: str) -> Path:
    return tuple(int(step) if step.isdecimal() else step for step in path.split("."))
