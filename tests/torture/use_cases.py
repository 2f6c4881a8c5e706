"""Every use case there is, found in the services' room, and for each a scene in which it can be carried out."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from timebank import services
from timebank.domain.command import Actor, Channel, Command
from timebank.services.desk import Answer, Bank, UseCase

PLAIN = frozenset(
    {
        "str",
        "str | None",
        "int",
        "int | None",
        "bool",
        "date",
        "date | None",
        "datetime",
        "Sequence[str]",
        "Claims",
        "Mapping[str, str] | None",
    }
)
CITY = "yunzhou"


@dataclass(frozen=True)
class Asked:
    """One use case as somebody is about to ask for it.

    Attributes:
        inputs: what it takes.
        by: the actor.
        at: for which organisation the actor acts.
    """

    inputs: Mapping[str, Any]
    by: str = "job:test"
    at: str | None = None

    def command(self, operation: str, by: str | None = None) -> Command:
        """Return its envelope."""
        return Command(CITY, operation, Actor(by or self.by, self.at), Channel.APP)

    def otherwise(self) -> dict[str, Any]:
        """Return inputs that say something else."""
        name, value = next(iter(self.inputs.items()))
        return dict(self.inputs) | {name: _other(value)}


def _other(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value + timedelta(days=1)
    return f"{value}！" if isinstance(value, str) else value + 1 if isinstance(value, int) else [*value, "！"]


@dataclass(frozen=True)
class Row:
    """A row of the table: how a use case comes about.

    Attributes:
        scene: prepares a bank, on which nobody else works, and says how the use case is asked for.
        edits: changes of the made-up city's rule file that it needs.
    """

    scene: Callable[[Bank], Asked]
    edits: Sequence[tuple[str, str]] = field(default=())


ROWS: dict[str, Row] = {}


def row(name: str, *edits: tuple[str, str]) -> Callable[[Callable[[Bank], Asked]], Callable[[Bank], Asked]]:
    """Enter a scene into the table under the use case's name, `module.function`."""

    def enter(scene: Callable[[Bank], Asked]) -> Callable[[Bank], Asked]:
        ROWS[name] = Row(scene, edits)
        return scene

    return enter


def all_use_cases() -> dict[str, UseCase]:
    """Return every public function of the services' room that takes a desk and plain values and gives an answer."""
    return dict(_found())


def _found() -> Iterator[tuple[str, UseCase]]:
    for found in pkgutil.walk_packages(services.__path__, f"{services.__name__}."):
        module = importlib.import_module(found.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == found.name and not name.startswith("_") and _is_use_case(function):
                yield f"{found.name.removeprefix(services.__name__ + '.')}.{name}", function


def _is_use_case(function: Callable[..., Any]) -> bool:
    signature = inspect.signature(function)
    kinds = [str(parameter.annotation) for parameter in signature.parameters.values()]
    answers = signature.return_annotation in {"Answer", Answer}
    return bool(kinds) and kinds[0] == "Desk" and answers and set(kinds[1:]) <= PLAIN
