"""Asking every implementation of a city every question, twice, and writing down what came of it."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from timebank.hooks.city import City
from timebank.hooks.kit.deck import Question
from timebank.hooks.kit.register import KitRegistry
from timebank.hooks.kit.watch import watching
from timebank.rules import RuleSet, RulesInForce

CHECKS = ("timebank_check_member", "timebank_check_order", "timebank_check_transfer")
MANY = (*CHECKS, "timebank_check_rules")


@dataclass(frozen=True, slots=True)
class Asking:
    """What one implementation said to one question.

    Attributes:
        given: the arguments as they were handed over.
        answer: the first answer; many refusals as a list.
        again: the answer to the same question after all others had been asked.
        failed: the exception that came in place of an answer.
        changed: names of arguments that were not the same afterwards.
        outside: what was opened outside meanwhile, as Python reports it.
    """

    question: Question
    plugin: str
    given: Mapping[str, Any]
    answer: Any
    again: Any
    failed: BaseException | None
    changed: tuple[str, ...]
    outside: tuple[str, ...]

    @property
    def rules(self) -> RulesInForce:
        """Return the rules that were given."""
        rules: RulesInForce = self.given["rules"]
        return rules

    @property
    def registries(self) -> Mapping[str, KitRegistry]:
        """Return the registers that were given."""
        registries: Mapping[str, KitRegistry] = self.given["registries"]
        return registries

    def __str__(self) -> str:
        """Say who was asked what."""
        return f"{self.plugin}: {self.question.hook} ({self.question.about})"


def interview(city: City, questions: Iterable[Question]) -> list[Asking]:
    """Ask everything once, then everything once more in the other order; return what came of it."""
    asked = [(question, impl) for question in questions for impl in implementations(city, question.hook)]
    first = [_ask(question, impl) for question, impl in asked]
    again = [_ask(question, impl) for question, impl in reversed(asked)][::-1]
    return [
        dataclasses.replace(one, again=other.failed or other.answer)
        for one, other in zip(first, again, strict=True)
    ]


def implementations(city: City, hook: str) -> list[Any]:
    """Return pluggy's record of everyone who implements a hook, the city's own plugin before the plain time bank."""
    return list(reversed(getattr(city.asker.manager.hook, hook).get_hookimpls()))


def _ask(question: Question, impl: Any) -> Asking:
    given = {name: _afresh(value) for name, value in question.given.items()}
    before = {name: _snapshot(value) for name, value in given.items()}
    answer, failed = None, None
    with watching() as outside:
        try:
            answer = _materialised(question.hook, impl.function(*(given[name] for name in impl.argnames)))
        except (KeyboardInterrupt, GeneratorExit):
            raise
        except BaseException as error:  # noqa: BLE001 - a plugin's sys.exit() is an answer like any other
            failed = error
        noted = tuple(outside)
    changed = tuple(name for name, value in given.items() if _snapshot(value) != before[name])
    return Asking(question, impl.plugin_name, given, answer, None, failed, changed, noted)


def _materialised(hook: str, answer: Any) -> Any:
    many = hook in MANY and answer is not None and not isinstance(answer, str | bytes | Mapping)
    return list(answer) if many and hasattr(answer, "__iter__") else answer


def _afresh(value: Any) -> Any:
    """Return an argument of its own for each asking, so that what one does to it reaches no other."""
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], RuleSet):  # noqa: PLR2004
        rules = value[0].reading(value[1])
        rules.timezone  # noqa: B018 - read its file now, so that no hook is blamed for it
        return rules
    if isinstance(value, Mapping) and any(isinstance(inner, KitRegistry) for inner in value.values()):
        return {name: registry.anew() for name, registry in value.items()}
    return copy.deepcopy(value)


def _snapshot(value: Any) -> Any:
    """Return what can be compared later, however deep something is changed."""
    if isinstance(value, RulesInForce):
        return (value.digest, value.day)
    if isinstance(value, KitRegistry):
        return value.answer
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        return (type(value), tuple(_snapshot(getattr(value, field.name, None)) for field in fields))
    if isinstance(value, Mapping):
        return tuple((key, _snapshot(inner)) for key, inner in value.items())
    if isinstance(value, list | tuple):
        return tuple(_snapshot(inner) for inner in value)
    return value


def parts_of(value: Any) -> Iterator[Any]:
    """Yield a value and everything inside it, through dataclasses, maps and lists."""
    yield value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from parts_of(getattr(value, field.name))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from parts_of(key)
            yield from parts_of(inner)
    elif isinstance(value, list | tuple | set | frozenset):
        for inner in value:
            yield from parts_of(inner)
