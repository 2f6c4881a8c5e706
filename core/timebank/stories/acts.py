"""What a step may do: the use cases of the services room, found by name, their inputs read from their signatures."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, get_type_hints

from timebank import services
from timebank.services import settlement, sweep
from timebank.services.desk import Answer

_NEVER_WRITTEN = frozenset({"progress", "many"})


@dataclass(frozen=True, slots=True)
class Act:
    """One use case as a step calls it.

    Attributes:
        name: ``module.function``.
        function: the use case itself.
        kinds: the annotation of every input it takes, by name.
        required: inputs without a usual value.
        is_job: it takes the bank and the city, and makes its own commands.
    """

    name: str
    function: Callable[..., Any]
    kinds: Mapping[str, Any]
    required: frozenset[str]
    is_job: bool


@lru_cache(maxsize=1)
def all_acts() -> Mapping[str, Act]:
    """Return every use case by name: each public function that takes a desk and gives an answer, and each job."""
    found: dict[str, Act] = {}
    for module in pkgutil.iter_modules(services.__path__):
        if not module.ispkg:
            found.update(_acts_of(module.name))
    return found


def jobs() -> frozenset[Callable[..., Any]]:
    """Return the work that nobody asks for: it takes the bank and the city, and makes its own commands."""
    return frozenset(
        {work for _, _, work in (*sweep.JOBS, *sweep.LAST)} | {sweep.run_due, settlement.settle_due}
    )


def _acts_of(module: str) -> dict[str, Act]:
    loaded = importlib.import_module(f"{services.__name__}.{module}")
    exported = getattr(loaded, "__all__", None)
    found = {}
    for name, function in inspect.getmembers(loaded, inspect.isfunction):
        public = name in exported if exported is not None else function.__module__ == loaded.__name__
        if public and not name.startswith("_"):
            act = _act(f"{module}.{name}", function)
            found.update({act.name: act} if act is not None else {})
    return found


def _act(name: str, function: Callable[..., Any]) -> Act | None:
    parameters = inspect.signature(function).parameters
    is_job = function in jobs()
    hints = get_type_hints(function)
    if not is_job and (next(iter(parameters), "") != "desk" or hints.get("return") != Answer):
        return None
    inputs = [key for key in list(parameters)[2 if is_job else 1 :] if key not in _NEVER_WRITTEN]
    required = frozenset(key for key in inputs if parameters[key].default is inspect.Parameter.empty)
    return Act(name, function, {key: hints.get(key, Any) for key in inputs}, required, is_job)
