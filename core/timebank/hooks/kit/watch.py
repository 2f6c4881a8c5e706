"""What a hook reaches for that it was not given: files and sockets as Python reports them, clocks and dice as written.

Nothing is patched. Python itself reports what opens a file, a socket or a process (``sys.addaudithook``, PEP 578);
the listener is set up once, at the first use of the kit, and listens only while a hook is being asked.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType, FunctionType, ModuleType
from typing import Any

_OUTSIDE = (
    "open",
    "socket.",
    "subprocess.",
    "os.",
    "sqlite3.",
    "urllib.",
    "http.",
    "shutil.",
    "ftplib.",
    "smtplib.",
)
# Importing looks for modules, and a time zone is read from its file when it is first used.
_OF_PYTHON = ("os.listdir", "os.scandir", "os.add_dll_directory", "os.fwalk", "os.walk")
_FILES_OF_PYTHON = (".py", ".pyc", ".so", ".pth")
_STRANGERS = frozenset({"time", "random", "secrets", "os", "socket", "subprocess", "sqlite3", "threading"})
_CLOCKS = frozenset(
    {"now", "utcnow", "today", "time_ns", "monotonic", "perf_counter", "getenv", "environ", "urandom"}
)

_heard: list[list[str]] = []
_listening: list[bool] = []


@contextmanager
def watching() -> Iterator[list[str]]:
    """Yield a list into which everything goes that is opened outside meanwhile."""
    if not _listening:
        sys.addaudithook(_listen)
        _listening.append(True)
    noted: list[str] = []
    _heard.append(noted)
    try:
        yield noted
    finally:
        _heard.remove(noted)


def _listen(event: str, args: tuple[Any, ...]) -> None:
    if not _heard or not event.startswith(_OUTSIDE) or event in _OF_PYTHON:
        return
    what = str(args[0]) if args else ""
    if event == "open" and (what.endswith(_FILES_OF_PYTHON) or "zoneinfo" in what or "tzdata" in what):
        return
    for noted in _heard:
        noted.append(f"{event}({what})")


def strangers_in(plugin: object) -> list[str]:
    """Return every clock, die and setting that a plugin's own code names, as ``module.function: name``."""
    found: list[str] = []
    for function in _functions_of(plugin):
        for code in _codes_of(function.__code__):
            names = {name for name in code.co_names if _is_stranger(name, function)}
            found.extend(f"{function.__module__}.{code.co_qualname}: {name}" for name in sorted(names))
    return found


def _is_stranger(name: str, function: FunctionType) -> bool:
    value = function.__globals__.get(name)
    if isinstance(value, ModuleType):
        return value.__name__.partition(".")[0] in _STRANGERS
    return name in _CLOCKS or getattr(value, "__module__", None) in _STRANGERS


def _functions_of(plugin: object) -> Iterator[FunctionType]:
    """Yield the functions of a plugin and of every module of its package, each once."""
    seen: set[CodeType] = set()
    for holder in (plugin, *_modules_beside(plugin)):
        for _, value in inspect.getmembers(
            holder, lambda value: inspect.isfunction(value) or inspect.ismethod(value)
        ):
            function = inspect.unwrap(getattr(value, "__func__", value))
            ours = holder is plugin or function.__module__ == getattr(holder, "__name__", "")
            if ours and function.__code__ not in seen and not function.__module__.startswith("timebank."):
                seen.add(function.__code__)
                yield function


def _modules_beside(plugin: object) -> list[ModuleType]:
    package = getattr(plugin, "__package__", None) or ""
    if not package:
        return []
    return [module for name, module in sorted(sys.modules.items()) if f"{name}.".startswith(f"{package}.")]


def _codes_of(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes_of(constant)
