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
from timebank.services.desk import Answer

# Work that nobody asks for: it takes the bank and the city, and makes its own commands.
JOBS = frozenset(
    {
        "admission.resume_look_ups",
        "grants.issue_due",
        "offers.lapse_due",
        "settlement.settle_due",
        "sweep.run_due",
        "visits.close_late_due",
    }
)
_NEVER_WRITTEN = frozenset({"progress", "senders", "many"})


@dataclass(frozen=True, slots=True)
class Act:
    """One use case as a step calls it.

    Attributes:
        name: ``module.function``.
        function: the use case itself.
        kinds: the annotation of every input it takes, by name.
        required: inputs without a usual value.
    """

    name: str
    function: Callable[..., Any]
    kinds: Mapping[str, Any]
    required: frozenset[str]

    @property
    def is_job(self) -> bool:
        """Say whether it makes its own commands."""
        return self.name in JOBS


@lru_cache(maxsize=1)
def all_acts() -> Mapping[str, Act]:
    """Return every use case by name: each public function that takes a desk and gives an answer, and each job."""
    found: dict[str, Act] = {}
    for module in pkgutil.iter_modules(services.__path__):
        if not module.ispkg:
            found.update(_acts_of(module.name))
    return found


def _acts_of(module: str) -> dict[str, Act]:
    loaded = importlib.import_module(f"{services.__name__}.{module}")
    found = {}
    for name, function in inspect.getmembers(loaded, inspect.isfunction):
        act = f"{module}.{name}"
        if function.__module__ == loaded.__name__ and _is_act(act, name, function):
            found[act] = _act(act, function)
    return found


def _is_act(act: str, name: str, function: Callable[..., Any]) -> bool:
    if act in JOBS:
        return True
    first = next(iter(inspect.signature(function).parameters), "")
    return first == "desk" and not name.startswith("_") and get_type_hints(function).get("return") == Answer


def _act(name: str, function: Callable[..., Any]) -> Act:
    parameters = inspect.signature(function).parameters
    inputs = list(parameters)[2 if name in JOBS else 1 :]
    inputs = [key for key in inputs if key not in _NEVER_WRITTEN]
    hints = get_type_hints(function)
    required = frozenset(key for key in inputs if parameters[key].default is inspect.Parameter.empty)
    return Act(name, function, {key: hints.get(key, Any) for key in inputs}, required)
