"""A group of verbs of which only the one that is called is imported."""

from __future__ import annotations

import gc
import sys
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

import click

from timebank.domain.words import Words

Verbs = Mapping[str, tuple[str, Words]]


class LazyVerbs(click.Group):
    """A group that imports a verb only when it is called."""

    def __init__(self, *given: Any, verbs: Verbs, within: str, **named: Any) -> None:
        """Make a group.

        Args:
            verbs: by name, the module that holds the verb as ``command``, and what the verb does.
            within: the package of those modules.
            given: for the group.
            named: for the group.
        """
        super().__init__(*given, **named)
        self._verbs, self._within = verbs, within

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs, in the order in which people meet them."""
        return list(self._verbs)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a verb's module and return its command."""
        if cmd_name not in self._verbs:
            return None
        command: click.Command = _imported(f"{self._within}.{self._verbs[cmd_name][0]}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs without importing them."""
        with formatter.section("动词 · Verbs"):
            formatter.write_dl(
                [(verb, f"{words.zh} · {words.en}") for verb, (_, words) in self._verbs.items()]
            )


def _imported(module: str) -> ModuleType:
    """Import a module and keep the garbage collector away from it: what is imported stays as long as the process.

    Else it would look at all of that while a verb loads, and again as the process ends: a tenth of a short call.
    """
    if module not in sys.modules:
        gc.disable()
        try:
            import_module(module)
        finally:
            gc.freeze()
            gc.enable()
    return sys.modules[module]
