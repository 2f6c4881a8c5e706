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

_NEVER_WRITTEN = frozenset({"progress", "senders"})


@dataclass(frozen=True, slots=True)
class Act:
    """One use case as a step calls it.

    Attributes:
        name: ``module.function``.
        function: the use case itself.
        kinds: the annotation of every input it takes, by name.
        required: inputs without a usual value.
        is_job: it takes the bank and the city and makes its own commands.
    """

    name: str
    function: Callable[..., Any]
    kinds: Mapping[str, Any]
    required: frozenset[str]
    is_job: bool


@lru_cache(maxsize=1)
def all_acts() -> Mapping[str, Act]:
    """Return every use case by name: each public function whose first parameter is a desk, and each job."""
    found: dict[str, Act] = {}
    for module in pkgutil.iter_modules(services.__path__):
        if not module.ispkg:
            found.update(_acts_of(module.name))
    return found


def _acts_of(module: str) -> dict[str, Act]:
    loaded = importlib.import_module(f"{services.__name__}.{module}")
    found = {}
    for name, function in inspect.getmembers(loaded, inspect.isfunction):
        if name.startswith("_") or function.__module__ != loaded.__name__:
            continue
        act = _act(f"{module}.{name}", function)
        if act is not None:
            found[act.name] = act
    return found


def _act(name: str, function: Callable[..., Any]) -> Act | None:
    parameters = inspect.signature(function).parameters
    names = list(parameters)
    is_job = names[:2] == ["bank", "city"]
    if not is_job and names[:1] != ["desk"]:
        return None
    hints = get_type_hints(function)
    if not is_job and hints.get("return") is not _answer():
        return None
    inputs = [key for key in names[2 if is_job else 1 :] if key not in _NEVER_WRITTEN]
    required = frozenset(key for key in inputs if parameters[key].default is inspect.Parameter.empty)
    return Act(name, function, {key: hints.get(key, Any) for key in inputs}, required, is_job)


def _answer() -> Any:
    return get_type_hints(services_desk().Bank.carry_out)["return"]


def services_desk() -> Any:
    """Return the desk's module."""
    return importlib.import_module(f"{services.__name__}.desk")
